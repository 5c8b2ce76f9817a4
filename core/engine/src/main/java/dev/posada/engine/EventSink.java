package dev.posada.engine;

/**
 * Takes events, one at a time and in the order in which they happened, on a thread of the subscription's own. A slow
 * sink delays nobody else; one that falls {@link Subscription#QUEUE_LIMIT} events behind loses what comes next and is
 * told how many that were.
 *
 * @param <E> what happens, as to domains or to pools
 */
public interface EventSink<E> {
    /** Something happened. */
    void event(E event);

    /** So many events were dropped here because earlier ones had not been taken. */
    void lost(long count);
}
