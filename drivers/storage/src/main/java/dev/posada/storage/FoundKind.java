package dev.posada.storage;

import dev.posada.driver.StorageDriver.BuildOption;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import java.util.Set;

/** A kind of pool whose disks are found, not made: nothing of it can be built here or deleted. */
interface FoundKind extends PoolKind {
    @Override
    default void build(PoolDefinition definition, Set<BuildOption> options) {
        // There is nothing to make; libvirt does not complain either.
    }

    @Override
    default void delete(PoolDefinition definition, boolean zeroed) {
        throw StorageErrors.of(ErrorCode.NO_SUPPORT, "pool does not support pool deletion");
    }
}
