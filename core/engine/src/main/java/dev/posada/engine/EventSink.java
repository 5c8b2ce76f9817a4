package dev.posada.engine;

import dev.posada.model.DomainEvent;

/**
 * Takes events, one at a time and in the order in which they happened, on a thread of the subscription's own. A slow
 * sink delays nobody else; one that falls {@link Subscription#QUEUE_LIMIT} events behind loses what comes next and is
 * told how many that were.
 */
public interface EventSink {
    /** Something happened. */
    void event(DomainEvent event);

    /** So many events were dropped here because earlier ones had not been taken. */
    void lost(long count);
}
