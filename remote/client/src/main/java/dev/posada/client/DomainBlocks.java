package dev.posada.client;

import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainBlockCommitArgs;
import dev.posada.protocol.RemoteDomainBlockCopyArgs;
import dev.posada.protocol.RemoteDomainBlockJobAbortArgs;
import dev.posada.protocol.RemoteDomainBlockJobSetSpeedArgs;
import dev.posada.protocol.RemoteDomainBlockPullArgs;
import dev.posada.protocol.RemoteDomainBlockRebaseArgs;
import dev.posada.protocol.RemoteDomainBlockResizeArgs;
import dev.posada.protocol.RemoteDomainGetBlockJobInfoArgs;
import dev.posada.protocol.RemoteDomainSetBlockThresholdArgs;
import dev.posada.protocol.WireParameters;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The disks of a domain, each named by its target or source, and the jobs that copy and merge their images. */
public final class DomainBlocks {
    private static final int BYTES = 1;

    private final Connection connection;
    private final DomainRef domain;

    DomainBlocks(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** How images of a disk are merged downwards. */
    public enum Commit implements CallFlag {
        /** Into the image right below. */
        SHALLOW(1),
        /** Delete the images that are not needed any more. */
        DELETE(2),
        /** From the image the guest writes to. */
        ACTIVE(4),
        /** Keep names of images relative where they are. */
        RELATIVE(8),
        /** The bandwidth is in bytes a second, not MiB. */
        BANDWIDTH_BYTES(16);

        private final int bit;

        Commit(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How images of a disk are merged upwards, or copied by the older call. */
    public enum Rebase implements CallFlag {
        SHALLOW(1),
        REUSE_EXTERNAL(2),
        COPY_RAW(4),
        COPY(8),
        RELATIVE(16),
        COPY_DEVICE(32),
        /** The bandwidth is in bytes a second, not MiB. */
        BANDWIDTH_BYTES(64);

        private final int bit;

        Rebase(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How a disk is copied. */
    public enum Copy implements CallFlag {
        /** The image the guest writes to, not those below. */
        SHALLOW(1),
        /** Into an image that is there already. */
        REUSE_EXTERNAL(2),
        /** Forget the job when the domain ends. */
        TRANSIENT_JOB(4),
        /** What the guest writes is in both before it goes on. */
        SYNCHRONOUS_WRITES(8);

        private final int bit;

        Copy(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How a job ends. */
    public enum Abort implements CallFlag {
        /** Do not wait for its end. */
        ASYNC(1),
        /** The guest goes on with the copy. */
        PIVOT(2);

        private final int bit;

        Abort(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /**
     * A job under way.
     *
     * @param type 1 pull, 2 copy, 3 commit, 4 commit of the active image, 5 backup
     * @param bandwidth its limit in the unit that was asked for; 0 for none
     * @param current how far it is
     * @param end how far it goes
     */
    public record Job(int type, long bandwidth, long current, long end) {}

    /** The job of a disk; empty when it has none. */
    public Optional<Job> job(String disk, boolean bandwidthInBytes) {
        var answer = connection
                .remote()
                .domainBlock()
                .domainGetBlockJobInfo(new RemoteDomainGetBlockJobInfoArgs(domain, disk, bandwidthInBytes ? BYTES : 0));
        return answer.found() == 0
                ? Optional.empty()
                : Optional.of(new Job(answer.type(), answer.bandwidth(), answer.cur(), answer.end()));
    }

    /** Ends the job of a disk. */
    public void abort(String disk, Set<Abort> flags) {
        connection
                .remote()
                .domainBlock()
                .domainBlockJobAbort(new RemoteDomainBlockJobAbortArgs(domain, disk, CallFlag.bits(flags)));
    }

    /** Limits the job of a disk. */
    public void setSpeed(String disk, long bandwidth, boolean inBytes) {
        connection
                .remote()
                .domainBlock()
                .domainBlockJobSetSpeed(
                        new RemoteDomainBlockJobSetSpeedArgs(domain, disk, bandwidth, inBytes ? BYTES : 0));
    }

    /** Merges all images of a disk into the one the guest writes to. */
    public void pull(String disk, long bandwidth, boolean inBytes) {
        connection
                .remote()
                .domainBlock()
                .domainBlockPull(new RemoteDomainBlockPullArgs(
                        domain, disk, bandwidth, inBytes ? Rebase.BANDWIDTH_BYTES.bit() : 0));
    }

    /** Merges the images above {@code base} into the one the guest writes to, or copies the disk to {@code base}. */
    public void rebase(String disk, @Nullable String base, long bandwidth, Set<Rebase> flags) {
        connection
                .remote()
                .domainBlock()
                .domainBlockRebase(
                        new RemoteDomainBlockRebaseArgs(domain, disk, base, bandwidth, CallFlag.bits(flags)));
    }

    /** Merges the images from {@code top} down to {@code base} into that. */
    public void commit(String disk, @Nullable String base, @Nullable String top, long bandwidth, Set<Commit> flags) {
        connection
                .remote()
                .domainBlock()
                .domainBlockCommit(
                        new RemoteDomainBlockCommitArgs(domain, disk, base, top, bandwidth, CallFlag.bits(flags)));
    }

    /** Copies a disk to where a document says. */
    public void copy(String disk, String destinationXml, List<TypedParameter> settings, Set<Copy> flags) {
        connection
                .remote()
                .domainBlock()
                .domainBlockCopy(new RemoteDomainBlockCopyArgs(
                        domain, disk, destinationXml, WireParameters.encode(settings), CallFlag.bits(flags)));
    }

    /** Gives a disk of the running instance another size. */
    public void resize(String disk, long sizeBytes) {
        boolean kib = sizeBytes % 1024 == 0;
        connection
                .remote()
                .domainBlock()
                .domainBlockResize(new RemoteDomainBlockResizeArgs(
                        domain, disk, kib ? sizeBytes / 1024 : sizeBytes, kib ? 0 : BYTES));
    }

    /** Has the daemon tell once an image has grown beyond so many bytes. */
    public void setThreshold(String image, long bytes) {
        connection
                .remote()
                .domainBlock()
                .domainSetBlockThreshold(new RemoteDomainSetBlockThresholdArgs(domain, image, bytes, 0));
    }
}
