package dev.posada.client;

import java.time.Duration;

/**
 * How a connection behaves.
 *
 * @param readOnly whether to ask for a connection that can change nothing
 * @param connectTimeout the longest that reaching the daemon may take, authentication included
 * @param callTimeout the longest that a call may wait for its reply; zero waits as long as the connection lives
 * @param keepAliveInterval the silence after which the daemon is asked for a sign of life; zero never asks
 * @param keepAliveCount how many questions may stay unanswered; the connection is given up after the interval times
 *     one more than this
 * @param eventQueueLength how many events may wait for a slow subscriber before the newest are dropped
 */
public record ConnectionOptions(
        boolean readOnly,
        Duration connectTimeout,
        Duration callTimeout,
        Duration keepAliveInterval,
        int keepAliveCount,
        int eventQueueLength) {

    /** Read-write, half a minute to connect, no limit on calls, no questions for signs of life. */
    public static final ConnectionOptions DEFAULT =
            new ConnectionOptions(false, Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO, 5, 4096);

    public ConnectionOptions {
        if (connectTimeout.isNegative() || callTimeout.isNegative() || keepAliveInterval.isNegative()) {
            throw new IllegalArgumentException("times cannot be negative");
        }
        if (keepAliveCount < 0 || eventQueueLength < 1) {
            throw new IllegalArgumentException("keep-alive count and queue length cannot be negative or zero");
        }
    }

    /** The same, for looking only. */
    public ConnectionOptions asReadOnly() {
        return new ConnectionOptions(
                true, connectTimeout, callTimeout, keepAliveInterval, keepAliveCount, eventQueueLength);
    }

    /** The same with another limit on the time to connect. */
    public ConnectionOptions withConnectTimeout(Duration timeout) {
        return new ConnectionOptions(
                readOnly, timeout, callTimeout, keepAliveInterval, keepAliveCount, eventQueueLength);
    }

    /** The same with another limit on the time a call waits; zero for none. */
    public ConnectionOptions withCallTimeout(Duration timeout) {
        return new ConnectionOptions(
                readOnly, connectTimeout, timeout, keepAliveInterval, keepAliveCount, eventQueueLength);
    }

    /** The same, asking for a sign of life after {@code interval} of silence, at most {@code count} times in vain. */
    public ConnectionOptions withKeepAlive(Duration interval, int count) {
        return new ConnectionOptions(readOnly, connectTimeout, callTimeout, interval, count, eventQueueLength);
    }

    /** The same with another bound on the events that wait for a subscriber. */
    public ConnectionOptions withEventQueueLength(int length) {
        return new ConnectionOptions(readOnly, connectTimeout, callTimeout, keepAliveInterval, keepAliveCount, length);
    }
}
