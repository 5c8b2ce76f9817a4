package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.protocol.DomainSnapshotRef;
import dev.posada.protocol.RemoteDomainRevertToSnapshotArgs;
import dev.posada.protocol.RemoteDomainSnapshotDeleteArgs;
import dev.posada.protocol.RemoteDomainSnapshotGetParentArgs;
import dev.posada.protocol.RemoteDomainSnapshotGetXmlDescArgs;
import dev.posada.protocol.RemoteDomainSnapshotHasMetadataArgs;
import dev.posada.protocol.RemoteDomainSnapshotIsCurrentArgs;
import dev.posada.protocol.RemoteDomainSnapshotListAllChildrenArgs;
import dev.posada.protocol.RemoteDomainSnapshotNumChildrenArgs;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A state that a domain can return to. A handle: it remembers the name and asks the daemon for everything else. */
public final class Snapshot {
    private static final int NEED_RESULTS = 1;
    private static final int SECURE = 1;
    private static final int DESCENDANTS = 1;

    private final Connection connection;
    private final DomainSnapshotRef ref;

    Snapshot(Connection connection, DomainSnapshotRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    /** How a domain returns to a snapshot. */
    public enum Revert implements CallFlag {
        /** It runs afterwards. */
        RUNNING(1),
        /** It is suspended afterwards. */
        PAUSED(2),
        /** Even where that may go wrong. */
        FORCE(4),
        /** With the firmware's variables as they were when they were new. */
        RESET_NVRAM(8);

        private final int bit;

        Revert(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** What is deleted together with a snapshot, or instead of it. */
    public enum Delete implements CallFlag {
        /** All that grew from it, too. */
        CHILDREN(1),
        /** What is written down about it, and nothing else. */
        METADATA_ONLY(2),
        /** All that grew from it, but not itself. */
        CHILDREN_ONLY(4);

        private final int bit;

        Delete(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Its name. */
    public String name() {
        return ref.name();
    }

    /**
     * Its document.
     *
     * @param secrets whether with passwords, which a connection that only looks cannot see
     */
    public String xml(boolean secrets) {
        return connection
                .remote()
                .domainSnapshot()
                .domainSnapshotGetXmlDesc(new RemoteDomainSnapshotGetXmlDescArgs(ref, secrets ? SECURE : 0))
                .xml();
    }

    /** The one it grew from; empty when it grew from none. */
    public Optional<Snapshot> parent() {
        try {
            return Optional.of(new Snapshot(
                    connection,
                    connection
                            .remote()
                            .domainSnapshot()
                            .domainSnapshotGetParent(new RemoteDomainSnapshotGetParentArgs(ref, 0))
                            .snap()));
        } catch (PosadaException e) {
            if (e.code() == ErrorCode.NO_DOMAIN_SNAPSHOT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Those that grew from it. */
    public List<Snapshot> children(boolean descendantsToo, Set<Snapshots.Filter> filter) {
        int flags = CallFlag.bits(filter) & ~Snapshots.Filter.ROOTS.bit();
        return connection
                .remote()
                .domainSnapshot()
                .domainSnapshotListAllChildren(new RemoteDomainSnapshotListAllChildrenArgs(
                        ref, NEED_RESULTS, flags | (descendantsToo ? DESCENDANTS : 0)))
                .snapshots()
                .stream()
                .map(child -> new Snapshot(connection, child))
                .toList();
    }

    /** How many grew from it. */
    public int childCount(boolean descendantsToo) {
        return connection
                .remote()
                .domainSnapshot()
                .domainSnapshotNumChildren(
                        new RemoteDomainSnapshotNumChildrenArgs(ref, descendantsToo ? DESCENDANTS : 0))
                .num();
    }

    /** Whether the domain stands on it. */
    public boolean isCurrent() {
        return connection
                        .remote()
                        .domainSnapshot()
                        .domainSnapshotIsCurrent(new RemoteDomainSnapshotIsCurrentArgs(ref, 0))
                        .current()
                != 0;
    }

    /** Whether the daemon has written something down about it, which keeps the domain from being forgotten. */
    public boolean hasMetadata() {
        return connection
                        .remote()
                        .domainSnapshot()
                        .domainSnapshotHasMetadata(new RemoteDomainSnapshotHasMetadataArgs(ref, 0))
                        .metadata()
                != 0;
    }

    /** Has the domain return to it. */
    public void revert(Set<Revert> flags) {
        connection
                .remote()
                .domainSnapshot()
                .domainRevertToSnapshot(new RemoteDomainRevertToSnapshotArgs(ref, CallFlag.bits(flags)));
    }

    /** Deletes it; the domain stays as it is. */
    public void delete(Set<Delete> flags) {
        connection
                .remote()
                .domainSnapshot()
                .domainSnapshotDelete(new RemoteDomainSnapshotDeleteArgs(ref, CallFlag.bits(flags)));
    }
}
