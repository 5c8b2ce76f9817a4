package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainCheckpointCreateXmlArgs;
import dev.posada.protocol.RemoteDomainCheckpointLookupByNameArgs;
import dev.posada.protocol.RemoteDomainListAllCheckpointsArgs;
import java.util.List;
import java.util.Set;

/** The checkpoints of a domain: marks from which the changed blocks of its disks are known. */
public final class Checkpoints {
    private static final int NEED_RESULTS = 1;

    private final Connection connection;
    private final DomainRef domain;

    Checkpoints(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** How a checkpoint is set. */
    public enum Create implements CallFlag {
        /** Only write down one that was set before. */
        REDEFINE(1),
        /** Have the guest's agent bring the file systems to rest first. */
        QUIESCE(2),
        /** With {@link #REDEFINE}: see whether the disks have what it needs. */
        REDEFINE_VALIDATE(4);

        private final int bit;

        Create(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Which checkpoints to list; naming none means all. */
    public enum Filter implements CallFlag {
        /** Those that grew from none. */
        ROOTS(1),
        /** Parents before children. */
        TOPOLOGICAL(2),
        LEAVES(4),
        NO_LEAVES(8);

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
    public List<Checkpoint> list(Set<Filter> filter) {
        return connection
                .remote()
                .domainSnapshot()
                .domainListAllCheckpoints(
                        new RemoteDomainListAllCheckpointsArgs(domain, NEED_RESULTS, CallFlag.bits(filter)))
                .checkpoints()
                .stream()
                .map(ref -> new Checkpoint(connection, ref))
                .toList();
    }

    /**
     * The one of this name.
     *
     * @throws dev.posada.model.PosadaException with the daemon's words when there is none
     */
    public Checkpoint named(String name) {
        return new Checkpoint(
                connection,
                connection
                        .remote()
                        .domainSnapshot()
                        .domainCheckpointLookupByName(new RemoteDomainCheckpointLookupByNameArgs(domain, name, 0))
                        .checkpoint());
    }

    /** Sets one as its document says. */
    public Checkpoint create(String xml, Set<Create> flags) {
        return new Checkpoint(
                connection,
                connection
                        .remote()
                        .domainSnapshot()
                        .domainCheckpointCreateXml(
                                new RemoteDomainCheckpointCreateXmlArgs(domain, xml, CallFlag.bits(flags)))
                        .checkpoint());
    }
}
