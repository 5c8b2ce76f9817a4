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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The domains of a driver by uuid, name and id.
 *
 * <p>Looking up takes no lock. Names and uuids are taken and given back under this object's monitor, so that no two
 * domains share one; the monitor is held for the change of the maps only.
 */
final class Registry {
    private final Map<UUID, Domain> byUuid = new ConcurrentHashMap<>();
    private final Map<String, Domain> byName = new ConcurrentHashMap<>();
    private final Map<Integer, Domain> running = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();
    private final EventBus<DomainEvent> bus;
    private final ErrorOrigin origin;

    Registry(EventBus<DomainEvent> bus, ErrorOrigin origin) {
        this.bus = bus;
        this.origin = origin;
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
    synchronized Domain claim(UUID uuid, String name) {
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
        var domain = new Domain(uuid, name, bus);
        byUuid.put(uuid, domain);
        byName.put(name, domain);
        return domain;
    }

    /** Takes a second name for a domain; both are its own until {@link #release} gives one back. */
    synchronized void claim(String name, Domain domain) {
        var namesake = byName.get(name);
        if (namesake != null && namesake != domain && namesake.view().presence() != Presence.GONE) {
            throw new PosadaException(
                    ErrorCode.OPERATION_INVALID, origin, "domain with name '" + name + "' already exists");
        }
        byName.put(name, domain);
    }

    /** Gives back a name that a domain has no more, or did not get. */
    synchronized void release(String name, Domain domain) {
        byName.remove(name, domain);
    }

    /** Takes out a domain that is gone. */
    synchronized void forget(Domain domain) {
        byUuid.remove(domain.uuid(), domain);
        byName.remove(domain.view().name(), domain);
    }

    /** A number for an instance, higher than all before. */
    int nextId() {
        return lastId.incrementAndGet();
    }

    /** Sees to it that ids given later are higher than this one. */
    void passId(int id) {
        lastId.accumulateAndGet(id, Math::max);
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
