package dev.posada.process;

import dev.posada.posix.CurrentProcess;
import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorChannel;
import dev.posada.posix.ExitStatus;
import dev.posada.posix.Pipe;
import dev.posada.posix.Poller;
import dev.posada.posix.PosixException;
import dev.posada.posix.ProcessDescriptor;
import dev.posada.posix.Readiness;
import dev.posada.posix.Signals;
import dev.posada.posix.Spawn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs to their end and collects what they print.
 *
 * <p>Never hangs and never collects without bound: a tool that runs too long or prints too much is killed together with
 * everything it started in its session, and a process that keeps the pipes open nevertheless is not waited for.
 *
 * <p>Safe for use by several threads.
 */
public final class Tools {
    private static final int BUFFER_BYTES = 16 * 1024;

    /** How long an ended tool's output may be silent while what it left behind holds it open. */
    private static final Duration SILENCE = Duration.ofMillis(200);

    /** How long what an ended tool left behind is listened to if it goes on talking. */
    private static final Duration STRAGGLERS = Duration.ofSeconds(5);

    private static final Duration REAP_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Poller poller;

    /** The poller stays the caller's. */
    public Tools(Poller poller) {
        this.poller = poller;
        CurrentProcess.keepEndedChildren();
    }

    /**
     * What to run, and within which limits.
     *
     * @param arguments the program first: a path, or a name that {@link Executables#find} looks for
     * @param environment all of its variables
     * @param directory its working directory
     * @param input what it reads, as UTF-8
     * @param timeout after which it is killed
     * @param outputBytesMax for standard output and standard error, each
     */
    public record Call(
            List<String> arguments,
            Map<String, String> environment,
            Path directory,
            String input,
            Duration timeout,
            int outputBytesMax) {
        /** Limits that fit nearly every tool: 30 seconds and 4 MiB. */
        public static final Duration TIMEOUT = Duration.ofSeconds(30);

        private static final int OUTPUT_BYTES_MAX = 4 << 20;

        public Call {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
            if (arguments.isEmpty() || outputBytesMax < 0) {
                throw new IllegalArgumentException("a program is needed, and room for its output");
            }
        }

        /**
         * A call in our environment and the root directory, without input, within the usual limits. The language is English
         * ({@code LC_ALL=C}), since what tools print is for programs here.
         */
        public static Call of(List<String> arguments) {
            var environment = new HashMap<>(System.getenv());
            environment.put("LC_ALL", "C");
            return new Call(arguments, environment, Path.of("/"), "", TIMEOUT, OUTPUT_BYTES_MAX);
        }

        /** A copy with other variables. */
        public Call withEnvironment(Map<String, String> variables) {
            return new Call(arguments, variables, directory, input, timeout, outputBytesMax);
        }

        /** A copy with another working directory. */
        public Call withDirectory(Path path) {
            return new Call(arguments, environment, path, input, timeout, outputBytesMax);
        }

        /** A copy with something to read. */
        public Call withInput(String text) {
            return new Call(arguments, environment, directory, text, timeout, outputBytesMax);
        }

        /** A copy with other limits. */
        public Call withLimits(Duration time, int bytesMax) {
            return new Call(arguments, environment, directory, input, time, bytesMax);
        }
    }

    /**
     * How it went.
     *
     * @param output what it printed to standard output, as UTF-8
     * @param errors what it printed to standard error, as UTF-8
     */
    public record Result(ExitStatus status, String output, String errors) {
        /** Whether it ended with code 0. */
        public boolean success() {
            return status.success();
        }
    }

    /** Runs a program in our environment, without input, within the usual limits; see {@link #run(Call)}. */
    public Result run(String... arguments) {
        return run(Call.of(List.of(arguments)));
    }

    /**
     * Runs a program to its end.
     *
     * @throws ProcessException CANNOT_START, TIMED_OUT, TOO_MUCH_OUTPUT, INTERRUPTED; in all cases nothing of it runs on
     */
    public Result run(Call call) {
        var executable = Executables.find(call.arguments().getFirst())
                .orElseThrow(() -> cannotStart(call, "no such program", null));
        long deadline = System.nanoTime() + call.timeout().toNanos();
        try (var in = Pipe.open();
                var out = Pipe.open();
                var err = Pipe.open()) {
            var process = start(call, executable, in, out, err);
            // The child's ends: an end of file comes only when nobody of us holds them.
            in.reader().close();
            out.writer().close();
            err.writer().close();
            return finish(call, new Running(process, in.writer(), out.reader(), err.reader()), deadline);
        } catch (PosixException e) {
            throw cannotStart(call, String.valueOf(e.getMessage()), e);
        }
    }

    private record Running(ProcessDescriptor process, Descriptor in, Descriptor out, Descriptor err) {}

    private static ProcessDescriptor start(Call call, Path executable, Pipe in, Pipe out, Pipe err) {
        int pid = new Spawn(executable, call.arguments())
                .environment(call.environment())
                .directory(call.directory())
                .newSession()
                .descriptor(0, in.reader())
                .descriptor(1, out.writer())
                .descriptor(2, err.writer())
                .start();
        try {
            return ProcessDescriptor.open(pid).orElseThrow();
        } catch (PosixException e) {
            CurrentProcess.killChild(pid);
            throw e;
        }
    }

    private Result finish(Call call, Running running, long deadline) {
        boolean ended = false;
        try (var out = new DescriptorChannel(running.out(), poller);
                var err = new DescriptorChannel(running.err(), poller);
                var in = new DescriptorChannel(running.in(), poller)) {
            Thread.ofVirtual().name("tool-input").start(() -> feed(in, call));
            var end = new CompletableFuture<Long>();
            var output = collecting(out, call, running.process(), end);
            var errors = collecting(err, call, running.process(), end);
            var status = await(call, running.process(), deadline);
            ended = true;
            end.complete(System.nanoTime());
            return new Result(status, collected(output), collected(errors));
        } catch (IOException e) {
            throw failure(call, e);
        } finally {
            if (ended) {
                running.process().close();
            } else {
                destroy(running.process());
            }
        }
    }

    /** Kills a tool with all that it started. Reaping is left behind if the kernel cannot end it just now. */
    private void destroy(ProcessDescriptor process) {
        // The group's leader still is our unreaped child, so the number cannot mean anybody else.
        CurrentProcess.signal(-process.pid(), Signals.KILL);
        var reaper = Thread.ofVirtual().name("tool-reaper").start(() -> {
            try (process) {
                poller.await(process.descriptor(), Readiness.READABLE, FOR_EVER);
                process.reap();
            } catch (ClosedChannelException closed) {
                // The poller is closed: everything ends, and init takes over.
            }
        });
        try {
            reaper.join(REAP_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void feed(DescriptorChannel to, Call call) {
        try (to) {
            var bytes = ByteBuffer.wrap(call.input().getBytes(StandardCharsets.UTF_8));
            if (bytes.hasRemaining()) {
                to.write(bytes);
            }
        } catch (IOException notRead) {
            // A tool may end, or close its input, without having read all: that is its business.
        }
    }

    private static CompletableFuture<String> collecting(
            DescriptorChannel from, Call call, ProcessDescriptor process, CompletableFuture<Long> end) {
        var result = new CompletableFuture<String>();
        Thread.ofVirtual().name("tool-output").start(() -> {
            try {
                result.complete(collect(from, call, end));
            } catch (IOException e) {
                result.completeExceptionally(e);
            } catch (ProcessException tooMuch) {
                result.completeExceptionally(tooMuch);
                endEarly(process);
            }
        });
        return result;
    }

    /** Nobody reads on, so it would wait for ever to print the rest. */
    private static void endEarly(ProcessDescriptor process) {
        try {
            process.signal(Signals.KILL);
        } catch (IllegalStateException closed) {
            // It ended by itself meanwhile, and its descriptor is closed.
        }
    }

    /**
     * Reads to the end. Once the tool has ended, silence is an end too: somebody it left behind holds the pipe. What the tool
     * itself printed is in the pipe by then and is read first, however late this thread comes to it.
     */
    private static String collect(DescriptorChannel from, Call call, CompletableFuture<Long> end) throws IOException {
        var all = new ByteArrayOutputStream();
        var part = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (true) {
                boolean ended = end.isDone();
                int count = from.read(part.clear(), SILENCE);
                if (count < 0 || (ended && (count == 0 || System.nanoTime() - end.join() > STRAGGLERS.toNanos()))) {
                    break;
                }
                all.write(part.array(), 0, part.position());
                if (all.size() > call.outputBytesMax()) {
                    throw new ProcessException(
                            ProcessException.Kind.TOO_MUCH_OUTPUT,
                            call.arguments().getFirst() + " printed more than " + call.outputBytesMax() + " bytes",
                            null);
                }
            }
        } catch (ClosedChannelException notWaitedFor) {
            // What was printed until then is what there is.
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** What was collected. The tool has ended, so it is only waited for who has to read it. */
    private static String collected(CompletableFuture<String> collecting) throws IOException {
        try {
            return collecting.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProcessException tooMuch) {
                throw tooMuch;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    private ExitStatus await(Call call, ProcessDescriptor process, long deadline) throws IOException {
        if (!poller.await(process.descriptor(), Readiness.READABLE, Duration.ofNanos(deadline - System.nanoTime()))) {
            throw timedOut(call);
        }
        return process.reap().orElseThrow();
    }

    private static ProcessException timedOut(Call call) {
        return new ProcessException(
                ProcessException.Kind.TIMED_OUT,
                call.arguments().getFirst() + " did not end within "
                        + call.timeout().toMillis() + " ms and was killed",
                null);
    }

    private static ProcessException failure(Call call, IOException e) {
        return e instanceof ClosedByInterruptException
                ? new ProcessException(
                        ProcessException.Kind.INTERRUPTED,
                        "interrupted while " + call.arguments().getFirst() + " runs",
                        e)
                : new ProcessException(
                        ProcessException.Kind.CLOSED, "lost " + call.arguments().getFirst() + ": " + e.getMessage(), e);
    }

    private static ProcessException cannotStart(Call call, String why, @Nullable Throwable cause) {
        return new ProcessException(
                ProcessException.Kind.CANNOT_START,
                "cannot start " + call.arguments().getFirst() + ": " + why,
                cause);
    }
}
