package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NetworkIdentity;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The virtual networks of a host by uuid and name. Looking up takes no lock; names and uuids are taken and given back
 * under this object's monitor, which is held for that only.
 */
final class NetworkRegistry {
    private final Map<UUID, Network> byUuid = new ConcurrentHashMap<>();
    private final Map<String, Network> byName = new ConcurrentHashMap<>();
    private final EventBus<NetworkEvent> bus;
    private final ErrorOrigin origin;

    NetworkRegistry(EventBus<NetworkEvent> bus, ErrorOrigin origin) {
        this.bus = bus;
        this.origin = origin;
    }

    /** All networks, also those that are not to be seen. */
    Collection<Network> all() {
        return byUuid.values();
    }

    Optional<Network> find(UUID uuid) {
        return Optional.ofNullable(byUuid.get(uuid))
                .filter(network -> network.view().there());
    }

    Optional<Network> find(String name) {
        return Optional.ofNullable(byName.get(name))
                .filter(network -> network.view().there());
    }

    /** What all networks but one are and will be when they are started again. */
    List<NetworkDefinition> others(NetworkIdentity than) {
        var others = new ArrayList<NetworkDefinition>();
        for (var network : byUuid.values()) {
            if (!network.uuid().equals(than.uuid())) {
                network.view().live().ifPresent(live -> others.add(live.definition()));
                network.view().config().ifPresent(others::add);
            }
        }
        return others;
    }

    /**
     * The network of this uuid and name, taken for a new one if there is none. Whoever gets it begins a job and then looks
     * whether it has gone meanwhile.
     *
     * @throws PosadaException {@code OPERATION_FAILED} when the uuid has another name, or the name another uuid
     */
    synchronized Network claim(NetworkIdentity identity) {
        mustFit(identity);
        var same = byUuid.get(identity.uuid());
        var network = same != null ? same : new Network(identity, bus);
        byUuid.put(network.uuid(), network);
        byName.put(network.name(), network);
        return network;
    }

    /** Returns when a network of this name and uuid could be there; {@code OPERATION_FAILED} otherwise. */
    synchronized void mustFit(NetworkIdentity identity) {
        var same = byUuid.get(identity.uuid());
        var namesake = byName.get(identity.name());
        if (same != null && !same.name().equals(identity.name())) {
            throw failed("network '" + same.name() + "' is already defined with uuid " + identity.uuid());
        }
        if (namesake != null && !namesake.uuid().equals(identity.uuid())) {
            throw failed("network '" + identity.name() + "' already exists with uuid " + namesake.uuid());
        }
    }

    /** Takes out a network that is gone. */
    synchronized void forget(Network network) {
        byUuid.remove(network.uuid(), network);
        byName.remove(network.name(), network);
    }

    private PosadaException failed(String detail) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, origin, detail);
    }
}
