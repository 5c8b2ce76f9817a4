package dev.posada.network;

import dev.posada.driver.LiveNetwork;
import dev.posada.model.DhcpLease;
import dev.posada.model.Element;
import dev.posada.model.NetworkDefinition;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A started network with a bridge of its own. */
final class BridgeNetwork implements LiveNetwork {
    private final OwnBridge bridge;
    private final Dnsmasq dnsmasq;
    private final NetworkFiles files;
    private final InstantSource clock;

    /** Replaced as a whole by {@link #update}; the engine has one changing call under way at a time. */
    private volatile NetworkPlan plan;

    BridgeNetwork(NetworkPlan plan, OwnBridge bridge, Dnsmasq dnsmasq, NetworkFiles files, InstantSource clock) {
        this.plan = plan;
        this.bridge = bridge;
        this.dnsmasq = dnsmasq;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public NetworkDefinition definition() {
        return plan.definition();
    }

    @Override
    public void stop() {
        bridge.takeAway(plan.bridge(), plan.mac().orElse(""));
    }

    @Override
    public void update(NetworkDefinition changed) {
        var live = LiveDocument.of(changed);
        LiveChanges.requireSmall(plan.definition(), live);
        var next = NetworkPlan.of(live);
        bridge.change(plan, next);
        plan = next;
    }

    @Override
    public List<DhcpLease> leases() {
        var now = plan;
        return now.dhcp(false) || now.dhcp(true)
                ? LeaseFile.read(files.dnsmasq().leases(), now, clock)
                : List.of();
    }

    @Override
    public Element plug(UUID port, Element wanted, Optional<String> portGroup) {
        return Plug.bridge(plan.definition(), "network", plan.bridge());
    }

    @Override
    public void unplug(UUID port) {
        // Whoever made the link that was plugged in takes it out again.
    }

    @Override
    public void release() {
        dnsmasq.forget();
    }
}
