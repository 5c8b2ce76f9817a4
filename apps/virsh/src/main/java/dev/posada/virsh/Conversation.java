package dev.posada.virsh;

import dev.posada.terminal.Terminals;
import dev.posada.terminal.Tty;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The shell: reads a line, runs it, until the end. */
final class Conversation {
    private static final String WELCOME = """
            Welcome to virsh, the virtualization interactive terminal.

            Type:  'help' for help with commands
                   'quit' to quit

            """;

    private final Session session;

    Conversation(Session session) {
        this.session = session;
    }

    int run() {
        if (!connects()) {
            return 1;
        }
        if (!session.quiet()) {
            session.out(WELCOME);
            session.console().out().flush();
        }
        try {
            if (Terminals.isTerminal(Terminals.Descriptor.IN) && Terminals.isTerminal(Terminals.Descriptor.OUT)) {
                talk();
            } else {
                readLines(true);
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the daemon that was asked for, if any was, can be reached. */
    private boolean connects() {
        try {
            session.connection();
            return true;
        } catch (CommandException e) {
            e.lines().forEach(session::complain);
            // Without a connection there are still commands; but not where somebody asked for this daemon.
            return session.settings().uri().isEmpty();
        }
    }

    private void talk() throws IOException {
        try (var tty = Tty.open()) {
            session.tty(tty);
            if (!tty.hasSize()) {
                readLines(false);
                return;
            }
            var lines = tty.lines(history(), new Completion(session)::propose);
            run(() -> lines.read(prompt()));
        }
    }

    private static Path history() {
        var cache = System.getenv("XDG_CACHE_HOME");
        var folder =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return folder.resolve("posada/virsh/history");
    }

    /** @param echo whether lines are shown as a terminal would: what reads the output of a script expects them */
    private void readLines(boolean echo) {
        var in = new BufferedReader(new InputStreamReader(session.console().in(), StandardCharsets.UTF_8));
        run(() -> {
            session.out(prompt());
            session.console().out().flush();
            var line = read(in);
            if (echo || line.isEmpty()) {
                session.out(line.orElse("") + "\n");
            }
            return line;
        });
    }

    private static Optional<String> read(BufferedReader in) {
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(java.util.function.Supplier<Optional<String>> lines) {
        var shell = new Shell(session);
        while (!session.hasEnded()) {
            var line = lines.get();
            if (line.isEmpty()) {
                return;
            }
            shell.run(line.get());
            session.console().out().flush();
        }
        // As after the end of what is typed, the next prompt begins a line of its own.
        session.out("\n");
        session.console().out().flush();
    }

    private String prompt() {
        return session.isReadOnly() ? "virsh > " : "virsh # ";
    }
}
