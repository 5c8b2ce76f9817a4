package dev.posada.server;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory all clients together may fill with large messages, so that a few of them sending the largest message there
 * is cannot exhaust the heap. Small messages are not counted: the number of clients bounds them.
 *
 * <p>Safe for use by several threads.
 */
final class PayloadBudget {
    /** A message up to this size costs nothing. */
    static final int FREE_BYTES = 65_536;

    private static final int UNIT_BYTES = 1024;

    /** Enough for two of the largest messages, also where the heap is small. */
    private static final long LEAST_BYTES = 72L << 20;

    private final Semaphore units;

    private PayloadBudget(long bytes) {
        this.units = new Semaphore((int) Math.min(Integer.MAX_VALUE, bytes / UNIT_BYTES), true);
    }

    /** A budget in proportion to the heap. */
    static PayloadBudget ofThisHeap() {
        return new PayloadBudget(Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / 4));
    }

    /**
     * Takes memory for so many more bytes, waiting for others to give theirs back.
     *
     * @return false when that takes too long
     */
    boolean take(int bytes, long timeoutNanos) {
        try {
            return units.tryAcquire(units(bytes), timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Gives back what was taken for so many bytes. */
    void giveBack(int bytes) {
        units.release(units(bytes));
    }

    private static int units(int bytes) {
        return (bytes + UNIT_BYTES - 1) / UNIT_BYTES;
    }
}
