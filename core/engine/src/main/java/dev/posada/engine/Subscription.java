package dev.posada.engine;

/** A standing wish to hear of events; closing ends it, and closing twice is closing once. */
public final class Subscription implements AutoCloseable {
    /** How many events may wait for a sink. */
    public static final int QUEUE_LIMIT = 4096;

    Subscription() {}

    /** Ends the subscription: no delivery begins after this returns. */
    @Override
    public void close() {}
}
