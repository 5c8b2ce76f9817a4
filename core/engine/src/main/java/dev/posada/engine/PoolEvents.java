package dev.posada.engine;

import dev.posada.model.PoolEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What happens to pools, for whoever asked to be told. */
public final class PoolEvents {
    private final EventBus<PoolEvent> bus;
    private final Access access;
    private final Set<Subscription<PoolEvent>> subscriptions = ConcurrentHashMap.newKeySet();

    PoolEvents(EventBus<PoolEvent> bus, Access access) {
        this.bus = bus;
        this.access = access;
    }

    /** Tells of everything that happens to any pool. */
    public Subscription<PoolEvent> subscribe(EventSink<PoolEvent> sink) {
        access.query("virConnectStoragePoolEventRegisterAny");
        var subscription = bus.subscribe(_ -> true, sink, subscriptions::remove);
        subscriptions.add(subscription);
        return subscription;
    }

    /** Ends every subscription that was made here. */
    void close() {
        subscriptions.forEach(Subscription::close);
    }
}
