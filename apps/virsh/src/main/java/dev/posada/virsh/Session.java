package dev.posada.virsh;

import dev.posada.client.ClientSettings;
import dev.posada.client.Connection;
import dev.posada.client.ConnectionOptions;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Console;
import dev.posada.terminal.Tty;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What lasts from command to command: the connection, the settings of the command line, where output goes.
 *
 * <p>Belongs to the thread that runs the commands.
 */
final class Session implements AutoCloseable {
    private final Console console;
    private final Settings settings;
    private final boolean interactive;
    private String uri;
    private boolean readOnly;
    private @Nullable Connection connection;
    private @Nullable Tty tty;
    private boolean ended;
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
     * @param escape what leaves a guest's console
     * @param connecting how to connect
     */
    record Settings(
            String uri,
            boolean readOnly,
            boolean quiet,
            boolean timing,
            boolean json,
            int debug,
            String escape,
            ConnectionOptions connecting) {}

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
        boolean again = open != null;
        if (open != null) {
            open.close();
            connection = null;
        }
        var opened = open();
        if (again) {
            complain("Reconnected to the hypervisor");
        }
        connection = opened;
        return opened;
    }

    /** The connection if there is one. */
    Optional<Connection> connected() {
        return Optional.ofNullable(connection);
    }

    private Connection open() {
        var options = readOnly ? settings.connecting().asReadOnly() : settings.connecting();
        try {
            return Connection.open(ClientSettings.ofThisUser().resolve(Optional.of(uri)), options);
        } catch (PosadaException e) {
            throw new CommandException("failed to connect to the hypervisor", e);
        }
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

    /** Prints {@code error: } and a line. */
    void complain(String line) {
        console.out().flush();
        console.err().println("error: " + line);
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
