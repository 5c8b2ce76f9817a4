package dev.posada.virsh;

import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.List;

/** Runs commands, one after the other. */
final class Shell {
    private static final int FAILED = 1;
    private static final double NANOS_PER_MILLI = 1e6;

    private static final int INFO = 1;

    private final Session session;

    Shell(Session session) {
        this.session = session;
    }

    /**
     * Runs all commands of a line until one ends the shell; none where one of them cannot be read.
     *
     * @return the last one's exit status
     */
    int run(String line) {
        List<List<String>> commands;
        try {
            commands = LineReader.commands(line);
        } catch (CommandException e) {
            complain(e);
            return FAILED;
        }
        return line.isEmpty() ? FAILED : runAll(commands);
    }

    /** Runs one command. */
    int run(List<String> words) {
        return runAll(List.of(words));
    }

    private int runAll(List<List<String>> commands) {
        var calls = new ArrayList<Call>();
        try {
            for (var words : commands) {
                calls.add(call(words));
            }
            if (!session.interactive() && !calls.isEmpty()) {
                session.connectToNamed();
            }
        } catch (CommandException e) {
            complain(e);
            return FAILED;
        }
        int status = 0;
        for (var call : calls) {
            status = timed(call);
            if (session.hasEnded()) {
                break;
            }
        }
        return status;
    }

    private int timed(Call call) {
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

    /** Shows how a line was understood. */
    private void tell(Call call) {
        if (session.settings().debug() > INFO) {
            return;
        }
        for (var option : call.command().options()) {
            for (var value : call.all(option.name())) {
                session.debug(
                        SessionLog.Level.INFO,
                        call.command().name() + ": " + option.name()
                                + (option.takesValue() ? "(optdata): " + value : "(bool): (none)"));
            }
        }
    }

    private int run(Call call) {
        try {
            if (!call.command().offline()) {
                session.connection();
            }
            tell(call);
            call.command().action().run(call);
            return 0;
        } catch (CommandException e) {
            complain(e);
        } catch (PosadaException e) {
            session.awaitLoss();
            session.complain(e.getMessage());
        }
        return FAILED;
    }

    private void complain(CommandException e) {
        session.awaitLoss();
        e.lines().forEach(session::complain);
    }
}
