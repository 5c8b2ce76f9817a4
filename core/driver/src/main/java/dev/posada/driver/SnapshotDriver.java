package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.SnapshotDefinition;
import java.util.Optional;
import java.util.Set;

/**
 * What a driver does for snapshots of its domains: it keeps the data of a snapshot, and puts a domain back to it. Names,
 * the tree, what is current, documents and events are the engine's, and so is everything that is about the document alone,
 * as redefining a snapshot or forgetting it.
 *
 * <p>A return to a snapshot ends the instance that runs, puts the data back, and starts the domain anew if it is to run. For
 * one domain the engine never has two of these calls under way, nor one beside another change.
 */
public interface SnapshotDriver {
    /** What snapshots of a kind of domain can be. */
    enum Feature {
        /** The memory of a running domain is part of a snapshot; without this a snapshot of one is of its disks alone. */
        MEMORY,
        /** A snapshot of a running domain can be of its disks alone when asked for. */
        DISK_ONLY,
        /** Programs inside can be asked to bring their files to rest first. */
        QUIESCE
    }

    Set<Feature> features();

    /**
     * Takes a snapshot. Its data is safe when this returns; nothing of it is left when this throws. A domain that runs goes
     * on as it was before.
     *
     * @return what the driver wants to find again in the snapshot's document, as {@code <cookie>}
     */
    Optional<Element> take(SnapshotRequest request);

    /**
     * Puts the data of a domain back to a snapshot. No instance of it runs. When this throws, the domain is as it was.
     *
     * @param domain what it is defined as after this: the definition of the snapshot, complete
     * @param snapshot of this domain, as it was taken or redefined since
     */
    void revert(DomainDefinition domain, SnapshotDefinition snapshot);

    /**
     * Deletes the data of a snapshot; data that is gone already is no matter.
     *
     * @param domain what runs, or is defined
     */
    void delete(DomainDefinition domain, SnapshotDefinition snapshot);
}
