package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The objects of a kind by uuid and name. Looking up takes no lock; names and uuids are taken and given back under this
 * object's monitor, which is held for that only.
 *
 * @param <K> the kind
 */
final class KeptRegistry<K extends KeptObject> {
    private final Map<UUID, K> byUuid = new ConcurrentHashMap<>();
    private final Map<String, K> byName = new ConcurrentHashMap<>();
    private final String noun;
    private final ErrorOrigin origin;

    /**
     * @param noun what the objects are, in messages
     */
    KeptRegistry(String noun, ErrorOrigin origin) {
        this.noun = noun;
        this.origin = origin;
    }

    /** All objects, also those that are not to be seen. */
    Collection<K> all() {
        return byUuid.values();
    }

    Optional<K> find(UUID uuid) {
        return Optional.ofNullable(byUuid.get(uuid)).filter(kept -> kept.view().there());
    }

    Optional<K> find(String name) {
        return Optional.ofNullable(byName.get(name)).filter(kept -> kept.view().there());
    }

    /**
     * The object with the uuid and name of a fresh one, or else that one itself. Whoever gets it begins a job and then
     * looks whether it has gone meanwhile.
     *
     * @throws PosadaException {@code OPERATION_FAILED} when the uuid has another name, or the name another uuid
     */
    synchronized K claim(K fresh) {
        mustFit(fresh.uuid(), fresh.name());
        var same = byUuid.get(fresh.uuid());
        var kept = same != null ? same : fresh;
        byUuid.put(kept.uuid(), kept);
        byName.put(kept.name(), kept);
        return kept;
    }

    /** Returns when an object of this uuid and name could be there; {@code OPERATION_FAILED} otherwise. */
    synchronized void mustFit(UUID uuid, String name) {
        var same = byUuid.get(uuid);
        var namesake = byName.get(name);
        if (same != null && !same.name().equals(name)) {
            throw failed(noun + " '" + same.name() + "' is already defined with uuid " + uuid);
        }
        if (namesake != null && !namesake.uuid().equals(uuid)) {
            throw failed(noun + " '" + name + "' already exists with uuid " + namesake.uuid());
        }
    }

    /** Takes out an object that is gone. */
    synchronized void forget(K kept) {
        byUuid.remove(kept.uuid(), kept);
        byName.remove(kept.name(), kept);
    }

    private PosadaException failed(String detail) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, origin, detail);
    }
}
