package dev.posada.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What happens to one kind of object, for whoever asked to be told.
 *
 * @param <E> an event
 */
public final class EventFeed<E> {
    private final EventBus<E> bus;
    private final Access access;
    private final String api;
    private final Runnable begun;
    private final Runnable ended;
    private final Set<Subscription<E>> subscriptions = ConcurrentHashMap.newKeySet();

    /**
     * @param api the public function that asks to be told
     */
    EventFeed(EventBus<E> bus, Access access, String api) {
        this(bus, access, api, () -> {}, () -> {});
    }

    /**
     * A feed whose source works only for those who listen.
     *
     * @param begun run before each subscription
     * @param ended run after the end of each
     */
    EventFeed(EventBus<E> bus, Access access, String api, Runnable begun, Runnable ended) {
        this.bus = bus;
        this.access = access;
        this.api = api;
        this.begun = begun;
        this.ended = ended;
    }

    /** Tells of everything that happens to any of the objects. */
    public Subscription<E> subscribe(EventSink<E> sink) {
        access.query(api);
        begun.run();
        var subscription = bus.subscribe(_ -> true, sink, this::closed);
        subscriptions.add(subscription);
        return subscription;
    }

    private void closed(Subscription<E> subscription) {
        subscriptions.remove(subscription);
        ended.run();
    }

    /** Ends every subscription that was made here. */
    void close() {
        subscriptions.forEach(Subscription::close);
    }
}
