package dev.posada.jvm;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.DiskFigures;
import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.driver.Abilities.InterfaceFigures;
import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.driver.Abilities.VcpuFigures;
import dev.posada.driver.InstanceState;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import dev.posada.posix.CpuAffinity;
import dev.posada.posix.PosixException;
import dev.posada.process.ProcessFacts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a program takes of the host, as the kernel counts it; what goes on inside the JVM is told by others. */
final class Usage implements Abilities.HasStatistics {
    /** {@code VIR_DOMAIN_MEMORY_STAT_UNUSED} and {@code USABLE}: what it may still take. */
    private static final int UNUSED = 4;

    private static final int USABLE = 8;

    /** {@code VIR_DOMAIN_MEMORY_STAT_AVAILABLE}: what there is for it in all. */
    private static final int AVAILABLE = 5;

    /** {@code VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON}: what it may have. */
    private static final int ACTUAL_BALLOON = 6;

    /** {@code VIR_DOMAIN_MEMORY_STAT_RSS}: what it has of the host. */
    private static final int RSS = 7;

    private static final int RUNNING = 1;

    private final InstanceState state;
    private final Optional<ResourceLimits> limits;
    private final Inside inside;
    private final Supplier<Optional<Integer>> pid;

    /** @param limits empty for a program that has none of ours */
    Usage(InstanceState state, Optional<ResourceLimits> limits, Supplier<Optional<Integer>> pid, Inside inside) {
        this.state = state;
        this.limits = limits;
        this.inside = inside;
        this.pid = pid;
    }

    @Override
    public List<TypedParameter> statistics(Set<StatsGroup> groups, boolean backing, boolean mayWait) {
        var figures = new ArrayList<TypedParameter>();
        var facts = facts();
        if (groups.contains(StatsGroup.CPU)) {
            figures.add(TypedParameter.ofUnsigned("cpu.time", cpuTimeNanos()));
            facts.ifPresent(process -> {
                figures.add(TypedParameter.ofUnsigned("cpu.user", process.user().toNanos()));
                figures.add(
                        TypedParameter.ofUnsigned("cpu.system", process.system().toNanos()));
            });
        }
        if (groups.contains(StatsGroup.BALLOON)) {
            figures.add(TypedParameter.ofUnsigned("balloon.current", memoryKib()));
            figures.add(TypedParameter.ofUnsigned(
                    "balloon.maximum", state.definition().maxMemoryKib()));
            facts.ifPresent(process -> {
                figures.add(TypedParameter.ofUnsigned("balloon.unused", unusedKib(process)));
                figures.add(TypedParameter.ofUnsigned("balloon.available", memoryKib()));
                figures.add(TypedParameter.ofUnsigned("balloon.usable", unusedKib(process)));
                figures.add(TypedParameter.ofUnsigned("balloon.rss", residentKib(process)));
            });
        }
        if (groups.contains(StatsGroup.VCPU)) {
            int vcpus = state.definition().vcpus();
            figures.add(TypedParameter.ofUnsigned("vcpu.current", vcpus));
            figures.add(
                    TypedParameter.ofUnsigned("vcpu.maximum", state.definition().maxVcpus()));
            for (int vcpu = 0; vcpu < vcpus; vcpu++) {
                figures.add(TypedParameter.ofInt("vcpu." + vcpu + ".state", RUNNING));
                figures.add(TypedParameter.ofUnsigned("vcpu." + vcpu + ".time", cpuTimeNanos() / vcpus));
            }
        }
        if (groups.contains(StatsGroup.JVM)) {
            figures.addAll(inside.figures(mayWait));
        }
        return figures;
    }

    private Optional<ProcessFacts> facts() {
        return pid.get().flatMap(ProcessFacts::of);
    }

    @Override
    public long cpuTimeNanos() {
        return limits.flatMap(ResourceLimits::processorNanos)
                .or(() -> facts().map(process -> process.cpuTime().toNanos()))
                .orElse(0L);
    }

    @Override
    public long memoryKib() {
        return state.definition().memoryKib();
    }

    @Override
    public List<MemoryFigure> memoryStats() {
        var figures = new ArrayList<MemoryFigure>();
        figures.add(new MemoryFigure(ACTUAL_BALLOON, memoryKib()));
        facts().ifPresent(process -> {
            figures.add(new MemoryFigure(UNUSED, unusedKib(process)));
            figures.add(new MemoryFigure(AVAILABLE, memoryKib()));
            figures.add(new MemoryFigure(USABLE, unusedKib(process)));
            figures.add(new MemoryFigure(RSS, residentKib(process)));
        });
        return figures;
    }

    private static long residentKib(ProcessFacts process) {
        return process.residentBytes() >> 10;
    }

    /** What clients draw: they take the difference to what the domain has for what it uses. */
    private long unusedKib(ProcessFacts process) {
        return Math.max(0, memoryKib() - residentKib(process));
    }

    @Override
    public DiskFigures diskStats(String disk) {
        throw noDevice("disk", disk);
    }

    @Override
    public DiskSizes diskSizes(String disk) {
        throw noDevice("disk", disk);
    }

    @Override
    public InterfaceFigures interfaceStats(String device) {
        throw noDevice("interface", device);
    }

    private static PosadaException noDevice(String kind, String name) {
        return Refusal.argument("no " + kind + " '" + Refusal.shown(name) + "': a Java program has none of its own");
    }

    /** A JVM's threads run where they are put: each processor's share is the same part of the whole. */
    @Override
    public List<VcpuFigures> vcpus() {
        int vcpus = state.definition().vcpus();
        long each = cpuTimeNanos() / vcpus;
        int lastCpu = facts().map(ProcessFacts::lastCpu).orElse(-1);
        var affinity = affinity();
        var figures = new ArrayList<VcpuFigures>();
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            figures.add(new VcpuFigures(vcpu, RUNNING, each, lastCpu, affinity));
        }
        return figures;
    }

    private Optional<BitSet> affinity() {
        try {
            return pid.get().map(CpuAffinity::of);
        } catch (PosixException gone) {
            return Optional.empty();
        }
    }
}
