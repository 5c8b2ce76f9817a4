package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.StoragePool;
import dev.posada.model.PosadaException;

/** The option that names a storage pool, and how the pool is found. */
final class Pools {
    private Pools() {}

    /** {@code <pool>}. */
    static Option option(Flag.PoolList... proposed) {
        return Option.value("pool", "a pool's name or uuid").completing(proposals(proposed));
    }

    /** Names of pools that pass the flags. */
    static Completer proposals(Flag.PoolList... filter) {
        return call -> Proposals.answered(() -> call.connection().storage().pools(filter).stream()
                .map(StoragePool::name)
                .toList());
    }

    /** The pool that {@code <pool>} names: by uuid, by name. */
    static StoragePool of(Call call) {
        return named(call, call.required("pool"));
    }

    /** The pool that a word names: by uuid, by name. */
    static StoragePool named(Call call, String word) {
        var storage = call.connection().storage();
        try {
            var byUuid = Words.fullUuid(word).flatMap(storage::poolByUuid);
            return byUuid.orElseGet(() -> storage.requirePool(word));
        } catch (PosadaException e) {
            throw new CommandException("failed to get pool '" + word + "'", e);
        }
    }
}
