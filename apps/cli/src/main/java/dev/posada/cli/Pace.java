package dev.posada.cli;

import dev.posada.image.Progress;
import java.util.concurrent.locks.LockSupport;

/** Slows an operation down to a rate: whoever reports to it is kept until as much could have been done. */
final class Pace implements Progress {
    private static final double NANOS = 1e9;

    private final Progress next;
    private final long bytesPerSecond;
    private final long beginNanos = System.nanoTime();

    /**
     * @param next hears of the progress first
     * @param bytesPerSecond at most, of the guest's disk; at least 1
     */
    Pace(Progress next, long bytesPerSecond) {
        this.next = next;
        this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public void at(long doneBytes, long totalBytes) {
        next.at(doneBytes, totalBytes);
        long dueNanos = (long) (doneBytes * NANOS / bytesPerSecond);
        for (long left = dueNanos - passed(); left > 0 && !Thread.interrupted(); left = dueNanos - passed()) {
            LockSupport.parkNanos(left);
        }
    }

    private long passed() {
        return System.nanoTime() - beginNanos;
    }
}
