package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * Sees to it that no two pools take the same place on the host. Names, uuids and places of pools are taken together and
 * places are given back under this object's monitor, inside which the registry's is taken; pools are claimed here alone.
 */
final class PoolPlaces {
    private final KeptRegistry<Pool> pools;
    private final ErrorOrigin origin;

    PoolPlaces(KeptRegistry<Pool> pools, ErrorOrigin origin) {
        this.pools = pools;
        this.origin = origin;
    }

    /**
     * {@link KeptRegistry#claim} for a pool, which takes the places too.
     *
     * @throws PosadaException {@code OPERATION_FAILED} when the uuid has another name, the name another uuid, or one of the
     *     places another pool; nothing is taken then
     */
    synchronized Pool claim(Pool fresh, Set<String> places) {
        pools.mustFit(fresh.uuid(), fresh.name());
        for (var other : pools.all()) {
            if (!other.uuid().equals(fresh.uuid()) && !Collections.disjoint(other.places(), places)) {
                throw new PosadaException(
                        ErrorCode.OPERATION_FAILED,
                        origin,
                        "Storage source conflict with pool: '" + other.name() + "'");
            }
        }
        var pool = pools.claim(fresh);
        var taken = new HashSet<>(pool.places());
        taken.addAll(places);
        pool.places(taken);
        return pool;
    }

    /** Gives back the places a pool has no more, or did not get. */
    synchronized void settle(Pool pool, Set<String> places) {
        pool.places(places);
    }
}
