package dev.posada.server;

import dev.posada.server.ServerSettings.KeepAliveRule;

/**
 * Decides when a silent client is asked for a sign of life and when it is given up. It has no clock and sends nothing:
 * its owner tells it the time and does what it says.
 *
 * <p>Not safe for use by several threads.
 */
final class KeepAlive {
    /** What to do now. */
    sealed interface Step {}

    /** Nothing; look again in so many nanoseconds. */
    record Wait(long nanos) implements Step {}

    /** Ask for a sign of life, and look again in so many nanoseconds. */
    record Ask(long nanos) implements Step {}

    /** The client is gone: close the connection. */
    record GiveUp() implements Step {}

    private final long intervalNanos;
    private final int count;
    private long heardNanos;
    private int asked;

    /**
     * Begins to watch.
     *
     * @param rule a rule with an interval
     * @param nowNanos the time on the owner's clock
     */
    KeepAlive(KeepAliveRule rule, long nowNanos) {
        this.intervalNanos = rule.interval().orElseThrow().toNanos();
        this.count = rule.count();
        this.heardNanos = nowNanos;
    }

    /**
     * What to do, given when the client was last heard.
     *
     * @param nowNanos the time on the owner's clock
     * @param lastHeardNanos the last time something came, on the same clock; now when the client cannot be heard because
     *     the server itself does not listen
     */
    Step look(long nowNanos, long lastHeardNanos) {
        if (lastHeardNanos - heardNanos > 0) {
            heardNanos = lastHeardNanos;
            asked = 0;
        }
        long dueNanos = heardNanos + intervalNanos * (asked + 1L);
        if (nowNanos - dueNanos < 0) {
            return new Wait(dueNanos - nowNanos);
        }
        if (asked >= count) {
            return new GiveUp();
        }
        asked++;
        // Counted from now, not from when it was due: a server that was suspended must not use up its questions at
        // once.
        heardNanos = nowNanos - intervalNanos * asked;
        return new Ask(intervalNanos);
    }
}
