package dev.posada.server;

import dev.posada.driver.Abilities.VcpuFigures;
import dev.posada.engine.Resources;
import dev.posada.protocol.DomainTuningCalls;
import dev.posada.protocol.RemoteDomainGetEmulatorPinInfoArgs;
import dev.posada.protocol.RemoteDomainGetEmulatorPinInfoRet;
import dev.posada.protocol.RemoteDomainGetMaxMemoryArgs;
import dev.posada.protocol.RemoteDomainGetMaxMemoryRet;
import dev.posada.protocol.RemoteDomainGetMaxVcpusArgs;
import dev.posada.protocol.RemoteDomainGetMaxVcpusRet;
import dev.posada.protocol.RemoteDomainGetSchedulerTypeArgs;
import dev.posada.protocol.RemoteDomainGetSchedulerTypeRet;
import dev.posada.protocol.RemoteDomainGetVcpuPinInfoArgs;
import dev.posada.protocol.RemoteDomainGetVcpuPinInfoRet;
import dev.posada.protocol.RemoteDomainGetVcpusArgs;
import dev.posada.protocol.RemoteDomainGetVcpusFlagsArgs;
import dev.posada.protocol.RemoteDomainGetVcpusFlagsRet;
import dev.posada.protocol.RemoteDomainGetVcpusRet;
import dev.posada.protocol.RemoteDomainPinEmulatorArgs;
import dev.posada.protocol.RemoteDomainPinVcpuArgs;
import dev.posada.protocol.RemoteDomainPinVcpuFlagsArgs;
import dev.posada.protocol.RemoteDomainSetMaxMemoryArgs;
import dev.posada.protocol.RemoteDomainSetMemoryArgs;
import dev.posada.protocol.RemoteDomainSetMemoryFlagsArgs;
import dev.posada.protocol.RemoteDomainSetVcpusArgs;
import dev.posada.protocol.RemoteDomainSetVcpusFlagsArgs;
import dev.posada.protocol.RemoteLimits;
import dev.posada.protocol.RemoteVcpuInfo;
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
                resources(call).maxMemoryKib(args.dom().uuid()));
    }

    @Override
    public void domainSetMaxMemory(Call call, RemoteDomainSetMaxMemoryArgs args) {
        resources(call).setMemory(args.dom().uuid(), args.memory(), MAXIMUM);
    }

    @Override
    public void domainSetMemory(Call call, RemoteDomainSetMemoryArgs args) {
        resources(call).setMemory(args.dom().uuid(), args.memory(), LIVE);
    }

    @Override
    public void domainSetMemoryFlags(Call call, RemoteDomainSetMemoryFlagsArgs args) {
        resources(call).setMemory(args.dom().uuid(), args.memory(), args.flags());
    }

    @Override
    public RemoteDomainGetMaxVcpusRet domainGetMaxVcpus(Call call, RemoteDomainGetMaxVcpusArgs args) {
        return new RemoteDomainGetMaxVcpusRet(
                resources(call).maxVcpus(args.dom().uuid()));
    }

    @Override
    public RemoteDomainGetVcpusFlagsRet domainGetVcpusFlags(Call call, RemoteDomainGetVcpusFlagsArgs args) {
        return new RemoteDomainGetVcpusFlagsRet(
                resources(call).vcpuCount(args.dom().uuid(), args.flags()));
    }

    @Override
    public void domainSetVcpus(Call call, RemoteDomainSetVcpusArgs args) {
        resources(call).setVcpuCount(args.dom().uuid(), args.nvcpus(), LIVE);
    }

    @Override
    public void domainSetVcpusFlags(Call call, RemoteDomainSetVcpusFlagsArgs args) {
        resources(call).setVcpuCount(args.dom().uuid(), args.nvcpus(), args.flags());
    }

    @Override
    public RemoteDomainGetVcpusRet domainGetVcpus(Call call, RemoteDomainGetVcpusArgs args) {
        requireMaps("maxinfo", args.maxinfo(), args.maplen());
        var vcpus = resources(call).vcpus(args.dom().uuid()).stream()
                .limit(args.maxinfo())
                .toList();
        var infos = vcpus.stream()
                .map(vcpu -> new RemoteVcpuInfo(vcpu.number(), vcpu.state(), vcpu.cpuTimeNanos(), vcpu.hostCpu()))
                .toList();
        return new RemoteDomainGetVcpusRet(infos, affinities(vcpus, args.maplen()));
    }

    @Override
    public void domainPinVcpu(Call call, RemoteDomainPinVcpuArgs args) {
        resources(call).pinVcpu(args.dom().uuid(), args.vcpu(), Conversions.processors(args.cpumap()), LIVE);
    }

    @Override
    public void domainPinVcpuFlags(Call call, RemoteDomainPinVcpuFlagsArgs args) {
        resources(call).pinVcpu(args.dom().uuid(), args.vcpu(), Conversions.processors(args.cpumap()), args.flags());
    }

    @Override
    public RemoteDomainGetVcpuPinInfoRet domainGetVcpuPinInfo(Call call, RemoteDomainGetVcpuPinInfoArgs args) {
        requireMaps("ncpumaps", args.ncpumaps(), args.maplen());
        var pins = resources(call).vcpuPins(args.dom().uuid(), args.flags()).stream()
                .limit(args.ncpumaps())
                .toList();
        return new RemoteDomainGetVcpuPinInfoRet(Conversions.maps(pins, args.maplen()), pins.size());
    }

    @Override
    public void domainPinEmulator(Call call, RemoteDomainPinEmulatorArgs args) {
        resources(call).pinEmulator(args.dom().uuid(), Conversions.processors(args.cpumap()), args.flags());
    }

    @Override
    public RemoteDomainGetEmulatorPinInfoRet domainGetEmulatorPinInfo(
            Call call, RemoteDomainGetEmulatorPinInfoArgs args) {
        requireMaps("ncpumaps", 1, args.maplen());
        var pin = resources(call).emulatorPin(args.dom().uuid(), args.flags());
        return new RemoteDomainGetEmulatorPinInfoRet(Conversions.map(pin, args.maplen()), 1);
    }

    @Override
    public RemoteDomainGetSchedulerTypeRet domainGetSchedulerType(Call call, RemoteDomainGetSchedulerTypeArgs args) {
        var type = resources(call).schedulerType(args.dom().uuid());
        return new RemoteDomainGetSchedulerTypeRet(type.name(), type.parameters());
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

    private static Resources resources(Call call) {
        return call.connection().resources();
    }
}
