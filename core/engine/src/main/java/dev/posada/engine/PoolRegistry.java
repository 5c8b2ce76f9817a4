package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PoolEvent;
import dev.posada.model.PoolIdentity;
import dev.posada.model.PosadaException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pools of a host by uuid and name. Looking up takes no lock; names, uuids and places are taken and given back under
 * this object's monitor, which is held for that only.
 */
final class PoolRegistry {
    private final Map<UUID, Pool> byUuid = new ConcurrentHashMap<>();
    private final Map<String, Pool> byName = new ConcurrentHashMap<>();
    private final EventBus<PoolEvent> bus;
    private final ErrorOrigin origin;

    PoolRegistry(EventBus<PoolEvent> bus, ErrorOrigin origin) {
        this.bus = bus;
        this.origin = origin;
    }

    /** All pools, also those that are not to be seen. */
    Collection<Pool> all() {
        return byUuid.values();
    }

    Optional<Pool> find(UUID uuid) {
        return Optional.ofNullable(byUuid.get(uuid)).filter(pool -> pool.view().there());
    }

    Optional<Pool> find(String name) {
        return Optional.ofNullable(byName.get(name)).filter(pool -> pool.view().there());
    }

    /**
     * The pool of this uuid and name, taken for a new one if there is none; it takes the places too. Whoever gets it
     * begins a job and then looks whether it has gone meanwhile.
     *
     * @throws PosadaException {@code OPERATION_FAILED} when the uuid has another name, the name another uuid, or one of the
     *     places another pool
     */
    synchronized Pool claim(PoolIdentity identity, Set<String> places) {
        var same = byUuid.get(identity.uuid());
        var namesake = byName.get(identity.name());
        if (same != null && !same.name().equals(identity.name())) {
            throw failed("pool '" + same.name() + "' is already defined with uuid " + identity.uuid());
        }
        if (namesake != null && !namesake.uuid().equals(identity.uuid())) {
            throw failed("pool '" + identity.name() + "' already exists with uuid " + namesake.uuid());
        }
        for (var other : byUuid.values()) {
            if (!other.uuid().equals(identity.uuid()) && !Collections.disjoint(other.places(), places)) {
                throw failed("Storage source conflict with pool: '" + other.name() + "'");
            }
        }
        var pool = same != null ? same : new Pool(identity, bus);
        var taken = new HashSet<>(pool.places());
        taken.addAll(places);
        pool.places(taken);
        byUuid.put(pool.uuid(), pool);
        byName.put(pool.name(), pool);
        return pool;
    }

    /** Gives back the places a pool has no more, or did not get. */
    synchronized void settle(Pool pool, Set<String> places) {
        pool.places(places);
    }

    /** Takes out a pool that is gone. */
    synchronized void forget(Pool pool) {
        byUuid.remove(pool.uuid(), pool);
        byName.remove(pool.name(), pool);
    }

    private PosadaException failed(String detail) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, origin, detail);
    }
}
