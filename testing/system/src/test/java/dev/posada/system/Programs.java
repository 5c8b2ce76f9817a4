package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Runs other programs and waits for things to come true. */
final class Programs {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How often a program is run that may wait for ever by a fault of its own. */
    private static final int ATTEMPTS = 5;

    private Programs() {}

    /** Runs a program to its end; past the deadline it is killed and the test fails. */
    static Outcome run(String... command) {
        return runIn(Path.of("/"), "", command);
    }

    /**
     * The same, once what it needs is there.
     *
     * @param before makes that; done anew when the program has to be run again, see {@link JobWatch}
     */
    static Outcome run(Runnable before, String... command) {
        return runIn(Path.of("/"), "", before, command);
    }

    /** The same in a folder, with text on its standard input. */
    static Outcome runIn(Path folder, String input, String... command) {
        return runIn(folder, input, () -> {}, command);
    }

    private static Outcome runIn(Path folder, String input, Runnable before, String... command) {
        for (int attempt = 1; ; attempt++) {
            before.run();
            var outcome = once(folder, input, command);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            assertThat(attempt).as("attempts of " + String.join(" ", command)).isLessThan(ATTEMPTS);
        }
    }

    /** Runs a program to its end; nothing when it waits for what never comes, and was killed. */
    private static Optional<Outcome> once(Path folder, String input, String... command) {
        var line = String.join(" ", command);
        try {
            var process = new ProcessBuilder(command).directory(folder.toFile()).start();
            var out = reading(process.getInputStream());
            var err = reading(process.getErrorStream());
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // A program that does not read its input has a reason, and its exit status tells.
            }
            if (JobWatch.concerns(command) && JobWatch.waitsForNothing(process, PATIENCE)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(line + " did not end within " + PATIENCE);
            }
            return Optional.of(new Outcome(line, process.exitValue(), out.get(), err.get()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new AssertionError(line, e);
        }
    }

    /** Skips the test, with the reason, when a program is not installed. */
    static void need(String... programs) {
        for (var program : programs) {
            assumeTrue(find(program), program + " is not installed");
        }
    }

    static boolean find(String program) {
        return List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin").stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Skips the test when it does not run as root. */
    static void needRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    }

    /** Waits until a condition holds; fails with {@code what} at the deadline. */
    static void await(String what, BooleanSupplier condition) {
        await(what, PATIENCE, condition);
    }

    static void await(String what, Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + patience + ": " + what);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    static FutureTask<String> reading(InputStream stream) {
        return background(() -> new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    }

    static <T> FutureTask<T> background(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }
}
