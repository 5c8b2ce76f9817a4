package dev.posada.qmp;

import java.time.Duration;

/** A point in time up to which one waits, on the clock of {@link System#nanoTime}. */
record Deadline(long nanoTime) {
    private static final long NANOS_MAX = Long.MAX_VALUE >> 1;

    /** That long from now; anything beyond a century is one. */
    static Deadline after(Duration timeout) {
        boolean huge = timeout.compareTo(Duration.ofNanos(NANOS_MAX)) > 0;
        return new Deadline(System.nanoTime() + (huge ? NANOS_MAX : Math.max(0, timeout.toNanos())));
    }

    /** The earlier one of this and that long from now. */
    Deadline orAfter(Duration timeout) {
        var other = after(timeout);
        return other.nanoTime - nanoTime < 0 ? other : this;
    }

    /** How long it is still to go; zero when over. */
    long remainingNanos() {
        return Math.max(0, nanoTime - System.nanoTime());
    }
}
