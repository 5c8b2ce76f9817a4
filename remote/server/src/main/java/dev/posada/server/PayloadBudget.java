package dev.posada.server;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory all clients together may fill with large messages, so that a few of them sending the largest message there
 * is cannot exhaust the heap. Small messages are not counted: the number of clients bounds them.
 *
 * <p>A message takes its share in at most two steps, each whole and from a pool of its own: when it has really sent more
 * than a small message, and when it has sent more than a middling one. Taking as it grows would be fairer to look at and
 * deadlock: everybody would hold a part and wait for the rest.
 *
 * <p>Safe for use by several threads; each share is its message's own.
 */
final class PayloadBudget {
    /** A message up to this size costs nothing. */
    static final int FREE_BYTES = 64 << 10;

    /** A message above this size waits for one of few places. */
    static final int MIDDLE_BYTES = 1 << 20;

    private static final int UNIT_BYTES = 1024;

    /** Enough for two of the largest messages, also where the heap is small. */
    private static final long LEAST_BYTES = 72L << 20;

    private final Semaphore middle;
    private final Semaphore large;

    /** Half of so many bytes for each pool, but enough for the largest message in any case. */
    private PayloadBudget(long bytes) {
        this.middle = pool(bytes / 2);
        this.large = pool(Math.max(LEAST_BYTES, bytes / 2));
    }

    /** A budget in proportion to the heap. */
    static PayloadBudget ofThisHeap() {
        return new PayloadBudget(Runtime.getRuntime().maxMemory() / 4);
    }

    /** The share of a message that has taken nothing yet. */
    Share share(int messageBytes) {
        return new Share(messageBytes);
    }

    private static Semaphore pool(long bytes) {
        return new Semaphore((int) Math.min(Integer.MAX_VALUE, bytes / UNIT_BYTES), true);
    }

    private static int units(int bytes) {
        return (bytes + UNIT_BYTES - 1) / UNIT_BYTES;
    }

    /** What one message takes. */
    final class Share {
        private final int messageBytes;
        private int ofMiddle;
        private int ofLarge;

        private Share(int messageBytes) {
            this.messageBytes = messageBytes;
        }

        /**
         * Sees to it that the message may take so many bytes of memory, waiting for others to give theirs back.
         *
         * @return false when that takes too long
         */
        boolean cover(int bytes, long timeoutNanos) {
            if (bytes > FREE_BYTES && ofMiddle == 0) {
                int units = units(Math.min(messageBytes, MIDDLE_BYTES));
                if (!take(middle, units, timeoutNanos)) {
                    return false;
                }
                ofMiddle = units;
            }
            if (bytes > MIDDLE_BYTES && ofLarge == 0) {
                int units = units(messageBytes);
                if (!take(large, units, timeoutNanos)) {
                    return false;
                }
                ofLarge = units;
            }
            return true;
        }

        /** Gives everything back. Twice is once. */
        void giveBack() {
            middle.release(ofMiddle);
            large.release(ofLarge);
            ofMiddle = 0;
            ofLarge = 0;
        }

        private static boolean take(Semaphore pool, int units, long timeoutNanos) {
            try {
                return pool.tryAcquire(units, timeoutNanos, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
