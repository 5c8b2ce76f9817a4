package dev.posada.engine;

import dev.posada.model.PoolChange;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PoolEvent;
import dev.posada.model.PoolIdentity;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * One pool of a registry: who may change it, and what is known of it. The view is replaced, and events are handed to the
 * bus, under this object's monitor, as with {@link Domain}; everything that takes time happens in a job of {@link #jobs}.
 */
final class Pool implements KeptObject {
    private final PoolIdentity identity;
    private final EventBus<PoolEvent> bus;
    private final JobSlot jobs = new JobSlot();
    private volatile KeptView<PoolIdentity, PoolDefinition, StartedPool> view;

    /** What it takes for itself on the host; changed and compared under {@link PoolPlaces}'s monitor. */
    private volatile Set<String> places = Set.of();

    Pool(PoolIdentity identity, EventBus<PoolEvent> bus) {
        this.identity = identity;
        this.bus = bus;
        this.view = KeptView.reserved(identity);
    }

    @Override
    public UUID uuid() {
        return identity.uuid();
    }

    @Override
    public String name() {
        return identity.name();
    }

    JobSlot jobs() {
        return jobs;
    }

    @Override
    public KeptView<PoolIdentity, PoolDefinition, StartedPool> view() {
        return view;
    }

    Set<String> places() {
        return places;
    }

    void places(Set<String> taken) {
        places = Set.copyOf(taken);
    }

    /** Replaces the view, then tells of what happened. */
    synchronized void change(
            UnaryOperator<KeptView<PoolIdentity, PoolDefinition, StartedPool>> change,
            PoolEvent.Happening... happenings) {
        view = change.apply(view);
        for (var happening : happenings) {
            bus.publish(new PoolEvent(identity, happening));
        }
    }

    static PoolEvent.Happening step(PoolChange change) {
        return new PoolEvent.Lifecycle(change);
    }
}
