package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.StoragePool;
import dev.posada.client.StorageVolume;
import dev.posada.model.PosadaException;
import java.util.Optional;

/** The options that name a storage volume, and how the volume is found. */
final class Volumes {
    private Volumes() {}

    /** {@code <vol>}. */
    static Option option() {
        return Option.value("vol", "a volume's name, key or path").completing(Volumes::names);
    }

    /** {@code <vol>} where no pool is asked for, so that names say nothing. */
    static Option byKey() {
        return Option.value("vol", "a volume's key or path")
                .completing(call ->
                        Proposals.answered(() -> call.connection().storage().pools(Flag.PoolList.ACTIVE).stream()
                                .flatMap(pool -> pool.volumes().stream())
                                .map(StorageVolume::key)
                                .toList()));
    }

    /** {@code --pool}. */
    static Option pool() {
        return Option.text("pool", "the name or uuid of the volume's pool")
                .completing(Pools.proposals(Flag.PoolList.ACTIVE));
    }

    private static java.util.List<String> names(Call call) {
        return Proposals.answered(() -> {
            var pool = call.text("pool");
            return pool.isEmpty()
                    ? java.util.List.of()
                    : Pools.named(call, pool.get()).volumes().stream()
                            .map(StorageVolume::name)
                            .toList();
        });
    }

    /** The volume that {@code <vol>} and {@code --pool} name: by name, by key, by path. */
    static StorageVolume of(Call call) {
        return of(call, "pool");
    }

    /** The same where another option names the pool. */
    static StorageVolume of(Call call, String poolOption) {
        var word = call.required("vol");
        var poolWord = call.text(poolOption);
        if (poolWord.isEmpty()) {
            return named(call, word, Optional.empty(), ", specifying --" + poolOption + " might help");
        }
        var pool = Pools.named(call, poolWord.get());
        if (!pool.isActive()) {
            throw new CommandException("pool '" + poolWord.get() + "' is not active");
        }
        var volume = named(call, word, Optional.of(pool), "");
        if (!volume.pool().name().equals(pool.name())) {
            throw new CommandException("Requested volume '" + word + "' is not in pool '" + pool.name() + "'");
        }
        return volume;
    }

    /** The volume that a key or path names. */
    static StorageVolume ofKey(Call call) {
        return named(call, call.required("vol"), Optional.empty(), "");
    }

    /** The volume that a word names: by name in {@code pool}, by key, by path. */
    static StorageVolume named(Call call, String word, Optional<StoragePool> pool, String advice) {
        var storage = call.connection().storage();
        try {
            return pool.flatMap(where -> where.volume(word))
                    .or(() -> storage.volumeByKey(word))
                    .orElseGet(() -> storage.requireVolume(word));
        } catch (PosadaException e) {
            throw new CommandException("failed to get vol '" + word + "'" + advice, e);
        }
    }

    /** A size of a command line, in bytes where it has no suffix. */
    static long size(String text) {
        return ScaledSize.bytes(text, 1, "Malformed size " + text);
    }
}
