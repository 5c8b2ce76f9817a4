package dev.posada.engine;

import dev.posada.model.DomainEvent;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The domains of a driver by uuid, name and id.
 *
 * <p>Looking up takes no lock. Names and uuids are taken and given back under the monitor of what the registries of the
 * host have in common, so that no two domains share one; it is held for the change of the maps only.
 */
final class Registry {
    private final Map<UUID, Domain> byUuid = new ConcurrentHashMap<>();
    private final Map<String, Domain> byName = new ConcurrentHashMap<>();
    private final Map<Integer, Domain> running = new ConcurrentHashMap<>();
    private final Registries all;
    private final EventBus<DomainEvent> bus;
    private final ErrorOrigin origin;

    Registry(Registries all, EventBus<DomainEvent> bus, ErrorOrigin origin) {
        this.all = all;
        this.bus = bus;
        this.origin = origin;
        all.add(this);
    }

    /** All domains, also those that are not to be seen. */
    Collection<Domain> all() {
        return byUuid.values();
    }

    /** The domains with an instance, also one that is only being started. */
    Collection<Domain> running() {
        return running.values();
    }

    Optional<Domain> find(UUID uuid) {
        return Optional.ofNullable(byUuid.get(uuid))
                .filter(domain -> domain.view().there());
    }

    Optional<Domain> find(String name) {
        return Optional.ofNullable(byName.get(name))
                .filter(domain -> domain.view().there());
    }

    Optional<Domain> find(int id) {
        return Optional.ofNullable(running.get(id))
                .filter(domain -> domain.view().id() == id);
    }

    /**
     * The domain of this uuid and name, taken for a new one if there is none. Whoever gets it begins a job and then looks
     * whether it has gone meanwhile.
     *
     * @throws PosadaException {@code OPERATION_FAILED} when the uuid has another name or the name another uuid
     */
    Domain claim(UUID uuid, String name) {
        synchronized (all) {
            return claimed(uuid, name);
        }
    }

    private Domain claimed(UUID uuid, String name) {
        var same = byUuid.get(uuid);
        if (same != null && same.view().presence() != Presence.GONE) {
            if (!same.view().name().equals(name)) {
                throw failed("domain '" + same.view().name() + "' is already defined with uuid " + uuid);
            }
            return same;
        }
        var namesake = byName.get(name);
        if (namesake != null && namesake.view().presence() != Presence.GONE) {
            throw failed("domain '" + name + "' already exists with uuid " + namesake.uuid());
        }
        all.elsewhere(uuid, this).ifPresent(other -> {
            throw failed("domain '" + other.view().name() + "' of another kind is already defined with uuid " + uuid);
        });
        var domain = new Domain(uuid, name, bus);
        byUuid.put(uuid, domain);
        byName.put(name, domain);
        return domain;
    }

    /** Takes a second name for a domain; both are its own until {@link #release} gives one back. */
    void claim(String name, Domain domain) {
        synchronized (all) {
            var namesake = byName.get(name);
            if (namesake != null && namesake != domain && namesake.view().presence() != Presence.GONE) {
                throw new PosadaException(
                        ErrorCode.OPERATION_INVALID, origin, "domain with name '" + name + "' already exists");
            }
            byName.put(name, domain);
        }
    }

    /** Whoever has taken a uuid, also when nothing has come of it yet. */
    Optional<Domain> taken(UUID uuid) {
        return Optional.ofNullable(byUuid.get(uuid))
                .filter(domain -> domain.view().presence() != Presence.GONE);
    }

    /** Gives back a name that a domain has no more, or did not get. */
    void release(String name, Domain domain) {
        synchronized (all) {
            byName.remove(name, domain);
        }
    }

    /** Takes out a domain that is gone. */
    void forget(Domain domain) {
        synchronized (all) {
            byUuid.remove(domain.uuid(), domain);
            byName.remove(domain.view().name(), domain);
        }
    }

    /** A number for an instance, higher than all before. */
    int nextId() {
        return all.nextId();
    }

    /** Sees to it that ids given later are higher than this one. */
    void passId(int id) {
        all.passId(id);
    }

    /** Takes the registry out of those of the host. */
    void close() {
        all.remove(this);
    }

    void enter(int id, Domain domain) {
        running.put(id, domain);
    }

    void leave(int id, Domain domain) {
        running.remove(id, domain);
    }

    private PosadaException failed(String detail) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, origin, detail);
    }
}
