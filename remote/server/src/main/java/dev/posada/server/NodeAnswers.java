package dev.posada.server;

import dev.posada.driver.HostDriver.NodeFigure;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.NodeCalls;
import dev.posada.protocol.RemoteNodeAllocPagesArgs;
import dev.posada.protocol.RemoteNodeAllocPagesRet;
import dev.posada.protocol.RemoteNodeCpuStat;
import dev.posada.protocol.RemoteNodeGetCellsFreeMemoryArgs;
import dev.posada.protocol.RemoteNodeGetCellsFreeMemoryRet;
import dev.posada.protocol.RemoteNodeGetCpuMapArgs;
import dev.posada.protocol.RemoteNodeGetCpuMapRet;
import dev.posada.protocol.RemoteNodeGetCpuStatsArgs;
import dev.posada.protocol.RemoteNodeGetCpuStatsRet;
import dev.posada.protocol.RemoteNodeGetFreeMemoryRet;
import dev.posada.protocol.RemoteNodeGetFreePagesArgs;
import dev.posada.protocol.RemoteNodeGetFreePagesRet;
import dev.posada.protocol.RemoteNodeGetInfoRet;
import dev.posada.protocol.RemoteNodeGetMemoryParametersArgs;
import dev.posada.protocol.RemoteNodeGetMemoryParametersRet;
import dev.posada.protocol.RemoteNodeGetMemoryStatsArgs;
import dev.posada.protocol.RemoteNodeGetMemoryStatsRet;
import dev.posada.protocol.RemoteNodeGetSecurityModelRet;
import dev.posada.protocol.RemoteNodeGetSevInfoArgs;
import dev.posada.protocol.RemoteNodeGetSevInfoRet;
import dev.posada.protocol.RemoteNodeMemoryStat;
import dev.posada.protocol.RemoteNodeSetMemoryParametersArgs;
import dev.posada.protocol.WireParameters;
import dev.posada.xdr.Opaque;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;

/** What the host is and how it fares. */
final class NodeAnswers implements NodeCalls<Call> {
    /** {@code VIR_NODE_ALLOC_PAGES_SET}. */
    private static final int ALLOCATE_SET = 1;

    /** Characters of the processor's name on the wire, the closing zero included. */
    private static final int MODEL_CHARACTERS = 32;

    @Override
    public RemoteNodeGetInfoRet nodeGetInfo(Call call) {
        var info = call.connection().host().nodeInfo();
        var model = Arrays.copyOf(info.model().getBytes(StandardCharsets.UTF_8), MODEL_CHARACTERS);
        model[MODEL_CHARACTERS - 1] = 0;
        return new RemoteNodeGetInfoRet(
                Opaque.copyOf(model),
                info.memoryKib(),
                info.cpus(),
                info.mhz(),
                info.nodes(),
                info.sockets(),
                info.cores(),
                info.threads());
    }

    /** No model confines guests here; text on the wire ends with a zero. */
    @Override
    public RemoteNodeGetSecurityModelRet nodeGetSecurityModel(Call call) {
        return new RemoteNodeGetSecurityModelRet(
                Opaque.copyOf("none\0".getBytes(StandardCharsets.US_ASCII)),
                Opaque.copyOf("0\0".getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public RemoteNodeGetFreeMemoryRet nodeGetFreeMemory(Call call) {
        return new RemoteNodeGetFreeMemoryRet(call.connection().host().freeMemoryBytes());
    }

    @Override
    public RemoteNodeGetCellsFreeMemoryRet nodeGetCellsFreeMemory(Call call, RemoteNodeGetCellsFreeMemoryArgs args) {
        var cells = call.connection().host().cellsFreeMemoryBytes();
        if (args.startCell() < 0 || args.startCell() >= cells.size()) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.NONE,
                    "start cell " + args.startCell() + " out of range (0-" + (cells.size() - 1) + ")");
        }
        if (args.maxcells() < 0) {
            throw invalid("maxCells must not be negative, not " + args.maxcells());
        }
        return new RemoteNodeGetCellsFreeMemoryRet(
                cells.stream().skip(args.startCell()).limit(args.maxcells()).toList());
    }

    @Override
    public RemoteNodeGetCpuStatsRet nodeGetCpuStats(Call call, RemoteNodeGetCpuStatsArgs args) {
        var figures = call.connection().host().cpuStats(args.cpuNum());
        requireRoom(args.nparams(), figures);
        return new RemoteNodeGetCpuStatsRet(
                args.nparams() == 0
                        ? List.of()
                        : figures.stream()
                                .map(figure -> new RemoteNodeCpuStat(figure.name(), figure.value()))
                                .toList(),
                figures.size());
    }

    @Override
    public RemoteNodeGetMemoryStatsRet nodeGetMemoryStats(Call call, RemoteNodeGetMemoryStatsArgs args) {
        var figures = call.connection().host().memoryStats(args.cellNum());
        requireRoom(args.nparams(), figures);
        return new RemoteNodeGetMemoryStatsRet(
                args.nparams() == 0
                        ? List.of()
                        : figures.stream()
                                .map(figure -> new RemoteNodeMemoryStat(figure.name(), figure.value()))
                                .toList(),
                figures.size());
    }

    @Override
    public RemoteNodeGetCpuMapRet nodeGetCpuMap(Call call, RemoteNodeGetCpuMapArgs args) {
        requireNoFlags(args.flags(), "virNodeGetCPUMap");
        var online = call.connection().host().onlineCpus();
        var set = new BitSet();
        for (int cpu = 0; cpu < online.size(); cpu++) {
            set.set(cpu, online.get(cpu));
        }
        return new RemoteNodeGetCpuMapRet(
                args.needMap() == 0 ? Opaque.empty() : Conversions.map(set, Conversions.mapBytes(online.size())),
                args.needOnline() == 0 ? 0 : set.cardinality(),
                online.size());
    }

    @Override
    public RemoteNodeGetFreePagesRet nodeGetFreePages(Call call, RemoteNodeGetFreePagesArgs args) {
        requireNoFlags(args.flags(), "virNodeGetFreePages");
        return new RemoteNodeGetFreePagesRet(
                call.connection().host().freePages(args.pages(), args.startCell(), args.cellCount()));
    }

    @Override
    public RemoteNodeAllocPagesRet nodeAllocPages(Call call, RemoteNodeAllocPagesArgs args) {
        if ((args.flags() & ~ALLOCATE_SET) != 0) {
            requireNoFlags(args.flags() & ~ALLOCATE_SET, "virNodeAllocPages");
        }
        if (args.pageSizes().size() != args.pageCounts().size()) {
            throw invalid("there must be as many counts of pages as sizes");
        }
        var counts = new LinkedHashMap<Integer, Long>();
        for (int i = 0; i < args.pageSizes().size(); i++) {
            counts.put(args.pageSizes().get(i), args.pageCounts().get(i));
        }
        boolean set = (args.flags() & ALLOCATE_SET) != 0;
        return new RemoteNodeAllocPagesRet(
                call.connection().host().allocatePages(counts, args.startCell(), args.cellCount(), set));
    }

    @Override
    public RemoteNodeGetMemoryParametersRet nodeGetMemoryParameters(Call call, RemoteNodeGetMemoryParametersArgs args) {
        requireNoFlags(args.flags() & ~Conversions.STRINGS_OKAY, "virNodeGetMemoryParameters");
        var known = WireParameters.encode(call.connection().host().memoryParameters());
        return args.nparams() == 0
                ? new RemoteNodeGetMemoryParametersRet(List.of(), known.size())
                : new RemoteNodeGetMemoryParametersRet(
                        known.subList(0, Math.clamp(args.nparams(), 0, known.size())), 0);
    }

    @Override
    public void nodeSetMemoryParameters(Call call, RemoteNodeSetMemoryParametersArgs args) {
        requireNoFlags(args.flags(), "virNodeSetMemoryParameters");
        call.connection().host().setMemoryParameters(WireParameters.decode(args.params()));
    }

    /** Encrypted guests are not there, whatever the host could do. */
    @Override
    public RemoteNodeGetSevInfoRet nodeGetSevInfo(Call call, RemoteNodeGetSevInfoArgs args) {
        requireNoFlags(args.flags() & ~Conversions.STRINGS_OKAY, "virNodeGetSEVInfo");
        throw new PosadaException(
                ErrorCode.OPERATION_UNSUPPORTED, call.connection().origin(), "QEMU does not support SEV guest");
    }

    /** A client asks with room for none how many there are, and then with room for as many. */
    private static void requireRoom(int room, List<NodeFigure> figures) {
        if (room != 0 && room != figures.size()) {
            throw invalid("nparams must be 0 or " + figures.size() + ", not " + room);
        }
    }

    private static void requireNoFlags(int flags, String api) {
        if (flags != 0) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG,
                    ErrorOrigin.NONE,
                    String.format("unsupported flags (0x%x) in function %s", flags, api));
        }
    }

    private static PosadaException invalid(String detail) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.NONE, detail);
    }
}
