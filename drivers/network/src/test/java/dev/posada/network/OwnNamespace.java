package dev.posada.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.process.Executables;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The network namespace this JVM was started in ({@code testing/namespace}), and programs run in it. */
final class OwnNamespace {
    private static final int TIMEOUT_SECONDS = 120;
    private static final long GLANCE_NANOS = 20_000_000;

    private OwnNamespace() {}

    record Outcome(int status, String output) {
        boolean success() {
            return status == 0;
        }
    }

    /** Skips a test that would change the machine's own network, or lacks a program. */
    static void need(String... programs) {
        assumeTrue(
                "own".equals(System.getenv("POSADA_TEST_NAMESPACE")),
                "needs root and a network namespace of its own: run it by mvnw, not in an IDE");
        for (var program : programs) {
            assumeTrue(Executables.find(program).isPresent(), program + " is installed");
        }
    }

    /** Runs a program that has to succeed; answers what it printed. */
    static String run(String... command) {
        var outcome = attempt(command);
        assertThat(outcome.status())
                .as("%s: %s", String.join(" ", command), outcome.output())
                .isZero();
        return outcome.output();
    }

    static Outcome attempt(String... command) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new AssertionError(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Waits until something holds. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for: " + what).isLessThan(deadline);
            LockSupport.parkNanos(GLANCE_NANOS);
        }
    }

    static List<String> in(String namespace, String... command) {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return all;
    }
}
