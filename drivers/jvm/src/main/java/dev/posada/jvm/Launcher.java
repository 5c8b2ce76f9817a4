package dev.posada.jvm;

import dev.posada.posix.DescriptorChannel;
import dev.posada.posix.Pipe;
import dev.posada.posix.Poller;
import dev.posada.posix.PosixException;
import dev.posada.process.Child;
import dev.posada.process.ChildCommand;
import dev.posada.process.Children;
import dev.posada.process.Executables;
import dev.posada.process.LogFile;
import dev.posada.process.ProcessException;
import dev.posada.process.ProcessIdentity;
import dev.posada.process.RunLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts a program so that it outlives the daemon and its end does too.
 *
 * <pre>
 *   watcher     script(1) with a terminal, or at once:
 *     sh          waits for the program and writes its status to the instance's folder
 *       sh → setpriv → java    one process; waits at the gate before it becomes the program
 * </pre>
 *
 * <p>Only a parent learns how a process ended, and a daemon that was killed is none any more; so a shell is the parent, which
 * costs less than a megabyte. Where the program has a terminal, {@code script} of util-linux holds its other side: what the
 * program writes goes on to the log with or without a daemon, and what is written to a fifo is typed.
 *
 * <p>The process that is to become the program tells its number by one pipe and waits at another, the gate. So its number is
 * written down and its limits stand before it does anything; and when the daemon is killed in between, the pipe is at its
 * end and so is the process.
 */
final class Launcher {
    /** How long a shell may take to tell its number. */
    private static final Duration NUMBER_PATIENCE = Duration.ofSeconds(20);

    /** How long it may take to become the program once it is let go. */
    private static final Duration CHANGE_PATIENCE = Duration.ofSeconds(10);

    private static final Duration CHANGE_STEP = Duration.ofNanos(500_000);
    private static final Duration END_PATIENCE = Duration.ofSeconds(10);
    private static final int NUMBER_BYTES_MAX = 32;
    private static final Path SHELL = Path.of("/bin/sh");
    private static final int NUMBER_DESCRIPTOR = 3;
    private static final int GATE_DESCRIPTOR = 4;

    /** What a process that never became the program ends with. */
    static final int NEVER_RAN = 125;

    /** Waits for the program: a key that interrupts it, or a terminal that hangs up, is not for the one who waits. */
    private static final String WATCH = "trap : HUP INT QUIT TERM; /bin/sh \"$1/run\"; echo $? >\"$1/status\"";

    private static final String TERMINAL = "exec \"$3\" -q -f -E always -c \"$2\" /dev/null <>\"$1/input\"";

    /** Of the shells and {@code script}, which hands its command to the one that is named. */
    private static final Map<String, String> SHELLS_VARIABLES =
            Map.of("PATH", "/usr/bin:/bin", "SHELL", "/bin/sh", "LC_ALL", "C");

    /** The program that holds terminals, of util-linux. */
    static final String SCRIPT = "script";

    private final Poller poller;
    private final Children children;

    Launcher(Poller poller, Children children) {
        this.poller = poller;
        this.children = children;
    }

    /**
     * What is to run.
     *
     * @param files the instance's
     * @param argv the program, as whoever it is to run as
     * @param directory where it runs
     * @param terminal whether it has a terminal
     * @param openFilesMax most files it may have open
     * @param log where its output goes
     */
    record Order(
            InstanceFiles files, List<String> argv, Path directory, boolean terminal, int openFilesMax, LogFile log) {}

    /** A process that waits at the gate. */
    final class Waiting implements AutoCloseable {
        private final Child watcher;
        private final Child program;
        private final Pipe gate;

        private Waiting(Child watcher, Child program, Pipe gate) {
            this.watcher = watcher;
            this.program = program;
            this.gate = gate;
        }

        Child watcher() {
            return watcher;
        }

        Child program() {
            return program;
        }

        /**
         * Lets it become the program; one that is stopped by SIGSTOP does so when it goes on.
         *
         * @param java the program it becomes
         * @param awaited whether to wait until it has
         * @throws dev.posada.model.PosadaException when it could not
         */
        void letGo(Path java, boolean awaited) {
            try (var writer = new DescriptorChannel(gate.writer().duplicate(), poller)) {
                writer.write(ByteBuffer.wrap("go\n".getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException | PosixException e) {
                throw Refusal.failed("the program's process does not take its start: " + e.getMessage(), e);
            } finally {
                gate.close();
            }
            if (awaited) {
                awaitChange(java);
            }
        }

        /** A program that ends at once has run; a process that never became one has not. */
        private void awaitChange(Path java) {
            long deadline = System.nanoTime() + CHANGE_PATIENCE.toNanos();
            while (program.isRunning() && watcher.isRunning() && !isNow(java)) {
                if (System.nanoTime() > deadline) {
                    throw Refusal.failed("process " + program.pid() + " did not become " + java + " within "
                            + CHANGE_PATIENCE.toSeconds() + " s");
                }
                LockSupport.parkNanos(CHANGE_STEP.toNanos());
            }
        }

        private boolean isNow(Path java) {
            try {
                var link = Path.of("/proc", Integer.toString(program.pid()), "exe");
                return Files.readSymbolicLink(link).equals(java.toRealPath());
            } catch (IOException gone) {
                return false;
            }
        }

        /** Ends the process if it still waits. */
        @Override
        public void close() {
            gate.close();
        }
    }

    /**
     * Starts the process that is to become the program.
     *
     * @throws dev.posada.model.PosadaException when it cannot; nothing of it runs then
     */
    Waiting start(Order order) {
        write(order);
        var gate = Pipe.open();
        boolean waits = false;
        try (var number = Pipe.open()) {
            var watcher = children.start(command(order)
                    .withDescriptor(NUMBER_DESCRIPTOR, number.writer())
                    .withDescriptor(GATE_DESCRIPTOR, gate.reader()));
            number.writer().close();
            gate.reader().close();
            var program = program(number, watcher, order);
            waits = true;
            return new Waiting(watcher, program, gate);
        } catch (ProcessException | PosixException e) {
            throw Refusal.failed("cannot start the program's process: " + e.getMessage(), e);
        } finally {
            if (!waits) {
                gate.close();
            }
        }
    }

    private Child program(Pipe number, Child watcher, Order order) {
        try (var reader = new DescriptorChannel(number.reader().duplicate(), poller)) {
            var line = ByteBuffer.allocate(NUMBER_BYTES_MAX);
            while (line.hasRemaining() && !ended(line) && reader.read(line, NUMBER_PATIENCE) > 0) {
                // The shell writes it at once; a pipe may still hand it on in pieces.
            }
            var text = StandardCharsets.US_ASCII.decode(line.flip()).toString().strip();
            var program = text.matches("[1-9][0-9]{0,9}")
                    ? ProcessIdentity.of(Integer.parseInt(text)).flatMap(children::adopt)
                    : Optional.<Child>empty();
            if (program.isPresent()) {
                return program.get();
            }
        } catch (IOException e) {
            throw Refusal.failed("cannot hear of the program's process: " + e.getMessage(), e);
        }
        watcher.kill();
        watcher.awaitEnd(END_PATIENCE);
        throw Refusal.failed("the program's process did not come up"
                + (order.terminal() ? " on a terminal; is 'script' of util-linux there?" : "")
                + "; see " + order.log().path());
    }

    private static boolean ended(ByteBuffer line) {
        return line.position() > 0 && line.get(line.position() - 1) == '\n';
    }

    private static ChildCommand command(Order order) {
        var directory = order.files().directory().toString();
        var watch = List.of("sh", "-c", WATCH, "posada-jvm", directory);
        var arguments = order.terminal()
                ? List.of(
                        "sh",
                        "-c",
                        TERMINAL,
                        "posada-jvm",
                        directory,
                        "exec /bin/sh -c " + RunLog.quoted(WATCH) + " posada-jvm " + RunLog.quoted(directory),
                        Executables.find(SCRIPT).map(Path::toString).orElse(SCRIPT))
                : watch;
        return new ChildCommand(
                SHELL,
                arguments,
                SHELLS_VARIABLES,
                Path.of("/"),
                Map.of(),
                Optional.of(order.log()),
                Optional.empty(),
                OptionalInt.empty());
    }

    private static void write(Order order) {
        var text = new StringBuilder();
        text.append("echo $$ >&3; exec 3>&-\n");
        text.append("read -r go <&4 || exit ").append(NEVER_RAN).append("\nexec 4<&-\n");
        // A shell that may not set a limit says so and goes on with the one there is.
        text.append("umask 0027\nulimit -S -c 0\nulimit -n ")
                .append(order.openFilesMax())
                .append(" 2>/dev/null\n");
        text.append("cd ").append(RunLog.quoted(order.directory().toString()));
        text.append(" || exit ").append(NEVER_RAN).append('\n');
        text.append("exec").append(order.terminal() ? "" : " </dev/null");
        order.argv().forEach(word -> text.append(' ').append(RunLog.quoted(word)));
        text.append('\n');
        var run = order.files().run();
        try {
            Files.deleteIfExists(order.files().status());
            Files.deleteIfExists(run);
            // Arguments and paths are nobody else's business.
            Files.createFile(run, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(run, text);
        } catch (IOException e) {
            throw Refusal.failed("cannot write " + run + ": " + e.getMessage(), e);
        }
    }
}
