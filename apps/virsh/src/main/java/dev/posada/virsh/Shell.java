package dev.posada.virsh;

import dev.posada.model.PosadaException;
import java.util.List;

/** Runs commands, one after the other. */
final class Shell {
    private static final int FAILED = 1;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Session session;

    Shell(Session session) {
        this.session = session;
    }

    /** Runs all commands of a line until one ends the shell; returns the last one's exit status. */
    int run(String line) {
        List<List<String>> commands;
        try {
            commands = LineReader.commands(line);
        } catch (CommandException e) {
            complain(e);
            return FAILED;
        }
        int status = 0;
        for (var words : commands) {
            status = run(words);
            if (session.hasEnded()) {
                break;
            }
        }
        return status;
    }

    /** Runs one command. */
    int run(List<String> words) {
        Call call;
        try {
            call = call(words);
        } catch (CommandException e) {
            complain(e);
            return FAILED;
        }
        if (!call.command().offline() && !session.interactive()) {
            try {
                session.connection();
            } catch (CommandException e) {
                // Without an empty line: no command has been run.
                complain(e);
                return FAILED;
            }
        }
        long begun = System.nanoTime();
        int status = run(call);
        if (session.hasEnded()) {
            return status;
        }
        if (session.settings().timing()) {
            session.out("\n(Time: " + millis(System.nanoTime() - begun) + " ms)\n\n");
        } else if (!session.quiet() && !call.json()) {
            session.out("\n");
        }
        return status;
    }

    private static String millis(long nanos) {
        return String.format(java.util.Locale.ROOT, "%.3f", nanos / NANOS_PER_MILLI);
    }

    private Call call(List<String> words) {
        var name = words.getFirst();
        var rest = words.subList(1, words.size());
        var command = Groups.command(name).orElseThrow(() -> new CommandException("unknown command: '" + name + "'"));
        if (rest.contains("--help")) {
            var help = Groups.command("help").orElseThrow();
            return new Call(session, help, Arguments.parse(help, List.of(name), true));
        }
        return new Call(session, command, Arguments.parse(command, rest, true));
    }

    private int run(Call call) {
        try {
            if (!call.command().offline()) {
                session.connection();
            }
            call.command().action().run(call);
            return 0;
        } catch (CommandException e) {
            complain(e);
        } catch (PosadaException e) {
            session.complain(e.getMessage());
        }
        return FAILED;
    }

    private void complain(CommandException e) {
        e.lines().forEach(session::complain);
    }
}
