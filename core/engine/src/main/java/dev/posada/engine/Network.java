package dev.posada.engine;

import dev.posada.model.NetworkChange;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NetworkIdentity;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * One virtual network of a registry: who may change it, and what is known of it. The view is replaced, and events are
 * handed to the bus, under this object's monitor, as with {@link Domain}; everything that takes time happens in a job of
 * {@link #jobs}.
 */
final class Network implements KeptObject {
    private final NetworkIdentity identity;
    private final EventBus<NetworkEvent> bus;
    private final JobSlot jobs = new JobSlot();
    private volatile KeptView<NetworkIdentity, NetworkDefinition, StartedNetwork> view;

    Network(NetworkIdentity identity, EventBus<NetworkEvent> bus) {
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
    public KeptView<NetworkIdentity, NetworkDefinition, StartedNetwork> view() {
        return view;
    }

    /** Replaces the view, then tells of what happened. */
    synchronized void change(
            UnaryOperator<KeptView<NetworkIdentity, NetworkDefinition, StartedNetwork>> change,
            NetworkEvent.Happening... happenings) {
        view = change.apply(view);
        for (var happening : happenings) {
            bus.publish(new NetworkEvent(identity, happening));
        }
    }

    static NetworkEvent.Happening step(NetworkChange change) {
        return new NetworkEvent.Lifecycle(change);
    }
}
