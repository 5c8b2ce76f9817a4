package dev.posada.jvm;

import dev.posada.cgroup.Cgroup;
import dev.posada.cgroup.CgroupException;
import dev.posada.cgroup.CgroupHost;
import dev.posada.cgroup.Controller;
import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.driver.TuningElements;
import dev.posada.model.DomainDefinition;
import dev.posada.model.TypedParameter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The control group of one instance: what {@code <memory>}, {@code <vcpu>}, {@code <cputune>} and {@code <memtune>} say,
 * made true for the program and everything it starts. It is found again by its path and removed with the instance.
 *
 * <p>A daemon that may not make groups (a session's, mostly) still sizes the heap and the number of processors a JVM plans
 * for; the rest is said to be missing, and refused when the definition asks for it in so many words.
 */
final class ResourceLimits {
    private static final long DEFAULT_PERIOD_MICROS = 100_000;

    private final String path;

    private ResourceLimits(String path) {
        this.path = path;
    }

    /** Those of an instance, by its folder: unique on the host and the same after a restart of the daemon. */
    static ResourceLimits of(Path directory) {
        return new ResourceLimits("machine/posada-jvm-"
                + Integer.toHexString(directory.toAbsolutePath().hashCode()) + "-" + directory.getFileName());
    }

    private Optional<Cgroup> group() {
        return CgroupHost.detect().find(path);
    }

    /**
     * Puts a process that has not begun yet under the limits of a definition, in a new group.
     *
     * @param said takes what cannot be limited here
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} when the definition sets limits that this host or
     *     this daemon cannot
     */
    void enforce(DomainDefinition definition, JvmSettings settings, int pid, Consumer<String> said) {
        remove();
        try {
            var group = CgroupHost.detect().create(path);
            limitMemory(group, definition);
            limitProcessors(group, definition);
            group.limitProcesses(settings.processesMax());
            group.add(pid);
        } catch (CgroupException e) {
            remove();
            if (TuningElements.anySet(definition, TuningGroup.SCHEDULER)
                    || TuningElements.anySet(definition, TuningGroup.MEMORY)) {
                throw Refusal.unsupported(
                        "<cputune> and <memtune> need a control group, and this daemon cannot make one: "
                                + e.getMessage());
            }
            said.accept("no control group (" + e.getMessage()
                    + "): the heap and the number of processors hold, the rest of <memory> and <vcpu> does not");
        }
    }

    private static void limitMemory(Cgroup group, DomainDefinition definition) {
        var values = values(definition, TuningGroup.MEMORY);
        long hard = bytes(values, "hard_limit");
        long limit = hard >= 0 ? hard : definition.maxMemoryKib() << 10;
        long soft = bytes(values, "soft_limit");
        long swap = bytes(values, "swap_hard_limit");
        group.limitMemory(limit);
        if (soft >= 0) {
            group.limitMemorySoftly(soft);
        }
        try {
            // A heap that is swapped out stands still at each collection: without a word there is no swap.
            group.limitMemoryAndSwap(swap >= 0 ? swap : limit);
        } catch (CgroupException uncounted) {
            if (swap >= 0) {
                throw uncounted;
            }
        }
    }

    private static void limitProcessors(Cgroup group, DomainDefinition definition) {
        var values = values(definition, TuningGroup.SCHEDULER);
        long shares = number(values, "cpu_shares");
        if (shares != 0) {
            group.processorShares(shares);
        }
        long period = number(values, "global_period") != 0 ? number(values, "global_period") : DEFAULT_PERIOD_MICROS;
        long quota = number(values, "global_quota");
        if (quota == 0) {
            int vcpus = definition.vcpus();
            quota = vcpus < Runtime.getRuntime().availableProcessors() ? vcpus * period : Cgroup.UNLIMITED;
        }
        group.processorQuota(period, quota);
    }

    /** Removes the group, when there is one. */
    void remove() {
        group().ifPresent(Cgroup::remove);
    }

    /** Whether the kernel ended a process of the group because its memory was full. */
    boolean kernelKilled() {
        try {
            return group().map(group -> group.memoryKills() > 0).orElse(false);
        } catch (CgroupException uncounted) {
            return false;
        }
    }

    /** Processor time of the program and all it started, in nanoseconds; nothing without a group. */
    Optional<Long> processorNanos() {
        try {
            return CgroupHost.detect().offers(Controller.CPUACCT)
                    ? group().map(Cgroup::processorNanos)
                    : Optional.empty();
        } catch (CgroupException gone) {
            return Optional.empty();
        }
    }

    private static Map<String, TypedParameter.Value> values(DomainDefinition definition, TuningGroup group) {
        var values = new HashMap<String, TypedParameter.Value>();
        TuningElements.read(definition, group).forEach(parameter -> values.put(parameter.name(), parameter.value()));
        return values;
    }

    private static long bytes(Map<String, TypedParameter.Value> values, String name) {
        long kib = number(values, name);
        return kib >= TuningElements.UNLIMITED_KIB ? Cgroup.UNLIMITED : kib << 10;
    }

    private static long number(Map<String, TypedParameter.Value> values, String name) {
        return switch (values.get(name)) {
            case TypedParameter.UllongValue(long value) -> value;
            case TypedParameter.LlongValue(long value) -> value;
            case TypedParameter.UintValue(int value) -> value;
            case null, default -> 0;
        };
    }
}
