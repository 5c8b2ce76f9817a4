package dev.posada.engine;

import dev.posada.driver.LiveNetwork;
import dev.posada.driver.NetworkDriver;
import dev.posada.driver.NetworkProvider;
import dev.posada.model.DhcpLease;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.PosadaException;
import dev.posada.xml.NetworkXml;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A host's networks that outlive the engines that started them, and fail when a test says so. Bridges are numbered from
 * {@code br0}; a network in mode {@code passthrough} gives each of its devices to one interface.
 */
final class Wires {
    private final Map<UUID, NetworkDefinition> running = new ConcurrentHashMap<>();
    private final Map<UUID, Element> plugged = new ConcurrentHashMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final Set<DhcpLease> leases = ConcurrentHashMap.newKeySet();

    /** Starts of this network fail from now on. */
    void fail(String name) {
        failing.add(name);
    }

    /** Every network hands out this address. */
    void lease(DhcpLease lease) {
        leases.add(lease);
    }

    boolean runs(UUID network) {
        return running.containsKey(network);
    }

    NetworkDefinition definition(UUID network) {
        return running.get(network);
    }

    /** The host forgets a network while nobody watches. */
    void flush(UUID network) {
        running.remove(network);
    }

    Set<UUID> ports() {
        return Set.copyOf(plugged.keySet());
    }

    NetworkProvider provider() {
        return _ -> new Driver();
    }

    private final class Driver implements NetworkDriver {
        @Override
        public ErrorOrigin origin() {
            return ErrorOrigin.NETWORK;
        }

        @Override
        public NetworkDefinition complete(NetworkDefinition definition, Collection<NetworkDefinition> others) {
            if (!definition.ownsBridge()) {
                return definition;
            }
            var taken =
                    others.stream().flatMap(other -> other.bridge().stream()).collect(Collectors.toSet());
            if (definition.bridge().isPresent()) {
                if (taken.contains(definition.bridge().get())) {
                    throw new PosadaException(
                            ErrorCode.INTERNAL_ERROR,
                            ErrorOrigin.NETWORK,
                            "bridge name '" + definition.bridge().get() + "' already in use.");
                }
                return definition;
            }
            int number = 0;
            while (taken.contains("br" + number)) {
                number++;
            }
            var bridge = definition.root().child("bridge").orElseThrow().with("name", "br" + number);
            return NetworkXml.ordered(definition.withChild(bridge));
        }

        @Override
        public LiveNetwork start(NetworkDefinition definition) {
            if (failing.contains(definition.name())) {
                throw new PosadaException(
                        ErrorCode.INTERNAL_ERROR, ErrorOrigin.NETWORK, "no wire for " + definition.name());
            }
            running.put(definition.uuid(), definition);
            return new Running(definition.uuid());
        }

        @Override
        public Optional<LiveNetwork> find(NetworkDefinition live) {
            return running.containsKey(live.uuid()) ? Optional.of(new Running(live.uuid())) : Optional.empty();
        }

        @Override
        public List<NetworkDefinition> residents() {
            return List.of(NetworkXml.parse(
                    "<network><name>default</name><ip address='10.0.0.1' prefix='24'/></network>", false));
        }

        @Override
        public void close() {}
    }

    private final class Running implements LiveNetwork {
        private final UUID uuid;

        Running(UUID uuid) {
            this.uuid = uuid;
        }

        @Override
        public NetworkDefinition definition() {
            return running.get(uuid);
        }

        @Override
        public void stop() {
            running.remove(uuid);
        }

        @Override
        public void update(NetworkDefinition changed) {
            running.put(uuid, changed);
        }

        @Override
        public List<DhcpLease> leases() {
            return List.copyOf(leases);
        }

        @Override
        public Element plug(UUID port, Element wanted, Optional<String> portGroup) {
            var definition = definition();
            var plug = definition.forwardMode().equals("passthrough")
                    ? Element.of("plug", "type", "direct", "dev", free(definition), "mode", "passthrough")
                    : Element.of(
                            "plug",
                            "type",
                            "network",
                            "bridge",
                            definition.bridge().orElseThrow());
            plugged.put(port, plug);
            return plug;
        }

        private String free(NetworkDefinition definition) {
            return definition.root().child("forward").orElseThrow().children("interface").stream()
                    .map(one -> one.attribute("dev", ""))
                    .filter(dev -> plugged.values().stream().noneMatch(plug -> plug.has("dev", dev)))
                    .findFirst()
                    .orElseThrow(() -> new PosadaException(
                            ErrorCode.INTERNAL_ERROR, ErrorOrigin.NETWORK, "all devices are in use"));
        }

        @Override
        public void replug(UUID port, Element plug) {
            plugged.put(port, plug);
        }

        @Override
        public void unplug(UUID port) {
            plugged.remove(port);
        }

        @Override
        public void release() {}
    }
}
