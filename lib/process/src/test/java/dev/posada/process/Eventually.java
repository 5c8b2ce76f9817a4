package dev.posada.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a deadline. */
final class Eventually {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private Eventually() {}

    static void holds(String claim, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(claim).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
