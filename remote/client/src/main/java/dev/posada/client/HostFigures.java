package dev.posada.client;

import dev.posada.model.TypedParameter;
import dev.posada.protocol.NodeStub;
import dev.posada.protocol.RemoteConnectGetMaxVcpusArgs;
import dev.posada.protocol.RemoteConnectGetSysinfoArgs;
import dev.posada.protocol.RemoteNodeAllocPagesArgs;
import dev.posada.protocol.RemoteNodeGetCellsFreeMemoryArgs;
import dev.posada.protocol.RemoteNodeGetCpuMapArgs;
import dev.posada.protocol.RemoteNodeGetCpuStatsArgs;
import dev.posada.protocol.RemoteNodeGetFreePagesArgs;
import dev.posada.protocol.RemoteNodeGetMemoryParametersArgs;
import dev.posada.protocol.RemoteNodeGetMemoryStatsArgs;
import dev.posada.protocol.RemoteNodeGetSevInfoArgs;
import dev.posada.protocol.RemoteNodeSetMemoryParametersArgs;
import dev.posada.protocol.RemoteNodeSuspendForDurationArgs;
import dev.posada.protocol.WireParameters;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What the host behind a {@link Connection} has, how busy it is, and how it is to use its memory. */
public final class HostFigures {
    /** Stands for the whole host where a call takes the number of a processor or of a NUMA node. */
    public static final int ALL = -1;

    private static final int NEED = 1;
    private static final int ADD_PAGES = 1;

    private final Connection connection;

    HostFigures(Connection connection) {
        this.connection = connection;
    }

    /** How many figures {@link #cpuTimes} has. */
    public int cpuTimeCount(int cpu) {
        return calls().nodeGetCpuStats(new RemoteNodeGetCpuStatsArgs(cpu, 0, 0)).nparams();
    }

    /**
     * How long a processor has done what, in nanoseconds.
     *
     * @param cpu its number; {@link #ALL} for the sum over all
     */
    public SequencedMap<String, Long> cpuTimes(int cpu, int count) {
        var times = new LinkedHashMap<String, Long>();
        for (var stat : calls().nodeGetCpuStats(new RemoteNodeGetCpuStatsArgs(cpu, count, 0))
                .params()) {
            times.put(stat.field(), stat.value());
        }
        return times;
    }

    /** How many figures {@link #memory} has. */
    public int memoryCount(int cell) {
        return calls().nodeGetMemoryStats(new RemoteNodeGetMemoryStatsArgs(0, cell, 0))
                .nparams();
    }

    /**
     * What memory is used for, in KiB.
     *
     * @param cell the NUMA node; {@link #ALL} for the host
     */
    public SequencedMap<String, Long> memory(int cell, int count) {
        var figures = new LinkedHashMap<String, Long>();
        for (var stat : calls().nodeGetMemoryStats(new RemoteNodeGetMemoryStatsArgs(count, cell, 0))
                .params()) {
            figures.put(stat.field(), stat.value());
        }
        return figures;
    }

    /**
     * The processors.
     *
     * @param present how many there are
     * @param online which of them are in use
     * @param onlineCount how many are in use
     */
    public record CpuMap(int present, BitSet online, int onlineCount) {
        public CpuMap {
            online = (BitSet) online.clone();
        }

        @Override
        public BitSet online() {
            return (BitSet) online.clone();
        }
    }

    /** Which processors there are and which are in use. */
    public CpuMap cpuMap() {
        var map = calls().nodeGetCpuMap(new RemoteNodeGetCpuMapArgs(NEED, NEED, 0));
        return new CpuMap(map.ret(), BitSet.valueOf(map.cpumap().toByteArray()), map.online());
    }

    /** Free memory of the host, in bytes. */
    public long freeMemoryBytes() {
        return calls().nodeGetFreeMemory().freeMem();
    }

    /** Free memory of one NUMA node, in bytes. */
    public long freeMemoryBytes(int cell) {
        return calls().nodeGetCellsFreeMemory(new RemoteNodeGetCellsFreeMemoryArgs(cell, 1))
                .cells()
                .getFirst();
    }

    /**
     * How many pages of each size are free.
     *
     * @param sizesKib the sizes
     * @param cell the NUMA node; {@link #ALL} for the host
     */
    public List<Long> freePages(List<Integer> sizesKib, int cell) {
        return calls().nodeGetFreePages(new RemoteNodeGetFreePagesArgs(sizesKib, cell, 1, 0))
                .counts();
    }

    /**
     * Sets pages of one size aside.
     *
     * @param cell the NUMA node; {@link #ALL} for the host
     * @param add whether {@code count} comes on top of those already set aside
     */
    public void allocatePages(int sizeKib, long count, int cell, boolean add) {
        var _ = calls().nodeAllocPages(
                        new RemoteNodeAllocPagesArgs(List.of(sizeKib), List.of(count), cell, 1, add ? ADD_PAGES : 0));
    }

    /** How many settings {@link #memoryParameters} has. */
    public int memoryParameterCount() {
        return calls().nodeGetMemoryParameters(new RemoteNodeGetMemoryParametersArgs(0, 0))
                .nparams();
    }

    /** How equal pages of guests are shared. */
    public List<TypedParameter> memoryParameters(int count) {
        return WireParameters.decode(calls().nodeGetMemoryParameters(new RemoteNodeGetMemoryParametersArgs(count, 0))
                .params());
    }

    /** Changes how equal pages of guests are shared. */
    public void setMemoryParameters(List<TypedParameter> parameters) {
        calls().nodeSetMemoryParameters(new RemoteNodeSetMemoryParametersArgs(WireParameters.encode(parameters), 0));
    }

    /** What AMD's memory encryption offers to guests. */
    public List<TypedParameter> memoryEncryption() {
        int most = calls().nodeGetSevInfo(new RemoteNodeGetSevInfoArgs(0, 0)).nparams();
        return WireParameters.decode(
                calls().nodeGetSevInfo(new RemoteNodeGetSevInfoArgs(most, 0)).params());
    }

    /**
     * Puts the host to sleep.
     *
     * @param target 0 to memory, 1 to disk, 2 to both
     * @param duration after which it wakes up, at least a minute
     */
    public void suspend(int target, Duration duration) {
        calls().nodeSuspendForDuration(new RemoteNodeSuspendForDurationArgs(target, duration.toSeconds(), 0));
    }

    /** What the firmware tells of the host, as an XML document. */
    public String firmwareTables() {
        return connection
                .remote()
                .connect()
                .connectGetSysinfo(new RemoteConnectGetSysinfoArgs(0))
                .sysinfo();
    }

    /**
     * The most processors a domain may have.
     *
     * @param type of domain; absent leaves the choice to the daemon
     */
    public int maxVcpus(@Nullable String type) {
        return connection
                .remote()
                .connect()
                .connectGetMaxVcpus(new RemoteConnectGetMaxVcpusArgs(type))
                .maxVcpus();
    }

    private NodeStub calls() {
        return connection.remote().node();
    }
}
