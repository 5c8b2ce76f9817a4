package dev.posada.engine;

import dev.posada.model.DomainEvent;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** What happens to the domains of a driver, or of several, for whoever asked to be told. */
public final class Events {
    private final List<EventBus<DomainEvent>> buses;
    private final Access access;
    private final Set<Subscription<DomainEvent>> subscriptions = ConcurrentHashMap.newKeySet();

    Events(List<EventBus<DomainEvent>> buses, Access access) {
        this.buses = List.copyOf(buses);
        this.access = access;
    }

    /** Tells of everything that happens to any domain. */
    public Subscription<DomainEvent> subscribe(EventSink<DomainEvent> sink) {
        return subscribe(event -> !isOfMonitor(event), sink);
    }

    /** Tells of everything that happens to one domain, also after it was forgotten and defined again. */
    public Subscription<DomainEvent> subscribe(UUID domain, EventSink<DomainEvent> sink) {
        return subscribe(event -> !isOfMonitor(event) && event.domain().uuid().equals(domain), sink);
    }

    /** Tells what the hypervisors' own monitors say; each is a {@link DomainEvent.MonitorEvent}. */
    public Subscription<DomainEvent> subscribeToMonitors(EventSink<DomainEvent> sink) {
        access.change("virConnectDomainQemuMonitorEventRegister");
        return subscribe(Events::isOfMonitor, sink);
    }

    private static boolean isOfMonitor(DomainEvent event) {
        return event.happening() instanceof DomainEvent.MonitorEvent;
    }

    private Subscription<DomainEvent> subscribe(Predicate<DomainEvent> wanted, EventSink<DomainEvent> sink) {
        access.query("virConnectDomainEventRegisterAny");
        var subscription = EventBus.subscribe(buses, wanted, sink, subscriptions::remove);
        subscriptions.add(subscription);
        return subscription;
    }

    /** Ends every subscription that was made here. */
    void close() {
        subscriptions.forEach(Subscription::close);
    }
}
