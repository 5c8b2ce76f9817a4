package dev.posada.docker;

import dev.posada.cgroup.Cgroup;
import dev.posada.cgroup.CgroupUsage;
import dev.posada.dockerengine.ContainerFigures;
import dev.posada.dockerengine.EngineException;
import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.DiskFigures;
import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.driver.Abilities.InterfaceFigures;
import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.driver.Abilities.VcpuFigures;
import dev.posada.driver.CpuSets;
import dev.posada.driver.InstanceState;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The figures of a container: read from its control group where it runs on this host, which takes no longer than a few
 * small files do; otherwise the engine is asked, where waiting is allowed.
 */
final class Usage implements Abilities.HasStatistics {
    private static final long KIB = 1024;
    private static final String ROOT = "/";

    private static final int TAG_MAJOR_FAULT = 2;
    private static final int TAG_MINOR_FAULT = 3;
    private static final int TAG_UNUSED = 4;
    private static final int TAG_AVAILABLE = 5;
    private static final int TAG_ACTUAL = 6;
    private static final int TAG_RSS = 7;
    private static final int TAG_USABLE = 8;
    private static final int TAG_DISK_CACHES = 10;

    private static final int VCPU_OFFLINE = 0;
    private static final int VCPU_RUNNING = 1;
    private static final int VCPU_BLOCKED = 2;

    private final Machinery machinery;
    private final DockerDomain domain;
    private final InstanceState state;

    Usage(Machinery machinery, DockerDomain domain, InstanceState state) {
        this.machinery = machinery;
        this.domain = domain;
        this.state = state;
    }

    private long pid() {
        return domain.run().map(Sight::pid).orElse(0L);
    }

    private Optional<CgroupUsage> ofHost() {
        long pid = pid();
        // A container on another host, or one whose process has gone, must not be given a stranger's figures.
        return pid > 0 && machinery.isOf(pid, domain.container())
                ? machinery.cgroups().of(pid).map(Cgroup::usage)
                : Optional.empty();
    }

    private Optional<CgroupUsage> usage(boolean mayWait) {
        var here = ofHost();
        return here.isPresent() || !mayWait ? here : asked();
    }

    private Optional<CgroupUsage> asked() {
        try {
            return Optional.of(converted(machinery.engine().containers().figures(domain.container())));
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    private static CgroupUsage converted(ContainerFigures figures) {
        return new CgroupUsage(
                figures.cpuNanos(),
                figures.cpuUserNanos(),
                figures.cpuSystemNanos(),
                figures.throttledPeriods(),
                figures.throttledNanos(),
                figures.memoryBytes(),
                figures.memoryPeakBytes(),
                figures.cacheBytes(),
                figures.cacheBytes(),
                0,
                0,
                figures.disk().readBytes(),
                figures.disk().writtenBytes(),
                figures.disk().reads(),
                figures.disk().writes());
    }

    @Override
    public List<TypedParameter> statistics(Set<StatsGroup> groups, boolean backing, boolean mayWait) {
        var usage = usage(mayWait);
        var parameters = new ArrayList<TypedParameter>();
        for (var group : groups) {
            switch (group) {
                case CPU ->
                    usage.ifPresent(now -> {
                        parameters.add(TypedParameter.ofUnsigned("cpu.time", now.processorNanos()));
                        parameters.add(TypedParameter.ofUnsigned("cpu.user", now.userNanos()));
                        parameters.add(TypedParameter.ofUnsigned("cpu.system", now.systemNanos()));
                    });
                case BALLOON -> balloon(parameters, usage);
                case VCPU -> vcpuGroup(parameters, usage);
                case INTERFACE -> parameters.addAll(ContainerTraffic.group(state.definition(), pid()));
                case BLOCK ->
                    usage.ifPresent(now -> {
                        parameters.add(TypedParameter.ofUnsigned("block.count", 1));
                        parameters.add(TypedParameter.ofText("block.0.name", ROOT));
                        parameters.add(TypedParameter.ofUnsigned("block.0.rd.reqs", now.reads()));
                        parameters.add(TypedParameter.ofUnsigned("block.0.rd.bytes", now.readBytes()));
                        parameters.add(TypedParameter.ofUnsigned("block.0.wr.reqs", now.writes()));
                        parameters.add(TypedParameter.ofUnsigned("block.0.wr.bytes", now.writtenBytes()));
                    });
                case STATE, PERF, IOTHREAD, MEMORY, DIRTY_RATE, VM, JVM -> {}
            }
        }
        return parameters;
    }

    private void balloon(List<TypedParameter> parameters, Optional<CgroupUsage> usage) {
        parameters.add(TypedParameter.ofUnsigned("balloon.current", memoryKib()));
        parameters.add(
                TypedParameter.ofUnsigned("balloon.maximum", state.definition().maxMemoryKib()));
        usage.ifPresent(now -> memory(now)
                .forEach(figure -> name(figure.tag())
                        .ifPresent(
                                name -> parameters.add(TypedParameter.ofUnsigned("balloon." + name, figure.value())))));
    }

    private static Optional<String> name(int tag) {
        return Optional.ofNullable(
                switch (tag) {
                    case TAG_MAJOR_FAULT -> "major_fault";
                    case TAG_MINOR_FAULT -> "minor_fault";
                    case TAG_UNUSED -> "unused";
                    case TAG_AVAILABLE -> "available";
                    case TAG_RSS -> "rss";
                    case TAG_USABLE -> "usable";
                    case TAG_DISK_CACHES -> "disk_caches";
                    default -> null;
                });
    }

    private List<MemoryFigure> memory(CgroupUsage now) {
        long limit = ContainerLimits.of(state.definition()).memoryBytes();
        return List.of(
                new MemoryFigure(TAG_ACTUAL, memoryKib()),
                new MemoryFigure(TAG_MAJOR_FAULT, now.majorFaults()),
                new MemoryFigure(TAG_MINOR_FAULT, now.minorFaults()),
                new MemoryFigure(TAG_UNUSED, Math.max(0, limit - now.memoryBytes()) / KIB),
                new MemoryFigure(TAG_AVAILABLE, limit / KIB),
                new MemoryFigure(TAG_USABLE, Math.max(0, limit - now.memoryBytes() + now.inactiveFileBytes()) / KIB),
                new MemoryFigure(TAG_DISK_CACHES, now.cacheBytes() / KIB),
                new MemoryFigure(TAG_RSS, Math.max(0, now.memoryBytes() - now.cacheBytes()) / KIB));
    }

    private void vcpuGroup(List<TypedParameter> parameters, Optional<CgroupUsage> usage) {
        int count = state.definition().vcpus();
        parameters.add(TypedParameter.ofUnsigned("vcpu.current", count));
        parameters.add(
                TypedParameter.ofUnsigned("vcpu.maximum", state.definition().maxVcpus()));
        for (int vcpu = 0; vcpu < state.definition().maxVcpus(); vcpu++) {
            parameters.add(TypedParameter.ofInt("vcpu." + vcpu + ".state", vcpuState(vcpu)));
            if (usage.isPresent() && vcpu < count) {
                parameters.add(TypedParameter.ofUnsigned(
                        "vcpu." + vcpu + ".time", usage.get().processorNanos() / count));
            }
        }
    }

    private int vcpuState(int vcpu) {
        if (vcpu >= state.definition().vcpus()) {
            return VCPU_OFFLINE;
        }
        return state.running() ? VCPU_RUNNING : VCPU_BLOCKED;
    }

    @Override
    public long cpuTimeNanos() {
        return ofHost().map(CgroupUsage::processorNanos).orElse(0L);
    }

    @Override
    public long memoryKib() {
        return state.definition().memoryKib();
    }

    @Override
    public List<MemoryFigure> memoryStats() {
        return usage(true).map(this::memory).orElseGet(() -> List.of(new MemoryFigure(TAG_ACTUAL, memoryKib())));
    }

    @Override
    public DiskFigures diskStats(String disk) {
        if (!disk.isEmpty() && !disk.equals(ROOT)) {
            throw Refusal.of(
                    ErrorCode.INVALID_ARG,
                    "invalid path: " + Refusal.shown(disk) + "; a container has figures of all its file systems, '/'");
        }
        return usage(true)
                .map(now ->
                        new DiskFigures(now.reads(), now.readBytes(), -1, now.writes(), now.writtenBytes(), -1, -1, -1))
                .orElse(new DiskFigures(-1, -1, -1, -1, -1, -1, -1, -1));
    }

    @Override
    public DiskSizes diskSizes(String disk) {
        throw PosadaException.unsupportedCall(Refusal.ORIGIN, "virDomainGetBlockInfo");
    }

    @Override
    public InterfaceFigures interfaceStats(String device) {
        return ContainerTraffic.of(state.definition(), pid(), device);
    }

    /** A container's processors are shares of the host's: each is said to have done an equal part. */
    @Override
    public List<VcpuFigures> vcpus() {
        int count = state.definition().vcpus();
        long nanos = cpuTimeNanos() / count;
        var vcpus = new ArrayList<VcpuFigures>(count);
        for (int vcpu = 0; vcpu < count; vcpu++) {
            vcpus.add(new VcpuFigures(vcpu, vcpuState(vcpu), nanos, -1, affinity()));
        }
        return vcpus;
    }

    private Optional<BitSet> affinity() {
        var cpus = ContainerLimits.of(state.definition()).cpus();
        if (!cpus.isEmpty()) {
            return Optional.of(CpuSets.parse(cpus));
        }
        var all = new BitSet();
        all.set(0, machinery.context().host().nodeInfo().cpus());
        return Optional.of(all);
    }
}
