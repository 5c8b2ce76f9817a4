package dev.posada.jvm;

import dev.posada.cgroup.Cgroup;
import dev.posada.cgroup.CgroupException;
import dev.posada.cgroup.CgroupHost;
import dev.posada.cgroup.Controller;
import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.driver.CpuSets;
import dev.posada.driver.TuningElements;
import dev.posada.model.DomainDefinition;
import dev.posada.model.TypedParameter;
import dev.posada.posix.CpuAffinity;
import dev.posada.posix.CurrentProcess;
import dev.posada.posix.PosixException;
import dev.posada.posix.Signals;
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
    /** What is told of a program without a group. */
    static final String NOT_IN_FORCE =
            "no control group: the heap and the number of processors hold, the rest of <memory>"
                    + " and <vcpu> does not; the system's daemon could hold it";

    static final long DEFAULT_PERIOD_MICROS = 100_000;

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

    /** Whether the instance has a group of its own. */
    boolean inForce() {
        return group().isPresent();
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
        confine(definition, pid);
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
            said.accept(NOT_IN_FORCE + " (" + e.getMessage() + ")");
        }
    }

    /** Threads that the process starts later run where it does. */
    private static void confine(DomainDefinition definition, int pid) {
        var list = definition
                .root()
                .at("cputune", "emulatorpin")
                .or(() -> definition.root().child("vcpu"))
                .flatMap(element -> element.attribute("cpuset"));
        if (list.isPresent()) {
            try {
                CpuAffinity.confine(pid, CpuSets.parse(list.get()));
            } catch (PosixException e) {
                throw Refusal.unsupported("the program cannot run on processors '" + Refusal.shown(list.get())
                        + "' of this host: " + e.getMessage());
            }
        }
    }

    /**
     * Changes the limits of a group of settings to what a definition says.
     *
     * @throws dev.posada.model.PosadaException {@code OPERATION_INVALID} when the host cannot
     */
    void change(TuningGroup kind, DomainDefinition definition) {
        var group = group().orElseThrow(() -> Refusal.invalid(
                "this domain has no control group, so that its limits cannot be changed while it runs: this daemon may not"
                        + " make one"));
        try {
            switch (kind) {
                case MEMORY -> limitMemory(group, definition);
                case SCHEDULER -> limitProcessors(group, definition);
                case BLOCK_IO, NUMA ->
                    throw Refusal.invalid("disk traffic and NUMA cells of Java programs are not limited");
            }
        } catch (CgroupException e) {
            throw Refusal.invalid(e.getMessage());
        }
    }

    private static void limitMemory(Cgroup group, DomainDefinition definition) {
        var values = values(definition, TuningGroup.MEMORY);
        long hard = bytes(values, "hard_limit");
        long limit = hard >= 0 ? hard : definition.maxMemoryKib() << 10;
        long soft = bytes(values, "soft_limit");
        long swap = bytes(values, "swap_hard_limit");
        // The kernel wants memory below memory and swap at every moment: what rises goes up from the outside in.
        if (group.memoryAndSwapLimitBytes().isPresent()
                && group.memoryLimitBytes().orElse(Long.MAX_VALUE) < limit) {
            group.limitMemoryAndSwap(Cgroup.UNLIMITED);
        }
        group.limitMemory(limit);
        boolean less = definition.memoryKib() < definition.maxMemoryKib();
        long present = less ? definition.memoryKib() << 10 : Cgroup.UNLIMITED;
        // Less memory than the most is a wish: nobody is to stand still for it, unless he says soft_limit himself.
        group.limitMemorySoftly(soft >= 0 || group.softLimitSlowsDown() ? soft : present);
        if (less && soft < 0) {
            group.reclaimTo(present);
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
        long given = number(values, "global_period");
        long period = given != 0 ? given : DEFAULT_PERIOD_MICROS;
        long quota = number(values, "global_quota");
        group.processorQuota(period, quota != 0 ? quota : ownQuota(definition, period));
    }

    /** A virtual processor is one of the host's and no more, as it is for guests; all of them are no limit. */
    private static long ownQuota(DomainDefinition definition, long period) {
        var values = values(definition, TuningGroup.SCHEDULER);
        int vcpus = definition.vcpus();
        long each = number(values, "vcpu_quota");
        if (each > 0) {
            long eachPeriod = number(values, "vcpu_period");
            return vcpus * each * period / (eachPeriod != 0 ? eachPeriod : DEFAULT_PERIOD_MICROS);
        }
        return vcpus < Runtime.getRuntime().availableProcessors() ? vcpus * period : Cgroup.UNLIMITED;
    }

    /** The most memory the program may have now, in KiB; nothing without a group. */
    Optional<Long> memoryLimitKib() {
        try {
            return group().flatMap(group -> {
                var limit = group.memoryLimitBytes();
                return limit.isPresent() ? Optional.of(limit.getAsLong() >> 10) : Optional.empty();
            });
        } catch (CgroupException gone) {
            return Optional.empty();
        }
    }

    /** Stops the program and all it started; false when there is no group that can be. */
    boolean freeze() {
        try {
            var group = group().filter(Cgroup::canFreeze);
            group.ifPresent(Cgroup::freeze);
            return group.isPresent();
        } catch (CgroupException e) {
            return false;
        }
    }

    /** Lets the program and all it started go on. */
    void thaw() {
        try {
            group().filter(Cgroup::canFreeze).ifPresent(Cgroup::thaw);
        } catch (CgroupException gone) {
            // Then nothing of it stands still.
        }
    }

    /** Ends whatever is left in the group, and removes it. */
    void remove() {
        thaw();
        group().ifPresent(group -> {
            try {
                group.processes().forEach(pid -> CurrentProcess.signal(Math.toIntExact(pid), Signals.KILL));
            } catch (CgroupException gone) {
                // Removed by somebody else meanwhile.
            }
            group.remove();
        });
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
