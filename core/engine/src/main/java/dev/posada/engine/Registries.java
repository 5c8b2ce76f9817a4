package dev.posada.engine;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the registries of one host have in common: instances are numbered through all of them and a uuid is in one of them
 * alone, so that a view of all kinds tells domains apart. Names are each registry's own.
 *
 * <p>Taking and giving back happens under this object's monitor, which is held for the change of maps only.
 */
final class Registries {
    private final AtomicInteger lastId = new AtomicInteger();
    private final List<Registry> registries = new CopyOnWriteArrayList<>();

    void add(Registry registry) {
        registries.add(registry);
    }

    void remove(Registry registry) {
        registries.remove(registry);
    }

    /** The domain that has taken this uuid in another registry than the one that asks. */
    Optional<Domain> elsewhere(UUID uuid, Registry asking) {
        for (var registry : registries) {
            var taken = registry == asking ? Optional.<Domain>empty() : registry.taken(uuid);
            if (taken.isPresent()) {
                return taken;
            }
        }
        return Optional.empty();
    }

    /** A number for an instance, higher than all before. */
    int nextId() {
        return lastId.incrementAndGet();
    }

    /** Sees to it that ids given later are higher than this one. */
    void passId(int id) {
        lastId.accumulateAndGet(id, Math::max);
    }
}
