package dev.posada.engine;

import dev.posada.driver.LiveNetwork;
import dev.posada.engine.DomainView.Presence;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkIdentity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * All that is known of a virtual network at one moment; immutable, so that looking needs no lock.
 *
 * @param identity its name and uuid
 * @param presence whether others may see it
 * @param config the stored definition; empty for a transient network
 * @param live what is known while it is started
 * @param autostart whether it starts with the host
 */
record NetworkView(
        NetworkIdentity identity,
        Presence presence,
        Optional<StoredNetwork> config,
        Optional<Live> live,
        boolean autostart) {

    /**
     * A started network.
     *
     * @param network the driver's side of it
     * @param definition what runs
     * @param ports what is plugged in, in the order in which it was
     */
    record Live(LiveNetwork network, NetworkDefinition definition, List<NetworkPort> ports) {
        Live {
            ports = List.copyOf(ports);
        }

        Optional<NetworkPort> port(UUID uuid) {
            return ports.stream().filter(port -> port.uuid().equals(uuid)).findFirst();
        }

        /** How many are plugged into a device of the pool. */
        long users(String device) {
            return ports.stream().filter(port -> port.plug().has("dev", device)).count();
        }

        Live with(NetworkPort port) {
            var more = new ArrayList<>(ports);
            more.add(port);
            return new Live(network, definition, more);
        }

        Live without(Collection<UUID> gone) {
            return new Live(
                    network,
                    definition,
                    ports.stream().filter(port -> !gone.contains(port.uuid())).toList());
        }

        Live withDefinition(NetworkDefinition changed) {
            return new Live(network, changed, ports);
        }

        LiveNetworkRecord record() {
            return new LiveNetworkRecord(definition, HostBoot.id(), ports);
        }
    }

    static NetworkView reserved(NetworkIdentity identity) {
        return new NetworkView(identity, Presence.RESERVED, Optional.empty(), Optional.empty(), false);
    }

    boolean active() {
        return live.isPresent();
    }

    boolean persistent() {
        return config.isPresent();
    }

    boolean there() {
        return presence == Presence.THERE;
    }

    /** What is started, or else what would be. */
    NetworkDefinition definition() {
        return live.map(Live::definition)
                .or(() -> config.map(StoredNetwork::definition))
                .orElseThrow();
    }

    NetworkView withConfig(StoredNetwork definition) {
        return new NetworkView(identity, Presence.THERE, Optional.of(definition), live, autostart);
    }

    NetworkView withoutConfig() {
        return new NetworkView(identity, live.isPresent() ? presence : Presence.GONE, Optional.empty(), live, false);
    }

    NetworkView withLive(Live live) {
        return new NetworkView(identity, Presence.THERE, config, Optional.of(live), autostart);
    }

    NetworkView withoutLive() {
        return new NetworkView(
                identity, config.isPresent() ? presence : Presence.GONE, config, Optional.empty(), autostart);
    }

    NetworkView withAutostart(boolean autostart) {
        return new NetworkView(identity, presence, config, live, autostart);
    }

    NetworkView gone() {
        return new NetworkView(identity, Presence.GONE, config, live, autostart);
    }
}
