package dev.posada.server;

import dev.posada.driver.Abilities.DiskFigures;
import dev.posada.engine.CpuStats;
import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.DomainStatsCalls;
import dev.posada.protocol.RemoteConnectGetAllDomainStatsArgs;
import dev.posada.protocol.RemoteConnectGetAllDomainStatsRet;
import dev.posada.protocol.RemoteDomainAbortJobArgs;
import dev.posada.protocol.RemoteDomainAbortJobFlagsArgs;
import dev.posada.protocol.RemoteDomainBlockStatsArgs;
import dev.posada.protocol.RemoteDomainBlockStatsFlagsArgs;
import dev.posada.protocol.RemoteDomainBlockStatsFlagsRet;
import dev.posada.protocol.RemoteDomainBlockStatsRet;
import dev.posada.protocol.RemoteDomainDiskError;
import dev.posada.protocol.RemoteDomainGetBlockInfoArgs;
import dev.posada.protocol.RemoteDomainGetBlockInfoRet;
import dev.posada.protocol.RemoteDomainGetControlInfoArgs;
import dev.posada.protocol.RemoteDomainGetControlInfoRet;
import dev.posada.protocol.RemoteDomainGetCpuStatsArgs;
import dev.posada.protocol.RemoteDomainGetCpuStatsRet;
import dev.posada.protocol.RemoteDomainGetDiskErrorsArgs;
import dev.posada.protocol.RemoteDomainGetDiskErrorsRet;
import dev.posada.protocol.RemoteDomainGetJobInfoArgs;
import dev.posada.protocol.RemoteDomainGetJobInfoRet;
import dev.posada.protocol.RemoteDomainGetJobStatsArgs;
import dev.posada.protocol.RemoteDomainGetJobStatsRet;
import dev.posada.protocol.RemoteDomainGetMessagesArgs;
import dev.posada.protocol.RemoteDomainGetMessagesRet;
import dev.posada.protocol.RemoteDomainGetPerfEventsArgs;
import dev.posada.protocol.RemoteDomainGetPerfEventsRet;
import dev.posada.protocol.RemoteDomainInterfaceStatsArgs;
import dev.posada.protocol.RemoteDomainInterfaceStatsRet;
import dev.posada.protocol.RemoteDomainMemoryStat;
import dev.posada.protocol.RemoteDomainMemoryStatsArgs;
import dev.posada.protocol.RemoteDomainMemoryStatsRet;
import dev.posada.protocol.RemoteDomainSetMemoryStatsPeriodArgs;
import dev.posada.protocol.RemoteDomainSetPerfEventsArgs;
import dev.posada.protocol.RemoteDomainStartDirtyRateCalcArgs;
import dev.posada.protocol.RemoteDomainStatsRecord;
import dev.posada.protocol.RemoteLimits;
import dev.posada.protocol.TypedParam;
import dev.posada.protocol.WireParameters;
import java.util.ArrayList;
import java.util.List;

/** Figures of domains. */
final class DomainStatsAnswers implements DomainStatsCalls<Call> {
    @Override
    public RemoteDomainGetPerfEventsRet domainGetPerfEvents(Call call, RemoteDomainGetPerfEventsArgs args) {
        var events = call.of(args.dom())
                .deviceLimits()
                .perfEvents(args.dom().uuid(), args.flags() & ~Conversions.STRINGS_OKAY);
        return new RemoteDomainGetPerfEventsRet(WireParameters.encode(events));
    }

    @Override
    public void domainSetPerfEvents(Call call, RemoteDomainSetPerfEventsArgs args) {
        call.of(args.dom())
                .deviceLimits()
                .setPerfEvents(args.dom().uuid(), WireParameters.decode(args.params()), args.flags());
    }

    @Override
    public void domainAbortJob(Call call, RemoteDomainAbortJobArgs args) {
        call.of(args.dom()).domains().abortJob(args.dom().uuid(), 0);
    }

    @Override
    public void domainAbortJobFlags(Call call, RemoteDomainAbortJobFlagsArgs args) {
        call.of(args.dom()).domains().abortJob(args.dom().uuid(), args.flags());
    }

    private static final long UNKNOWN = -1;

    @Override
    public RemoteConnectGetAllDomainStatsRet connectGetAllDomainStats(
            Call call, RemoteConnectGetAllDomainStatsArgs args) {
        var kinds = call.connection().kinds();
        var stats = args.doms().isEmpty()
                ? kinds.stats(args.stats(), args.flags())
                : kinds.stats(args.doms().stream().map(DomainRef::uuid).toList(), args.stats(), args.flags());
        return new RemoteConnectGetAllDomainStatsRet(stats.stream()
                .map(each -> new RemoteDomainStatsRecord(
                        Conversions.ref(each.domain()), WireParameters.encode(each.parameters())))
                .toList());
    }

    @Override
    public RemoteDomainBlockStatsRet domainBlockStats(Call call, RemoteDomainBlockStatsArgs args) {
        var figures = call.of(args.dom()).devices().blockStats(args.dom().uuid(), args.path());
        return new RemoteDomainBlockStatsRet(
                figures.readRequests(), figures.readBytes(), figures.writeRequests(), figures.writeBytes(), UNKNOWN);
    }

    @Override
    public RemoteDomainBlockStatsFlagsRet domainBlockStatsFlags(Call call, RemoteDomainBlockStatsFlagsArgs args) {
        var figures =
                parameters(call.of(args.dom()).devices().blockStats(args.dom().uuid(), args.path()));
        if (args.nparams() == 0) {
            return new RemoteDomainBlockStatsFlagsRet(List.of(), figures.size());
        }
        return new RemoteDomainBlockStatsFlagsRet(
                Conversions.parameters(figures, args.flags()).stream()
                        .limit(Math.max(0, args.nparams()))
                        .toList(),
                0);
    }

    @Override
    public RemoteDomainInterfaceStatsRet domainInterfaceStats(Call call, RemoteDomainInterfaceStatsArgs args) {
        var figures = call.of(args.dom()).devices().interfaceStats(args.dom().uuid(), args.device());
        return new RemoteDomainInterfaceStatsRet(
                figures.rxBytes(),
                figures.rxPackets(),
                figures.rxErrors(),
                figures.rxDropped(),
                figures.txBytes(),
                figures.txPackets(),
                figures.txErrors(),
                figures.txDropped());
    }

    @Override
    public RemoteDomainGetBlockInfoRet domainGetBlockInfo(Call call, RemoteDomainGetBlockInfoArgs args) {
        var sizes = call.of(args.dom()).devices().diskSizes(args.dom().uuid(), args.path(), args.flags());
        return new RemoteDomainGetBlockInfoRet(sizes.allocationBytes(), sizes.capacityBytes(), sizes.physicalBytes());
    }

    @Override
    public RemoteDomainMemoryStatsRet domainMemoryStats(Call call, RemoteDomainMemoryStatsArgs args) {
        if (Integer.toUnsignedLong(args.maxStats()) > RemoteLimits.DOMAIN_MEMORY_STATS_MAX) {
            throw Failures.internal("maxStats > REMOTE_DOMAIN_MEMORY_STATS_MAX");
        }
        return new RemoteDomainMemoryStatsRet(
                call.of(args.dom()).resources().memoryStats(args.dom().uuid(), args.flags()).stream()
                        .limit(args.maxStats())
                        .map(figure -> new RemoteDomainMemoryStat(figure.tag(), figure.value()))
                        .toList());
    }

    @Override
    public void domainSetMemoryStatsPeriod(Call call, RemoteDomainSetMemoryStatsPeriodArgs args) {
        call.of(args.dom()).resources().setMemoryStatsPeriod(args.dom().uuid(), args.period(), args.flags());
    }

    @Override
    public RemoteDomainGetCpuStatsRet domainGetCpuStats(Call call, RemoteDomainGetCpuStatsArgs args) {
        if (Integer.toUnsignedLong(args.nparams()) > RemoteLimits.NODE_CPU_STATS_MAX) {
            throw Failures.internal("nparams too large");
        }
        if (Integer.toUnsignedLong(args.ncpus()) > RemoteLimits.DOMAIN_GET_CPU_STATS_MAX) {
            throw Failures.internal("ncpus too large");
        }
        var stats = call.of(args.dom())
                .resources()
                .cpuStats(args.dom().uuid(), args.startCpu(), args.ncpus(), args.flags());
        if (args.ncpus() == 0) {
            return new RemoteDomainGetCpuStatsRet(List.of(), stats.hostCpus());
        }
        if (args.nparams() == 0) {
            return new RemoteDomainGetCpuStatsRet(List.of(), stats.parametersPerGroup());
        }
        int perGroup = Math.min(args.nparams(), stats.parametersPerGroup());
        return new RemoteDomainGetCpuStatsRet(flat(stats, perGroup), perGroup);
    }

    @Override
    public RemoteDomainGetControlInfoRet domainGetControlInfo(Call call, RemoteDomainGetControlInfoArgs args) {
        var info = call.of(args.dom()).domains().controlInfo(args.dom().uuid());
        return new RemoteDomainGetControlInfoRet(info.state(), info.details(), info.stateMillis());
    }

    @Override
    public RemoteDomainGetJobInfoRet domainGetJobInfo(Call call, RemoteDomainGetJobInfoArgs args) {
        int type = call.of(args.dom()).domains().jobType(args.dom().uuid(), 0);
        return new RemoteDomainGetJobInfoRet(type, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public RemoteDomainGetJobStatsRet domainGetJobStats(Call call, RemoteDomainGetJobStatsArgs args) {
        return new RemoteDomainGetJobStatsRet(
                call.of(args.dom()).domains().jobType(args.dom().uuid(), args.flags()), List.of());
    }

    @Override
    public RemoteDomainGetMessagesRet domainGetMessages(Call call, RemoteDomainGetMessagesArgs args) {
        return new RemoteDomainGetMessagesRet(
                call.of(args.dom()).domains().messages(args.dom().uuid(), args.flags()));
    }

    @Override
    public RemoteDomainGetDiskErrorsRet domainGetDiskErrors(Call call, RemoteDomainGetDiskErrorsArgs args) {
        var devices = call.of(args.dom()).devices();
        if (args.maxerrors() == 0) {
            return new RemoteDomainGetDiskErrorsRet(
                    List.of(), devices.diskCount(args.dom().uuid()));
        }
        var errors = devices.diskErrors(args.dom().uuid(), args.flags()).stream()
                .limit(Integer.toUnsignedLong(args.maxerrors()))
                .map(error -> new RemoteDomainDiskError(error.disk(), error.error()))
                .toList();
        return new RemoteDomainGetDiskErrorsRet(errors, errors.size());
    }

    @Override
    public void domainStartDirtyRateCalc(Call call, RemoteDomainStartDirtyRateCalcArgs args) {
        call.of(args.dom()).devices().measureDirtyRate(args.dom().uuid(), args.seconds(), args.flags());
    }

    /** Groups of equal size one behind the other; the client cuts them apart by that size. */
    private static List<TypedParam> flat(CpuStats stats, int perGroup) {
        var all = new ArrayList<TypedParameter>();
        stats.groups().forEach(group -> all.addAll(group.subList(0, Math.min(perGroup, group.size()))));
        return WireParameters.encode(all);
    }

    private static List<TypedParameter> parameters(DiskFigures figures) {
        var known = new ArrayList<TypedParameter>();
        add(known, "wr_bytes", figures.writeBytes());
        add(known, "wr_operations", figures.writeRequests());
        add(known, "rd_bytes", figures.readBytes());
        add(known, "rd_operations", figures.readRequests());
        add(known, "flush_operations", figures.flushRequests());
        add(known, "wr_total_times", figures.writeNanos());
        add(known, "rd_total_times", figures.readNanos());
        add(known, "flush_total_times", figures.flushNanos());
        return known;
    }

    private static void add(List<TypedParameter> known, String name, long value) {
        if (value != UNKNOWN) {
            known.add(TypedParameter.ofLong(name, value));
        }
    }
}
