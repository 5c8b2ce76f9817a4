package dev.posada.network;

import dev.posada.driver.LiveNetwork;
import dev.posada.model.DhcpLease;
import dev.posada.model.Element;
import dev.posada.model.NetworkDefinition;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A started network that is a bridge of the host's own: nothing is made for it, and nothing taken away. */
final class BorrowedBridge implements LiveNetwork {
    private volatile NetworkDefinition definition;
    private final String bridge;

    BorrowedBridge(NetworkDefinition definition, String bridge) {
        this.definition = definition;
        this.bridge = bridge;
    }

    @Override
    public NetworkDefinition definition() {
        return definition;
    }

    @Override
    public void stop() {
        // The bridge is the host's.
    }

    @Override
    public void update(NetworkDefinition changed) {
        LiveChanges.requireSmall(definition, changed);
        definition = changed;
    }

    @Override
    public List<DhcpLease> leases() {
        return List.of();
    }

    @Override
    public Element plug(UUID port, Element wanted, Optional<String> portGroup) {
        return Plug.bridge(definition, "bridge", bridge);
    }

    @Override
    public void unplug(UUID port) {
        // Whoever made the link that was plugged in takes it out again.
    }

    @Override
    public void release() {
        // Nothing is held.
    }
}
