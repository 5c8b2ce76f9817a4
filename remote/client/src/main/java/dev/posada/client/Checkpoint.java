package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.protocol.DomainCheckpointRef;
import dev.posada.protocol.RemoteDomainCheckpointDeleteArgs;
import dev.posada.protocol.RemoteDomainCheckpointGetParentArgs;
import dev.posada.protocol.RemoteDomainCheckpointGetXmlDescArgs;
import dev.posada.protocol.RemoteDomainCheckpointListAllChildrenArgs;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A mark from which the changed blocks of a domain's disks are known. A handle, as {@link Snapshot} is. */
public final class Checkpoint {
    private static final int NEED_RESULTS = 1;
    private static final int DESCENDANTS = 1;

    private final Connection connection;
    private final DomainCheckpointRef ref;

    Checkpoint(Connection connection, DomainCheckpointRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    /** What is told of a checkpoint. */
    public enum Xml implements CallFlag {
        /** Passwords too. */
        SECURE(1),
        /** Not the domain's document. */
        NO_DOMAIN(2),
        /** How much has changed since. */
        SIZE(4);

        private final int bit;

        Xml(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** What is deleted together with a checkpoint, or instead of it. */
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

    /** Its document. */
    public String xml(Set<Xml> flags) {
        return connection
                .remote()
                .domainSnapshot()
                .domainCheckpointGetXmlDesc(new RemoteDomainCheckpointGetXmlDescArgs(ref, CallFlag.bits(flags)))
                .xml();
    }

    /** The one it grew from; empty when it grew from none. */
    public Optional<Checkpoint> parent() {
        try {
            return Optional.of(new Checkpoint(
                    connection,
                    connection
                            .remote()
                            .domainSnapshot()
                            .domainCheckpointGetParent(new RemoteDomainCheckpointGetParentArgs(ref, 0))
                            .parent()));
        } catch (PosadaException e) {
            if (e.code() == ErrorCode.NO_DOMAIN_CHECKPOINT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Those that grew from it. */
    public List<Checkpoint> children(boolean descendantsToo, Set<Checkpoints.Filter> filter) {
        int flags = CallFlag.bits(filter) & ~Checkpoints.Filter.ROOTS.bit();
        return connection
                .remote()
                .domainSnapshot()
                .domainCheckpointListAllChildren(new RemoteDomainCheckpointListAllChildrenArgs(
                        ref, NEED_RESULTS, flags | (descendantsToo ? DESCENDANTS : 0)))
                .checkpoints()
                .stream()
                .map(child -> new Checkpoint(connection, child))
                .toList();
    }

    /** Deletes it; the disks keep what they hold. */
    public void delete(Set<Delete> flags) {
        connection
                .remote()
                .domainSnapshot()
                .domainCheckpointDelete(new RemoteDomainCheckpointDeleteArgs(ref, CallFlag.bits(flags)));
    }
}
