package dev.posada.virsh;

import dev.posada.client.ClientSettings;
import dev.posada.client.CloseReason;
import dev.posada.client.Connection;
import dev.posada.client.ConnectionOptions;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Console;
import dev.posada.terminal.Terminals;
import dev.posada.terminal.Tty;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What lasts from command to command: the connection, the settings of the command line, where output goes.
 *
 * <p>Belongs to the thread that runs the commands.
 */
final class Session implements AutoCloseable {
    private static final int LOSS_PATIENCE_SECONDS = 2;

    private static final List<SessionLog.Level> LEVELS = List.of(SessionLog.Level.values());

    private final Console console;
    private final Settings settings;
    private final boolean interactive;
    private final Colours results = Colours.of(Terminals.Descriptor.OUT);
    private final Colours complaints = Colours.of(Terminals.Descriptor.ERR);
    private String uri;
    private boolean readOnly;
    private @Nullable Connection connection;
    private @Nullable Tty tty;
    private boolean ended;
    private boolean wasLost;
    private CountDownLatch lossTold = new CountDownLatch(0);
    private final WorkingFolder folder = new WorkingFolder();

    /**
     * The options before the command.
     *
     * @param uri empty for the default
     * @param readOnly whether to ask for a connection that changes nothing
     * @param quiet whether to leave out headings and blank lines
     * @param timing whether to tell how long each command took
     * @param json whether listings are JSON
     * @param debug 0 to 4, the lower the more is told
     * @param log what is told of all that happens
     * @param escape what leaves a guest's console
     * @param connecting how to connect
     * @param allKinds whether the default is the view of all kinds of domain
     */
    record Settings(
            String uri,
            boolean readOnly,
            boolean quiet,
            boolean timing,
            boolean json,
            int debug,
            Optional<SessionLog> log,
            String escape,
            ConnectionOptions connecting,
            boolean allKinds) {}

    Session(Console console, Settings settings, boolean interactive) {
        this.console = console;
        this.settings = settings;
        this.interactive = interactive;
        this.uri = settings.uri();
        this.readOnly = settings.readOnly();
    }

    Console console() {
        return console;
    }

    Settings settings() {
        return settings;
    }

    /** The colours of results. */
    Colours colours() {
        return results;
    }

    /** Whether commands are typed one after the other. */
    boolean interactive() {
        return interactive;
    }

    boolean quiet() {
        return settings.quiet();
    }

    boolean json() {
        return settings.json();
    }

    /**
     * Whether a word asks for JSON.
     *
     * @throws CommandException when it is neither {@code json} nor {@code table}
     */
    static boolean isJson(String word) {
        return switch (word) {
            case "json" -> true;
            case "table", "text" -> false;
            default -> throw new CommandException("unknown output '" + word + "'; there are table and json");
        };
    }

    /**
     * The connection, opened when it is first needed and again when it was lost.
     *
     * @throws CommandException when no daemon can be reached
     */
    Connection connection() {
        var open = connection;
        if (open != null && open.isAlive()) {
            return open;
        }
        if (open != null) {
            awaitLoss();
            open.close();
            connection = null;
            wasLost = true;
        }
        var opened = open();
        if (wasLost) {
            complain("Reconnected to the hypervisor");
            wasLost = false;
        }
        connection = opened;
        return opened;
    }

    /**
     * Connects where the command line says to what, for then it matters even to commands that need no connection.
     *
     * @throws CommandException when it cannot be reached
     */
    void connectToNamed() {
        if (!settings.uri().isEmpty()) {
            var _ = connection();
        }
    }

    /** Waits until it has been told that the connection is lost, if it is: that goes before what came of it. */
    void awaitLoss() {
        var open = connection;
        if (open != null && !open.isAlive()) {
            try {
                var _ = lossTold.await(LOSS_PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Connection open() {
        var options = readOnly ? settings.connecting().asReadOnly() : settings.connecting();
        try {
            var defaults = ClientSettings.ofThisUser();
            var given = Optional.of(uri);
            var opened = Connection.open(
                    settings.allKinds() ? defaults.resolveToAllKinds(given) : defaults.resolve(given), options);
            tellLossOf(opened);
            return opened;
        } catch (PosadaException e) {
            throw new CommandException(
                    (wasLost ? "Failed to reconnect" : "failed to connect") + " to the hypervisor", e);
        }
    }

    private void tellLossOf(Connection opened) {
        var told = new CountDownLatch(1);
        lossTold = told;
        opened.onClose(reason -> {
            if (reason != CloseReason.CLIENT) {
                complain("Disconnected from " + opened.uri() + " due to " + word(reason));
            }
            told.countDown();
        });
    }

    private static String word(CloseReason reason) {
        return switch (reason) {
            case ERROR -> "I/O error";
            case END_OF_FILE -> "end of file";
            case KEEP_ALIVE -> "keepalive timeout";
            case CLIENT -> "client request";
        };
    }

    /** Leaves the connection and opens another, at once. */
    void connect(String otherUri, boolean toReadOnly) {
        var open = connection;
        if (open != null) {
            open.close();
            connection = null;
        }
        // Without another one it is the same again.
        if (!otherUri.isEmpty()) {
            uri = otherUri;
        }
        readOnly = toReadOnly;
        connection = open();
    }

    /** The terminal of a shell; a single command opens its own when it needs one. */
    void tty(Tty shellsTerminal) {
        tty = shellsTerminal;
    }

    /** The terminal of the shell, if this is one at a terminal. */
    Optional<Tty> tty() {
        return Optional.ofNullable(tty);
    }

    /** Whether the connection is, or will be, for looking only. */
    boolean isReadOnly() {
        return readOnly;
    }

    /** Where relative file names begin. */
    WorkingFolder folder() {
        return folder;
    }

    /** Ends the shell after this command. */
    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Prints a result. */
    void out(String text) {
        console.out().print(text);
    }

    /** Tells those who want to know, on standard output and in the log. */
    void debug(SessionLog.Level level, String line) {
        if (LEVELS.indexOf(level) >= settings.debug()) {
            out(line + "\n");
            settings.log().ifPresent(log -> log.write(level, line));
        }
    }

    /** Prints {@code error: } and a line. */
    void complain(String line) {
        console.out().flush();
        console.err().println(complaints.failure("error:") + " " + line);
        settings.log().ifPresent(log -> log.write(SessionLog.Level.ERROR, line));
    }

    @Override
    public void close() {
        var open = connection;
        if (open != null) {
            open.close();
            connection = null;
        }
    }
}
