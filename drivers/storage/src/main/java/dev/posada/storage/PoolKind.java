package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.driver.StorageDriver.BuildOption;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import java.util.Optional;
import java.util.Set;

/** One kind of pool: what {@link dev.posada.driver.StorageDriver} asks of it. */
interface PoolKind {
    /** The word for it in documents, as {@code dir}. */
    String word();

    /** What the pool takes for itself. */
    Set<String> places(PoolDefinition definition);

    /** Looks for pools of the kind. */
    default Element sources(Optional<Element> where) {
        throw StorageErrors.of(ErrorCode.NO_SUPPORT, "pool type '" + word() + "' does not support source discovery");
    }

    void build(PoolDefinition definition, Set<BuildOption> options);

    void delete(PoolDefinition definition, boolean zeroed);

    LivePool start(PoolDefinition definition);

    Optional<LivePool> find(PoolDefinition definition);

    /** Refuses to overwrite what a pool held when it is deleted: what that would mean is only clear for a volume. */
    static void refuseZeroing(boolean zeroed) {
        if (zeroed) {
            throw StorageErrors.of(
                    ErrorCode.INVALID_ARG,
                    "unsupported flags (0x1) in function virStoragePoolDelete: wipe its volumes");
        }
    }
}
