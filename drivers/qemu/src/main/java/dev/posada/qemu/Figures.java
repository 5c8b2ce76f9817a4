package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.DiskFigures;
import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.driver.Abilities.InterfaceFigures;
import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.driver.Abilities.VcpuFigures;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The figures of a running domain, group by group. Groups QEMU must be asked for are left out when it does not answer. */
final class Figures implements Abilities.HasStatistics {
    private static final int DIRTY_RATE_UNSTARTED = 0;
    private static final int DIRTY_RATE_MEASURING = 1;
    private static final int DIRTY_RATE_MEASURED = 2;

    private final LiveState state;
    private final Monitor monitor;
    private final Processors processors;
    private final DiskStatistics disks;
    private final MemoryStatistics memory;
    private final KvmStatistics kvm;

    Figures(LiveState state, Monitor monitor, Processors processors, DiskStatistics disks) {
        this.state = state;
        this.monitor = monitor;
        this.processors = processors;
        this.disks = disks;
        this.memory = new MemoryStatistics(state::definition, () -> Optional.of(monitor), processors);
        this.kvm = new KvmStatistics(monitor);
    }

    @Override
    public List<TypedParameter> statistics(Set<StatsGroup> groups, boolean backing, boolean mayWait) {
        // A monitor that let somebody down is asked again, but not for each group.
        boolean ask = mayWait
                && monitor.isOpen()
                && (!monitor.hung() || monitor.ask("query-status").isPresent());
        boolean onKvm = state.definition().type().equals("kvm");
        var parameters = new ArrayList<TypedParameter>();
        for (var group : groups) {
            switch (group) {
                case STATE, PERF, MEMORY, JVM -> {}
                case CPU -> {
                    parameters.addAll(processors.cpuGroup());
                    parameters.addAll(kvm.haltPolling(ask && onKvm));
                }
                case BALLOON -> parameters.addAll(memory.group(ask));
                case VCPU ->
                    parameters.addAll(processors.vcpuGroup(state.definition().maxVcpus()));
                case INTERFACE -> parameters.addAll(NetworkStatistics.group(state.definition()));
                case BLOCK -> parameters.addAll(disks.bulk(backing, ask));
                case IOTHREAD -> {
                    if (ask) {
                        iothreads(parameters);
                    }
                }
                case DIRTY_RATE -> {
                    if (ask) {
                        dirtyRate(parameters);
                    }
                }
                case VM -> {
                    if (ask && onKvm) {
                        parameters.addAll(kvm.machine());
                    }
                }
            }
        }
        return parameters;
    }

    private void iothreads(List<TypedParameter> parameters) {
        boolean any = state.definition().root().childText("iothreads").stream().anyMatch(text -> !text.equals("0"));
        var answer = any ? monitor.ask("query-iothreads") : Optional.<Json>empty();
        if (answer.isEmpty()) {
            return;
        }
        var found = new ArrayList<TypedParameter>();
        int count = 0;
        for (var iothread : answer.get().elements()) {
            var number = Processors.iothreadNumber(QmpHappenings.text(iothread, "id"));
            if (number.isEmpty()) {
                continue;
            }
            count++;
            var prefix = "iothread." + number.get() + ".";
            found.add(TypedParameter.ofUnsigned(prefix + "poll-max-ns", QmpHappenings.number(iothread, "poll-max-ns")));
            found.add(
                    TypedParameter.ofUnsigned(prefix + "poll-grow", (int) QmpHappenings.number(iothread, "poll-grow")));
            found.add(TypedParameter.ofUnsigned(
                    prefix + "poll-shrink", (int) QmpHappenings.number(iothread, "poll-shrink")));
        }
        parameters.add(TypedParameter.ofUnsigned("iothread.count", count));
        parameters.addAll(found);
    }

    private void dirtyRate(List<TypedParameter> parameters) {
        monitor.ask("query-dirty-rate").ifPresent(answer -> {
            int status = switch (QmpHappenings.text(answer, "status")) {
                case "measuring" -> DIRTY_RATE_MEASURING;
                case "measured" -> DIRTY_RATE_MEASURED;
                default -> DIRTY_RATE_UNSTARTED;
            };
            parameters.add(TypedParameter.ofInt("dirtyrate.calc_status", status));
            parameters.add(
                    TypedParameter.ofLong("dirtyrate.calc_start_time", QmpHappenings.number(answer, "start-time")));
            parameters.add(
                    TypedParameter.ofInt("dirtyrate.calc_period", (int) QmpHappenings.number(answer, "calc-time")));
            parameters.add(TypedParameter.ofText("dirtyrate.calc_mode", QmpHappenings.text(answer, "mode")));
            if (status == DIRTY_RATE_MEASURED) {
                parameters.add(TypedParameter.ofLong(
                        "dirtyrate.megabytes_per_second", QmpHappenings.number(answer, "dirty-rate")));
            }
        });
    }

    @Override
    public long cpuTimeNanos() {
        return processors.cpuTimeNanos();
    }

    @Override
    public long memoryKib() {
        return state.definition().memoryKib();
    }

    @Override
    public List<MemoryFigure> memoryStats() {
        return memory.byTag();
    }

    @Override
    public DiskFigures diskStats(String disk) {
        return disks.figures(disk);
    }

    @Override
    public DiskSizes diskSizes(String disk) {
        return disks.sizes(disk);
    }

    @Override
    public InterfaceFigures interfaceStats(String device) {
        return NetworkStatistics.of(state.definition(), device);
    }

    @Override
    public List<VcpuFigures> vcpus() {
        return processors.vcpus();
    }
}
