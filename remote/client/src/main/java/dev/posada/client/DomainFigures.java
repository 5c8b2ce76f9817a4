package dev.posada.client;

import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainBlockStatsFlagsArgs;
import dev.posada.protocol.RemoteDomainGetBlockInfoArgs;
import dev.posada.protocol.RemoteDomainGetControlInfoArgs;
import dev.posada.protocol.RemoteDomainGetCpuStatsArgs;
import dev.posada.protocol.RemoteDomainGetDiskErrorsArgs;
import dev.posada.protocol.RemoteDomainGetMessagesArgs;
import dev.posada.protocol.RemoteDomainGetPerfEventsArgs;
import dev.posada.protocol.RemoteDomainInterfaceStatsArgs;
import dev.posada.protocol.RemoteDomainMemoryStatsArgs;
import dev.posada.protocol.RemoteDomainSetMemoryStatsPeriodArgs;
import dev.posada.protocol.RemoteDomainSetPerfEventsArgs;
import dev.posada.protocol.TypedParam;
import dev.posada.protocol.WireParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is measured of one domain: its disks, cards, memory, processors. */
public final class DomainFigures {
    private static final int MOST_MEMORY_FIGURES = 13;
    private static final int MOST_DISK_ERRORS = 256;
    private static final int MOST_PROCESSORS_AT_ONCE = 128;

    private final Connection connection;
    private final DomainRef domain;

    DomainFigures(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /**
     * The sizes of a disk, in bytes.
     *
     * @param capacityBytes what the guest sees
     * @param allocationBytes what is used of the image
     * @param physicalBytes what the image takes on the host
     */
    public record DiskSize(long capacityBytes, long allocationBytes, long physicalBytes) {}

    /**
     * The traffic of a network card; a figure nobody counts is -1.
     *
     * @param rxBytes bytes the guest received
     * @param rxPackets packets it received
     * @param rxErrors packets lost to errors on their way in
     * @param rxDrops packets dropped on their way in
     * @param txBytes bytes the guest sent
     * @param txPackets packets it sent
     * @param txErrors packets lost to errors on their way out
     * @param txDrops packets dropped on their way out
     */
    public record Traffic(
            long rxBytes,
            long rxPackets,
            long rxErrors,
            long rxDrops,
            long txBytes,
            long txPackets,
            long txErrors,
            long txDrops) {}

    /**
     * Whether the hypervisor can be talked to.
     *
     * @param state 0 well, 1 busy with a job, 2 occupied, 3 in error
     * @param details why it is in error: 1 unknown, 2 the monitor fails, 3 the daemon's own fault
     * @param since for how long
     */
    public record Control(int state, int details, Duration since) {}

    /** The figures of a disk by its target or source, of all disks together for an empty text. */
    public List<TypedParameter> disk(String disk) {
        // libvirt asks for the count first; what the count would be makes the answer complete here too.
        int count = connection
                .remote()
                .domainStats()
                .domainBlockStatsFlags(new RemoteDomainBlockStatsFlagsArgs(domain, disk, 0, 0))
                .nparams();
        return WireParameters.decode(connection
                .remote()
                .domainStats()
                .domainBlockStatsFlags(new RemoteDomainBlockStatsFlagsArgs(domain, disk, count, 0))
                .params());
    }

    /** The sizes of a disk by its target or source. */
    public DiskSize diskSize(String disk) {
        var answer =
                connection.remote().domainStats().domainGetBlockInfo(new RemoteDomainGetBlockInfoArgs(domain, disk, 0));
        return new DiskSize(answer.capacity(), answer.allocation(), answer.physical());
    }

    /** The traffic of a network card by its device on the host or its hardware address. */
    public Traffic traffic(String card) {
        var answer = connection
                .remote()
                .domainStats()
                .domainInterfaceStats(new RemoteDomainInterfaceStatsArgs(domain, card));
        return new Traffic(
                answer.rxBytes(),
                answer.rxPackets(),
                answer.rxErrs(),
                answer.rxDrop(),
                answer.txBytes(),
                answer.txPackets(),
                answer.txErrs(),
                answer.txDrop());
    }

    /** The figures of its memory by the numbers of {@code virDomainMemoryStatTags}, in the daemon's order. */
    public Map<Integer, Long> memory() {
        var figures = new LinkedHashMap<Integer, Long>();
        for (var figure : connection
                .remote()
                .domainStats()
                .domainMemoryStats(new RemoteDomainMemoryStatsArgs(domain, MOST_MEMORY_FIGURES, 0))
                .stats()) {
            figures.put(figure.tag(), figure.val());
        }
        return figures;
    }

    /** How often the guest's balloon tells its figures, in seconds; 0 for never. */
    public void setMemoryPeriod(int seconds, Flag.Impact... impact) {
        connection
                .remote()
                .domainStats()
                .domainSetMemoryStatsPeriod(
                        new RemoteDomainSetMemoryStatsPeriodArgs(domain, seconds, Flag.bits(impact)));
    }

    /** Whether the hypervisor can be talked to. */
    public Control control() {
        var answer =
                connection.remote().domainStats().domainGetControlInfo(new RemoteDomainGetControlInfoArgs(domain, 0));
        return new Control(answer.state(), answer.details(), Duration.ofMillis(answer.stateTime()));
    }

    /** The disks in error by their targets, with libvirt's number of the error: 1 unknown, 2 no space. */
    public Map<String, Integer> diskErrors() {
        int count = diskErrors(0).nerrors();
        var errors = new LinkedHashMap<String, Integer>();
        if (count > 0) {
            for (var error : diskErrors(Math.min(count, MOST_DISK_ERRORS)).errors()) {
                errors.put(error.disk(), error.error());
            }
        }
        return errors;
    }

    private dev.posada.protocol.RemoteDomainGetDiskErrorsRet diskErrors(int most) {
        return connection
                .remote()
                .domainStats()
                .domainGetDiskErrors(new RemoteDomainGetDiskErrorsArgs(domain, most, 0));
    }

    /** What the daemon has to remark about the domain, such as deprecated settings. */
    public List<String> messages() {
        return connection
                .remote()
                .domainStats()
                .domainGetMessages(new RemoteDomainGetMessagesArgs(domain, 0))
                .msgs();
    }

    /** How many of the host's processors there are figures for. */
    public int hostProcessors() {
        return cpuStats(0, 0, 0).nparams();
    }

    /** The figures of all processors together. */
    public List<TypedParameter> processorTotal() {
        int count = cpuStats(0, -1, 1).nparams();
        return count == 0
                ? List.of()
                : WireParameters.decode(cpuStats(count, -1, 1).params());
    }

    /** The figures of certain processors of the host; a processor without figures has an empty list. */
    public List<List<TypedParameter>> processors(int first, int count) {
        int each = count == 0 ? 0 : cpuStats(0, 0, 1).nparams();
        var figures = new ArrayList<List<TypedParameter>>();
        for (int done = 0; each > 0 && done < count; done += MOST_PROCESSORS_AT_ONCE) {
            int now = Math.min(MOST_PROCESSORS_AT_ONCE, count - done);
            List<TypedParam> answer = cpuStats(each, first + done, now).params();
            for (int i = 0; i < now; i++) {
                int from = Math.min(i * each, answer.size());
                figures.add(WireParameters.decode(answer.subList(from, Math.min(from + each, answer.size()))));
            }
        }
        return figures;
    }

    private dev.posada.protocol.RemoteDomainGetCpuStatsRet cpuStats(int parameters, int first, int count) {
        return connection
                .remote()
                .domainStats()
                .domainGetCpuStats(new RemoteDomainGetCpuStatsArgs(domain, parameters, first, count, 0));
    }

    /** Which events of the host's performance counters are counted for it, by their names. */
    public List<TypedParameter> performanceEvents(Flag.Impact... impact) {
        return WireParameters.decode(connection
                .remote()
                .domainStats()
                .domainGetPerfEvents(new RemoteDomainGetPerfEventsArgs(domain, Flag.bits(impact)))
                .params());
    }

    /** Counts events of the host's performance counters for it, or no longer. */
    public void setPerformanceEvents(List<TypedParameter> events, Flag.Impact... impact) {
        connection
                .remote()
                .domainStats()
                .domainSetPerfEvents(
                        new RemoteDomainSetPerfEventsArgs(domain, WireParameters.encode(events), Flag.bits(impact)));
    }
}
