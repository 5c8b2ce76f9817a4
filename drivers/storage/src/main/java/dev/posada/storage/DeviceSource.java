package dev.posada.storage;

import dev.posada.driver.PoolContents;
import dev.posada.driver.PoolFigures;
import dev.posada.driver.VolumeEntry;
import dev.posada.model.ErrorCode;
import dev.posada.model.VolumeDefinition;

/**
 * Where block devices that are volumes come from: a volume group, a table of partitions, a host's adapter. What is done to
 * the bytes on them is the same for all and {@link DevicePool}'s.
 */
interface DeviceSource {
    /** Looks which devices there are. */
    PoolContents look();

    /** How the source fares. */
    PoolFigures figures();

    /** Lets go of the devices. */
    void stop();

    /** What the last look found out about a device. */
    DeviceDetails details(VolumeEntry volume);

    /** Whether devices can be made, and then also deleted. */
    default boolean makes() {
        return false;
    }

    /** Where a device that is to be made will be; refused when it cannot be made. */
    default VolumeEntry place(VolumeDefinition definition) {
        throw StorageErrors.of(ErrorCode.NO_SUPPORT, "storage pool does not support volume creation");
    }

    /** Makes a device; when this throws, nothing of it is left. */
    default void create(VolumeDefinition definition, VolumeEntry volume) {
        throw StorageErrors.of(ErrorCode.NO_SUPPORT, "storage pool does not support volume creation");
    }

    /** Takes a device away. */
    default void delete(VolumeEntry volume) {
        throw StorageErrors.of(ErrorCode.NO_SUPPORT, "storage pool does not support vol deletion");
    }
}
