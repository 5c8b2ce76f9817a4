package dev.posada.server;

import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.driver.Abilities.VcpuFigures;
import dev.posada.engine.DeviceLimits;
import dev.posada.engine.IoThreads;
import dev.posada.engine.Resources;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.DomainTuningCalls;
import dev.posada.protocol.RemoteDomainAddIothreadArgs;
import dev.posada.protocol.RemoteDomainDelIothreadArgs;
import dev.posada.protocol.RemoteDomainGetBlkioParametersArgs;
import dev.posada.protocol.RemoteDomainGetBlkioParametersRet;
import dev.posada.protocol.RemoteDomainGetEmulatorPinInfoArgs;
import dev.posada.protocol.RemoteDomainGetEmulatorPinInfoRet;
import dev.posada.protocol.RemoteDomainGetInterfaceParametersArgs;
import dev.posada.protocol.RemoteDomainGetInterfaceParametersRet;
import dev.posada.protocol.RemoteDomainGetIothreadInfoArgs;
import dev.posada.protocol.RemoteDomainGetIothreadInfoRet;
import dev.posada.protocol.RemoteDomainGetLaunchSecurityInfoArgs;
import dev.posada.protocol.RemoteDomainGetLaunchSecurityInfoRet;
import dev.posada.protocol.RemoteDomainGetMaxMemoryArgs;
import dev.posada.protocol.RemoteDomainGetMaxMemoryRet;
import dev.posada.protocol.RemoteDomainGetMaxVcpusArgs;
import dev.posada.protocol.RemoteDomainGetMaxVcpusRet;
import dev.posada.protocol.RemoteDomainGetMemoryParametersArgs;
import dev.posada.protocol.RemoteDomainGetMemoryParametersRet;
import dev.posada.protocol.RemoteDomainGetNumaParametersArgs;
import dev.posada.protocol.RemoteDomainGetNumaParametersRet;
import dev.posada.protocol.RemoteDomainGetSchedulerParametersArgs;
import dev.posada.protocol.RemoteDomainGetSchedulerParametersFlagsArgs;
import dev.posada.protocol.RemoteDomainGetSchedulerParametersFlagsRet;
import dev.posada.protocol.RemoteDomainGetSchedulerParametersRet;
import dev.posada.protocol.RemoteDomainGetSchedulerTypeArgs;
import dev.posada.protocol.RemoteDomainGetSchedulerTypeRet;
import dev.posada.protocol.RemoteDomainGetVcpuPinInfoArgs;
import dev.posada.protocol.RemoteDomainGetVcpuPinInfoRet;
import dev.posada.protocol.RemoteDomainGetVcpusArgs;
import dev.posada.protocol.RemoteDomainGetVcpusFlagsArgs;
import dev.posada.protocol.RemoteDomainGetVcpusFlagsRet;
import dev.posada.protocol.RemoteDomainGetVcpusRet;
import dev.posada.protocol.RemoteDomainIothreadInfo;
import dev.posada.protocol.RemoteDomainPinEmulatorArgs;
import dev.posada.protocol.RemoteDomainPinIothreadArgs;
import dev.posada.protocol.RemoteDomainPinVcpuArgs;
import dev.posada.protocol.RemoteDomainPinVcpuFlagsArgs;
import dev.posada.protocol.RemoteDomainSetBlkioParametersArgs;
import dev.posada.protocol.RemoteDomainSetInterfaceParametersArgs;
import dev.posada.protocol.RemoteDomainSetIothreadParamsArgs;
import dev.posada.protocol.RemoteDomainSetMaxMemoryArgs;
import dev.posada.protocol.RemoteDomainSetMemoryArgs;
import dev.posada.protocol.RemoteDomainSetMemoryFlagsArgs;
import dev.posada.protocol.RemoteDomainSetMemoryParametersArgs;
import dev.posada.protocol.RemoteDomainSetNumaParametersArgs;
import dev.posada.protocol.RemoteDomainSetSchedulerParametersArgs;
import dev.posada.protocol.RemoteDomainSetSchedulerParametersFlagsArgs;
import dev.posada.protocol.RemoteDomainSetVcpuArgs;
import dev.posada.protocol.RemoteDomainSetVcpusArgs;
import dev.posada.protocol.RemoteDomainSetVcpusFlagsArgs;
import dev.posada.protocol.RemoteLimits;
import dev.posada.protocol.RemoteVcpuInfo;
import dev.posada.protocol.TypedParam;
import dev.posada.protocol.WireParameters;
import dev.posada.xdr.Opaque;
import java.util.BitSet;
import java.util.List;

/** Memory and processors: what domains may have, what they have, where they run. */
final class DomainTuningAnswers implements DomainTuningCalls<Call> {
    /** {@code VIR_DOMAIN_AFFECT_LIVE}: what the calls without flags mean. */
    private static final int LIVE = 1;

    /** {@code VIR_DOMAIN_MEM_MAXIMUM}. */
    private static final int MAXIMUM = 4;

    @Override
    public RemoteDomainGetMaxMemoryRet domainGetMaxMemory(Call call, RemoteDomainGetMaxMemoryArgs args) {
        return new RemoteDomainGetMaxMemoryRet(
                resources(call, args.dom()).maxMemoryKib(args.dom().uuid()));
    }

    @Override
    public void domainSetMaxMemory(Call call, RemoteDomainSetMaxMemoryArgs args) {
        resources(call, args.dom()).setMemory(args.dom().uuid(), args.memory(), MAXIMUM);
    }

    @Override
    public void domainSetMemory(Call call, RemoteDomainSetMemoryArgs args) {
        resources(call, args.dom()).setMemory(args.dom().uuid(), args.memory(), LIVE);
    }

    @Override
    public void domainSetMemoryFlags(Call call, RemoteDomainSetMemoryFlagsArgs args) {
        resources(call, args.dom()).setMemory(args.dom().uuid(), args.memory(), args.flags());
    }

    @Override
    public RemoteDomainGetMaxVcpusRet domainGetMaxVcpus(Call call, RemoteDomainGetMaxVcpusArgs args) {
        return new RemoteDomainGetMaxVcpusRet(
                resources(call, args.dom()).maxVcpus(args.dom().uuid()));
    }

    @Override
    public RemoteDomainGetVcpusFlagsRet domainGetVcpusFlags(Call call, RemoteDomainGetVcpusFlagsArgs args) {
        return new RemoteDomainGetVcpusFlagsRet(
                resources(call, args.dom()).vcpuCount(args.dom().uuid(), args.flags()));
    }

    @Override
    public void domainSetVcpus(Call call, RemoteDomainSetVcpusArgs args) {
        resources(call, args.dom()).setVcpuCount(args.dom().uuid(), args.nvcpus(), LIVE);
    }

    @Override
    public void domainSetVcpusFlags(Call call, RemoteDomainSetVcpusFlagsArgs args) {
        resources(call, args.dom()).setVcpuCount(args.dom().uuid(), args.nvcpus(), args.flags());
    }

    @Override
    public RemoteDomainGetVcpusRet domainGetVcpus(Call call, RemoteDomainGetVcpusArgs args) {
        requireMaps("maxinfo", args.maxinfo(), args.maplen());
        var vcpus = resources(call, args.dom()).vcpus(args.dom().uuid()).stream()
                .limit(args.maxinfo())
                .toList();
        var infos = vcpus.stream()
                .map(vcpu -> new RemoteVcpuInfo(vcpu.number(), vcpu.state(), vcpu.cpuTimeNanos(), vcpu.hostCpu()))
                .toList();
        return new RemoteDomainGetVcpusRet(infos, affinities(vcpus, args.maplen()));
    }

    @Override
    public void domainPinVcpu(Call call, RemoteDomainPinVcpuArgs args) {
        resources(call, args.dom())
                .pinVcpu(args.dom().uuid(), args.vcpu(), Conversions.processors(args.cpumap()), LIVE);
    }

    @Override
    public void domainPinVcpuFlags(Call call, RemoteDomainPinVcpuFlagsArgs args) {
        resources(call, args.dom())
                .pinVcpu(args.dom().uuid(), args.vcpu(), Conversions.processors(args.cpumap()), args.flags());
    }

    @Override
    public RemoteDomainGetVcpuPinInfoRet domainGetVcpuPinInfo(Call call, RemoteDomainGetVcpuPinInfoArgs args) {
        requireMaps("ncpumaps", args.ncpumaps(), args.maplen());
        var pins = resources(call, args.dom()).vcpuPins(args.dom().uuid(), args.flags()).stream()
                .limit(args.ncpumaps())
                .toList();
        return new RemoteDomainGetVcpuPinInfoRet(Conversions.maps(pins, args.maplen()), pins.size());
    }

    @Override
    public void domainPinEmulator(Call call, RemoteDomainPinEmulatorArgs args) {
        resources(call, args.dom()).pinEmulator(args.dom().uuid(), Conversions.processors(args.cpumap()), args.flags());
    }

    @Override
    public RemoteDomainGetEmulatorPinInfoRet domainGetEmulatorPinInfo(
            Call call, RemoteDomainGetEmulatorPinInfoArgs args) {
        requireMaps("ncpumaps", 1, args.maplen());
        var pin = resources(call, args.dom()).emulatorPin(args.dom().uuid(), args.flags());
        return new RemoteDomainGetEmulatorPinInfoRet(Conversions.map(pin, args.maplen()), 1);
    }

    @Override
    public RemoteDomainGetSchedulerTypeRet domainGetSchedulerType(Call call, RemoteDomainGetSchedulerTypeArgs args) {
        var type = resources(call, args.dom()).schedulerType(args.dom().uuid());
        return new RemoteDomainGetSchedulerTypeRet(type.name(), type.parameters());
    }

    @Override
    public RemoteDomainGetSchedulerParametersRet domainGetSchedulerParameters(
            Call call, RemoteDomainGetSchedulerParametersArgs args) {
        return new RemoteDomainGetSchedulerParametersRet(
                asked(read(call, args.dom(), TuningGroup.SCHEDULER, 0), args.nparams()));
    }

    @Override
    public RemoteDomainGetSchedulerParametersFlagsRet domainGetSchedulerParametersFlags(
            Call call, RemoteDomainGetSchedulerParametersFlagsArgs args) {
        return new RemoteDomainGetSchedulerParametersFlagsRet(
                asked(read(call, args.dom(), TuningGroup.SCHEDULER, args.flags()), args.nparams()));
    }

    @Override
    public void domainSetSchedulerParameters(Call call, RemoteDomainSetSchedulerParametersArgs args) {
        set(call, args.dom(), TuningGroup.SCHEDULER, args.params(), 0);
    }

    @Override
    public void domainSetSchedulerParametersFlags(Call call, RemoteDomainSetSchedulerParametersFlagsArgs args) {
        set(call, args.dom(), TuningGroup.SCHEDULER, args.params(), args.flags());
    }

    @Override
    public RemoteDomainGetMemoryParametersRet domainGetMemoryParameters(
            Call call, RemoteDomainGetMemoryParametersArgs args) {
        var known = read(call, args.dom(), TuningGroup.MEMORY, args.flags());
        return new RemoteDomainGetMemoryParametersRet(asked(known, args.nparams()), counted(known, args.nparams()));
    }

    @Override
    public void domainSetMemoryParameters(Call call, RemoteDomainSetMemoryParametersArgs args) {
        set(call, args.dom(), TuningGroup.MEMORY, args.params(), args.flags());
    }

    @Override
    public RemoteDomainGetBlkioParametersRet domainGetBlkioParameters(
            Call call, RemoteDomainGetBlkioParametersArgs args) {
        var known = read(call, args.dom(), TuningGroup.BLOCK_IO, args.flags());
        return new RemoteDomainGetBlkioParametersRet(asked(known, args.nparams()), counted(known, args.nparams()));
    }

    @Override
    public void domainSetBlkioParameters(Call call, RemoteDomainSetBlkioParametersArgs args) {
        set(call, args.dom(), TuningGroup.BLOCK_IO, args.params(), args.flags());
    }

    @Override
    public RemoteDomainGetNumaParametersRet domainGetNumaParameters(Call call, RemoteDomainGetNumaParametersArgs args) {
        var known = read(call, args.dom(), TuningGroup.NUMA, args.flags());
        return new RemoteDomainGetNumaParametersRet(asked(known, args.nparams()), counted(known, args.nparams()));
    }

    @Override
    public void domainSetNumaParameters(Call call, RemoteDomainSetNumaParametersArgs args) {
        set(call, args.dom(), TuningGroup.NUMA, args.params(), args.flags());
    }

    @Override
    public RemoteDomainGetIothreadInfoRet domainGetIothreadInfo(Call call, RemoteDomainGetIothreadInfoArgs args) {
        int mapBytes =
                Conversions.mapBytes(call.of(args.dom()).host().onlineCpus().size());
        var threads = ioThreads(call, args.dom()).pins(args.dom().uuid(), args.flags()).entrySet().stream()
                .map(thread ->
                        new RemoteDomainIothreadInfo(thread.getKey(), Conversions.map(thread.getValue(), mapBytes)))
                .toList();
        return new RemoteDomainGetIothreadInfoRet(threads, threads.size());
    }

    @Override
    public void domainAddIothread(Call call, RemoteDomainAddIothreadArgs args) {
        ioThreads(call, args.dom()).add(args.dom().uuid(), args.iothreadId(), args.flags());
    }

    @Override
    public void domainDelIothread(Call call, RemoteDomainDelIothreadArgs args) {
        ioThreads(call, args.dom()).remove(args.dom().uuid(), args.iothreadId(), args.flags());
    }

    @Override
    public void domainPinIothread(Call call, RemoteDomainPinIothreadArgs args) {
        ioThreads(call, args.dom())
                .pin(args.dom().uuid(), args.iothreadsId(), Conversions.processors(args.cpumap()), args.flags());
    }

    @Override
    public void domainSetIothreadParams(Call call, RemoteDomainSetIothreadParamsArgs args) {
        ioThreads(call, args.dom())
                .tune(args.dom().uuid(), args.iothreadId(), WireParameters.decode(args.params()), args.flags());
    }

    @Override
    public void domainSetVcpu(Call call, RemoteDomainSetVcpuArgs args) {
        call.of(args.dom()).vcpus().enable(args.dom().uuid(), args.cpumap(), args.state() != 0, args.flags());
    }

    @Override
    public RemoteDomainGetInterfaceParametersRet domainGetInterfaceParameters(
            Call call, RemoteDomainGetInterfaceParametersArgs args) {
        var known = Conversions.parameters(
                limits(call, args.dom())
                        .bandwidth(args.dom().uuid(), args.device(), args.flags() & ~Conversions.STRINGS_OKAY),
                args.flags());
        return new RemoteDomainGetInterfaceParametersRet(asked(known, args.nparams()), counted(known, args.nparams()));
    }

    @Override
    public void domainSetInterfaceParameters(Call call, RemoteDomainSetInterfaceParametersArgs args) {
        limits(call, args.dom())
                .limitBandwidth(args.dom().uuid(), args.device(), WireParameters.decode(args.params()), args.flags());
    }

    /** No domain has its launch secured: as libvirt, that is told by saying nothing. */
    @Override
    public RemoteDomainGetLaunchSecurityInfoRet domainGetLaunchSecurityInfo(
            Call call, RemoteDomainGetLaunchSecurityInfoArgs args) {
        call.of(args.dom()).domains().byUuid(args.dom().uuid());
        return new RemoteDomainGetLaunchSecurityInfoRet(List.of());
    }

    private static DeviceLimits limits(Call call, DomainRef domain) {
        return call.of(domain).deviceLimits();
    }

    private static IoThreads ioThreads(Call call, DomainRef domain) {
        return call.of(domain).ioThreads();
    }

    private static List<TypedParam> read(Call call, DomainRef domain, TuningGroup group, int flags) {
        var known = call.of(domain).tuning().parameters(domain.uuid(), group, flags & ~Conversions.STRINGS_OKAY);
        return Conversions.parameters(known, flags);
    }

    private static void set(Call call, DomainRef domain, TuningGroup group, List<TypedParam> parameters, int flags) {
        call.of(domain).tuning().set(domain.uuid(), group, WireParameters.decode(parameters), flags);
    }

    /** The old calls ask twice: with no room to learn the number, then with room for so many. */
    private static List<TypedParam> asked(List<TypedParam> known, int room) {
        return known.subList(0, Math.clamp(room, 0, known.size()));
    }

    private static int counted(List<TypedParam> known, int room) {
        return room == 0 ? known.size() : 0;
    }

    /** Keeps a client from asking for more room than a reply has. */
    private static void requireMaps(String name, int maps, int mapBytes) {
        if (maps < 0 || maps > RemoteLimits.VCPUINFO_MAX) {
            throw Failures.internal(name + " > REMOTE_VCPUINFO_MAX");
        }
        if (mapBytes < 0 || (long) maps * mapBytes > RemoteLimits.CPUMAPS_MAX) {
            throw Failures.internal(name + " * maplen > REMOTE_CPUMAPS_MAX");
        }
    }

    private static Opaque affinities(List<VcpuFigures> vcpus, int mapBytes) {
        return mapBytes == 0
                ? Opaque.empty()
                : Conversions.maps(
                        vcpus.stream()
                                .map(vcpu -> vcpu.affinity().orElseGet(BitSet::new))
                                .toList(),
                        mapBytes);
    }

    private static Resources resources(Call call, DomainRef domain) {
        return call.of(domain).resources();
    }
}
