package dev.posada.engine;

import dev.posada.driver.LiveNetwork;
import dev.posada.model.NetworkDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A started network.
 *
 * @param network the driver's side of it
 * @param definition what runs
 * @param ports what is plugged in, in the order in which it was
 */
record StartedNetwork(LiveNetwork network, NetworkDefinition definition, List<NetworkPort> ports)
        implements Started<NetworkDefinition> {
    StartedNetwork {
        ports = List.copyOf(ports);
    }

    Optional<NetworkPort> port(UUID uuid) {
        return ports.stream().filter(port -> port.uuid().equals(uuid)).findFirst();
    }

    /** How many are plugged into a device of the pool. */
    long users(String device) {
        return ports.stream().filter(port -> port.plug().has("dev", device)).count();
    }

    StartedNetwork with(NetworkPort port) {
        var more = new ArrayList<>(ports);
        more.add(port);
        return new StartedNetwork(network, definition, more);
    }

    StartedNetwork without(Collection<UUID> gone) {
        return new StartedNetwork(
                network,
                definition,
                ports.stream().filter(port -> !gone.contains(port.uuid())).toList());
    }

    StartedNetwork withDefinition(NetworkDefinition changed) {
        return new StartedNetwork(network, changed, ports);
    }

    LiveNetworkRecord record() {
        return new LiveNetworkRecord(definition, HostBoot.id(), ports);
    }
}
