package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainHasCurrentSnapshotArgs;
import dev.posada.protocol.RemoteDomainListAllSnapshotsArgs;
import dev.posada.protocol.RemoteDomainSnapshotCreateXmlArgs;
import dev.posada.protocol.RemoteDomainSnapshotCurrentArgs;
import dev.posada.protocol.RemoteDomainSnapshotLookupByNameArgs;
import java.util.List;
import java.util.Set;

/** The snapshots of a domain: states it can return to. */
public final class Snapshots {
    private static final int NEED_RESULTS = 1;

    private final Connection connection;
    private final DomainRef domain;

    Snapshots(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** How a snapshot is taken. */
    public enum Create implements CallFlag {
        /** Only write down one that was taken before. */
        REDEFINE(1),
        /** With {@link #REDEFINE}: it becomes the current one. */
        CURRENT(2),
        /** Write down nothing. */
        NO_METADATA(4),
        /** Pull the domain's plug afterwards. */
        HALT(8),
        /** Disks alone, not memory. */
        DISK_ONLY(16),
        /** Write into files that are there already. */
        REUSE_EXTERNAL(32),
        /** Have the guest's agent bring the file systems to rest first. */
        QUIESCE(64),
        /** All disks or none. */
        ATOMIC(128),
        /** The guest goes on meanwhile. */
        LIVE(256),
        /** Hold the document against its schema first. */
        VALIDATE(512);

        private final int bit;

        Create(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Which snapshots to list; of each pair naming none means all. */
    public enum Filter implements CallFlag {
        /** Those that grew from none. */
        ROOTS(1),
        METADATA(2),
        LEAVES(4),
        NO_LEAVES(8),
        NO_METADATA(16),
        INACTIVE(32),
        ACTIVE(64),
        DISK_ONLY(128),
        INTERNAL(256),
        EXTERNAL(512),
        /** Parents before children. */
        TOPOLOGICAL(1024);

        private final int bit;

        Filter(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Those that pass the flags. */
    public List<Snapshot> list(Set<Filter> filter) {
        return connection
                .remote()
                .domainSnapshot()
                .domainListAllSnapshots(
                        new RemoteDomainListAllSnapshotsArgs(domain, NEED_RESULTS, CallFlag.bits(filter)))
                .snapshots()
                .stream()
                .map(ref -> new Snapshot(connection, ref))
                .toList();
    }

    /**
     * The one of this name.
     *
     * @throws dev.posada.model.PosadaException with the daemon's words when there is none
     */
    public Snapshot named(String name) {
        return new Snapshot(
                connection,
                connection
                        .remote()
                        .domainSnapshot()
                        .domainSnapshotLookupByName(new RemoteDomainSnapshotLookupByNameArgs(domain, name, 0))
                        .snap());
    }

    /** Whether the domain stands on one. */
    public boolean hasCurrent() {
        return connection
                        .remote()
                        .domainSnapshot()
                        .domainHasCurrentSnapshot(new RemoteDomainHasCurrentSnapshotArgs(domain, 0))
                        .result()
                != 0;
    }

    /**
     * The one that the domain stands on.
     *
     * @throws dev.posada.model.PosadaException with the daemon's words when there is none
     */
    public Snapshot current() {
        return new Snapshot(
                connection,
                connection
                        .remote()
                        .domainSnapshot()
                        .domainSnapshotCurrent(new RemoteDomainSnapshotCurrentArgs(domain, 0))
                        .snap());
    }

    /** Takes one as its document says. */
    public Snapshot create(String xml, Set<Create> flags) {
        return new Snapshot(
                connection,
                connection
                        .remote()
                        .domainSnapshot()
                        .domainSnapshotCreateXml(
                                new RemoteDomainSnapshotCreateXmlArgs(domain, xml, CallFlag.bits(flags)))
                        .snap());
    }
}
