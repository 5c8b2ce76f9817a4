package dev.posada.server;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs short things later, on one thread. What it runs must not block: it would delay every other client's signs of
 * life.
 */
final class Clock implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;

    Clock() {
        executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("posada-server-clock").daemon().factory());
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs something once after so many nanoseconds; not at all when the clock is closed before. */
    void after(long nanos, Runnable action) {
        if (!executor.isShutdown()) {
            var _ = executor.schedule(action, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Runs something again and again until the clock is closed. */
    void every(Duration period, Runnable action) {
        var _ = executor.scheduleWithFixedDelay(action, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
