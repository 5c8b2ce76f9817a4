package dev.posada.driver;

import dev.posada.model.VolumeDefinition;
import dev.posada.model.VolumeInfo;
import java.util.Set;

/**
 * A started pool: what can be done with its volumes.
 *
 * <p>The engine sees to it that nothing changes a volume while something else uses it, and that a new volume's name is
 * free among those it knows; what stands under the name besides is for the pool to find out. Calls on different volumes
 * come at the same time. A change that fails leaves what was there before, and one that is cut off by a kill leaves the
 * old or the new volume.
 */
public interface LivePool {
    /** How a volume is made. */
    enum CreateOption {
        /** The tables of the format are filled in at once. */
        METADATA,
        /** Blocks are shared with the source; refused where that cannot be. */
        SHARE_BLOCKS
    }

    /** How a volume is deleted. */
    enum DeleteOption {
        /** What was written there is overwritten first. */
        ZEROED,
        /** Its snapshots go too. */
        WITH_SNAPSHOTS
    }

    /** How a volume is resized. */
    enum ResizeOption {
        /** What is new takes its room at once. */
        ALLOCATE,
        /** It may become smaller. */
        SHRINK
    }

    /** Looks for what is there. */
    PoolContents look();

    /** How the pool fares, without looking at its volumes. */
    PoolFigures figures();

    /**
     * Whether making or deleting one volume can change others, or what is known of the one that was made: partitions are
     * numbered anew, a snapshot goes with its origin. Such a pool is looked at again after each.
     */
    default boolean rearranges() {
        return false;
    }

    /** Stops the pool; what it holds stays. */
    void stop();

    /** What a volume is, as it is now. */
    VolumeDefinition describe(VolumeEntry volume);

    /** The figures of what {@link #describe} tells; for those who ask for them of ten thousand volumes in a row. */
    default VolumeInfo info(VolumeEntry volume) {
        var definition = describe(volume);
        return new VolumeInfo(
                volume.type(),
                definition.capacityBytes().orElse(0),
                definition.allocationBytes().orElse(0),
                definition.physicalBytes().orElse(0));
    }

    /** How much room a volume has taken that is being made just now. */
    default long madeBytes(VolumeEntry volume) {
        return 0;
    }

    /** The entry of a volume that is to be made: where it will be. */
    VolumeEntry place(VolumeDefinition definition);

    /** Makes a volume; it has its name when it is complete. */
    void create(VolumeDefinition definition, VolumeEntry volume, Set<CreateOption> options);

    /**
     * Makes a volume with the content of another, converted where formats differ.
     *
     * @param definition what is to be made; its capacity is at least that of the source
     * @param source the other volume, of this or another pool
     * @param sourceDefinition what the other volume is
     */
    void copy(
            VolumeDefinition definition,
            VolumeEntry volume,
            VolumeEntry source,
            VolumeDefinition sourceDefinition,
            Set<CreateOption> options);

    /** Deletes a volume. */
    void delete(VolumeEntry volume, Set<DeleteOption> options);

    /** Changes what a guest can keep on a volume. */
    void resize(VolumeEntry volume, long capacityBytes, Set<ResizeOption> options);

    /** Overwrites what a volume holds, so that it cannot be read any more. */
    void wipe(VolumeEntry volume, WipeAlgorithm algorithm);

    /**
     * Reads the bytes of a volume's file or device.
     *
     * @param lengthBytes how much of it at most; 0 for all
     */
    VolumeReader read(VolumeEntry volume, long offsetBytes, long lengthBytes);

    /**
     * Writes the bytes of a volume's file or device.
     *
     * @param lengthBytes how much will come at most; 0 for as much as there is
     */
    VolumeWriter write(VolumeEntry volume, long offsetBytes, long lengthBytes);
}
