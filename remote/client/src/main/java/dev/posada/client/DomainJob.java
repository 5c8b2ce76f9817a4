package dev.posada.client;

import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainAbortJobArgs;
import dev.posada.protocol.RemoteDomainAbortJobFlagsArgs;
import dev.posada.protocol.RemoteDomainGetJobInfoArgs;
import dev.posada.protocol.RemoteDomainGetJobStatsArgs;
import dev.posada.protocol.WireParameters;
import java.util.List;

/** What the daemon is busy with for a domain: saving, dumping, migrating. */
public final class DomainJob {
    private static final int POSTCOPY = 1;

    private final Connection connection;
    private final DomainRef domain;

    DomainJob(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** How a job fares. */
    public enum Type {
        NONE(0),
        BOUNDED(1),
        UNBOUNDED(2),
        COMPLETED(3),
        FAILED(4),
        CANCELLED(5);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        /** The number on the wire. */
        public int number() {
            return number;
        }
    }

    /**
     * The figures every daemon has; times in milliseconds, the others in bytes.
     *
     * @param typeNumber the number of a {@link Type}, or one this library does not know
     */
    public record Progress(
            int typeNumber,
            long timeElapsed,
            long timeRemaining,
            long dataTotal,
            long dataProcessed,
            long dataRemaining,
            long memoryTotal,
            long memoryProcessed,
            long memoryRemaining,
            long fileTotal,
            long fileProcessed,
            long fileRemaining) {}

    /**
     * All figures by name.
     *
     * @param typeNumber the number of a {@link Type}, or one this library does not know
     */
    public record Figures(int typeNumber, List<TypedParameter> parameters) {
        public Figures {
            parameters = List.copyOf(parameters);
        }
    }

    /** How far the job under way is. */
    public Progress progress() {
        var info = connection.remote().domainStats().domainGetJobInfo(new RemoteDomainGetJobInfoArgs(domain));
        return new Progress(
                info.type(),
                info.timeElapsed(),
                info.timeRemaining(),
                info.dataTotal(),
                info.dataProcessed(),
                info.dataRemaining(),
                info.memTotal(),
                info.memProcessed(),
                info.memRemaining(),
                info.fileTotal(),
                info.fileProcessed(),
                info.fileRemaining());
    }

    /** All there is to know of the job under way, or of the one completed last. */
    public Figures figures(Flag.JobFigures... flags) {
        var answer = connection
                .remote()
                .domainStats()
                .domainGetJobStats(new RemoteDomainGetJobStatsArgs(domain, Flag.bits(flags)));
        return new Figures(answer.type(), WireParameters.decode(answer.params()));
    }

    /** Ends the job; what was under way is undone. */
    public void abort() {
        connection.remote().domainStats().domainAbortJob(new RemoteDomainAbortJobArgs(domain));
    }

    /** Interrupts a migration that has switched to its second half, in which the guest runs at the other side. */
    public void interruptPostCopy() {
        connection.remote().domainStats().domainAbortJobFlags(new RemoteDomainAbortJobFlagsArgs(domain, POSTCOPY));
    }
}
