package dev.posada.simulator;

import dev.posada.driver.LiveNetwork;
import dev.posada.driver.NetworkDriver;
import dev.posada.model.DhcpLease;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The virtual networks libvirt's test driver shows: they only say that they are there. */
final class SimulatedNetworks implements NetworkDriver {
    private static final String RESIDENT_UUID = "dd8fe884-6c02-601e-7551-cca97df1c5df";

    @Override
    public ErrorOrigin origin() {
        return ErrorOrigin.NETWORK;
    }

    @Override
    public NetworkDefinition complete(NetworkDefinition definition, Collection<NetworkDefinition> others) {
        return definition;
    }

    @Override
    public LiveNetwork start(NetworkDefinition definition) {
        return new Running(definition);
    }

    @Override
    public Optional<LiveNetwork> find(NetworkDefinition live) {
        return Optional.empty();
    }

    @Override
    public List<NetworkDefinition> residents() {
        return List.of(new NetworkDefinition(Element.of("network")
                .plus(Element.text("name", "default"))
                .plus(Element.text("uuid", RESIDENT_UUID))
                .plus(Element.of("forward", "mode", "nat"))
                .plus(Element.of("bridge", "name", "virbr0", "stp", "on", "delay", "0"))
                .plus(Element.of("ip", "address", "192.168.122.1", "netmask", "255.255.255.0")
                        .plus(Element.of("dhcp")
                                .plus(Element.of("range", "start", "192.168.122.2", "end", "192.168.122.254"))))));
    }

    @Override
    public void close() {
        // Everything is in memory and goes with whoever holds it.
    }

    /** One that was started. */
    private record Running(NetworkDefinition definition) implements LiveNetwork {
        @Override
        public void stop() {
            // Nothing was made.
        }

        @Override
        public void update(NetworkDefinition changed) {
            // What is changed is the definition, which the engine keeps.
        }

        @Override
        public List<DhcpLease> leases() {
            return List.of();
        }

        @Override
        public Element plug(UUID port, Element wanted, Optional<String> portGroup) {
            return Element.of(
                    "plug", "type", "network", "bridge", definition.bridge().orElse("virbr0"));
        }

        @Override
        public void unplug(UUID port) {
            // Nothing was taken.
        }

        @Override
        public void release() {
            // Nothing is held.
        }
    }
}
