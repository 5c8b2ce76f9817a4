package dev.posada.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something to become true, for a limited time. */
final class Eventually {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private Eventually() {}

    static void eventually(String claim, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + PATIENCE + ": " + claim);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
