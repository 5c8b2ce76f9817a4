package dev.posada.conformance;

import dev.posada.engine.Connection;
import dev.posada.engine.EventSink;
import dev.posada.engine.Subscription;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.Lifecycle;
import dev.posada.model.LifecycleChange;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Writes down every event of a connection, in the order of delivery. */
final class Diary implements EventSink<DomainEvent>, AutoCloseable {
    private final List<DomainEvent> events = new ArrayList<>();
    private final Subscription<DomainEvent> subscription;

    Diary(Connection connection) {
        this.subscription = connection.events().subscribe(this);
    }

    @Override
    public synchronized void event(DomainEvent event) {
        events.add(event);
    }

    @Override
    public void lost(long count) {
        throw new AssertionError(count + " events lost");
    }

    synchronized List<DomainEvent> of(UUID domain) {
        return events.stream()
                .filter(event -> event.domain().uuid().equals(domain))
                .toList();
    }

    /** The steps in a domain's life so far. */
    List<LifecycleChange> steps(UUID domain) {
        var steps = new ArrayList<LifecycleChange>();
        for (var event : of(domain)) {
            if (event.happening() instanceof Lifecycle(LifecycleChange change)) {
                steps.add(change);
            }
        }
        return steps;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
