package dev.posada.engine;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What happens to the domains of a driver, for whoever asked to be told. */
public final class Events {
    private final EventBus bus;
    private final Access access;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

    Events(EventBus bus, Access access) {
        this.bus = bus;
        this.access = access;
    }

    /** Tells of everything that happens to any domain. */
    public Subscription subscribe(EventSink sink) {
        return subscribe(Optional.empty(), sink);
    }

    /** Tells of everything that happens to one domain, also after it was forgotten and defined again. */
    public Subscription subscribe(UUID domain, EventSink sink) {
        return subscribe(Optional.of(domain), sink);
    }

    private Subscription subscribe(Optional<UUID> domain, EventSink sink) {
        access.query("virConnectDomainEventRegisterAny");
        var subscription = bus.subscribe(domain, sink, subscriptions::remove);
        subscriptions.add(subscription);
        return subscription;
    }

    /** Ends every subscription that was made here. */
    void close() {
        subscriptions.forEach(Subscription::close);
    }
}
