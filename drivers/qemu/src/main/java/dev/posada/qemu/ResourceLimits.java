package dev.posada.qemu;

import dev.posada.cgroup.Cgroup;
import dev.posada.cgroup.CgroupException;
import dev.posada.cgroup.CgroupHost;
import dev.posada.cgroup.Controller;
import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.driver.TuningElements;
import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The control group of one running instance: what {@code <cputune>}, {@code <memtune>} and {@code <blkiotune>} ask for,
 * made true. The group is made when the first limit is set, so an instance without limits costs nothing; it is found
 * again by its path and removed with the instance.
 *
 * <p>Limits of the whole instance are set on the group; those of virtual processors, the emulator and I/O threads on
 * groups below it, into which their threads are moved.
 */
final class ResourceLimits {
    private static final long DEFAULT_PERIOD_MICROS = 100_000;
    private static final long DEFAULT_SHARES = 1024;
    private static final long DEFAULT_WEIGHT = 100;

    /** The children of {@code <blkiotune><device>} that limit a rate. */
    private static final Map<String, Cgroup.DiskRate> RATES = Map.of(
            "read_bytes_sec", Cgroup.DiskRate.READ_BYTES,
            "write_bytes_sec", Cgroup.DiskRate.WRITE_BYTES,
            "read_iops_sec", Cgroup.DiskRate.READ_REQUESTS,
            "write_iops_sec", Cgroup.DiskRate.WRITE_REQUESTS);

    private final String path;
    private final long pid;

    /**
     * Prepares limits; nothing is made yet.
     *
     * @param directory the instance's own, from which the group has a name that is unique on the host and the same after
     *     a restart of the daemon
     */
    ResourceLimits(Path directory, long pid) {
        this.path = path(directory);
        this.pid = pid;
    }

    private static String path(Path directory) {
        return "machine/posada-"
                + Integer.toHexString(directory.toAbsolutePath().hashCode()) + "-" + directory.getFileName();
    }

    /** The host's groups, looked at when they are needed: a limit is rarer than a start. */
    private static CgroupHost host() {
        return CgroupHost.detect();
    }

    /** Removes the group of an instance that has ended, when there is one. */
    static void remove(Path directory) {
        host().find(path(directory)).ifPresent(Cgroup::remove);
    }

    /** The instance's threads, by what they do. */
    record Threads(Map<Integer, Integer> vcpus, List<Integer> emulator, Map<Integer, Integer> ioThreads) {}

    /** Whether a definition asks for limits that need a control group. */
    static boolean wanted(DomainDefinition definition) {
        return TuningElements.anySet(definition, TuningGroup.SCHEDULER)
                || TuningElements.anySet(definition, TuningGroup.MEMORY)
                || TuningElements.anySet(definition, TuningGroup.BLOCK_IO);
    }

    /**
     * Sets every limit of a definition on the running instance.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} when the host cannot; the group goes with the instance
     */
    void enforce(DomainDefinition definition, Threads threads) {
        if (!wanted(definition)) {
            return;
        }
        try {
            for (var group : List.of(TuningGroup.MEMORY, TuningGroup.SCHEDULER, TuningGroup.BLOCK_IO)) {
                if (TuningElements.anySet(definition, group)) {
                    set(group, definition, threads);
                }
            }
        } catch (CgroupException e) {
            throw new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.QEMU, e.getMessage(), e);
        }
    }

    /**
     * Sets the limits of one group as a definition says.
     *
     * @throws PosadaException {@code OPERATION_INVALID} when the host cannot
     */
    void change(TuningGroup group, DomainDefinition definition, Threads threads) {
        if (group == TuningGroup.NUMA) {
            throw new PosadaException(
                    ErrorCode.OPERATION_INVALID,
                    ErrorOrigin.QEMU,
                    "can't change the NUMA cells of a running domain; use --config and start it anew");
        }
        try {
            set(group, definition, threads);
        } catch (CgroupException e) {
            throw new PosadaException(ErrorCode.OPERATION_INVALID, ErrorOrigin.QEMU, e.getMessage(), e);
        }
    }

    /** The limits in force: those of the live definition, and the kernel's own where it sets none. */
    List<TypedParameter> inForce(TuningGroup group, DomainDefinition live) {
        return TuningElements.read(live, group).stream()
                .map(parameter -> switch (parameter.name()) {
                    case "cpu_shares" -> orDefault(parameter, DEFAULT_SHARES);
                    case "vcpu_period", "emulator_period", "global_period", "iothread_period" ->
                        orDefault(parameter, DEFAULT_PERIOD_MICROS);
                    case "vcpu_quota", "emulator_quota", "global_quota", "iothread_quota" -> orUnlimited(parameter);
                    default -> parameter;
                })
                .toList();
    }

    private void set(TuningGroup group, DomainDefinition definition, Threads threads) {
        var values = new HashMap<String, TypedParameter.Value>();
        TuningElements.read(definition, group).forEach(parameter -> values.put(parameter.name(), parameter.value()));
        switch (group) {
            case SCHEDULER -> schedule(values, threads);
            case MEMORY -> limitMemory(values);
            case BLOCK_IO -> limitDisks(definition, values);
            case NUMA -> throw new IllegalArgumentException("NUMA is not a limit of a control group");
        }
    }

    private Cgroup group() {
        var found = host().find(path);
        if (found.isPresent()) {
            return found.get();
        }
        var made = host().create(path);
        made.add(pid);
        return made;
    }

    private void schedule(Map<String, TypedParameter.Value> values, Threads threads) {
        var group = group();
        long shares = number(values, "cpu_shares");
        if (shares != 0) {
            group.processorShares(shares);
        }
        limit(group, values, "global");
        threads.vcpus().forEach((vcpu, thread) -> limitThread(group, values, "vcpu", "vcpu" + vcpu, List.of(thread)));
        limitThread(group, values, "emulator", "emulator", threads.emulator());
        threads.ioThreads()
                .forEach((id, thread) -> limitThread(group, values, "iothread", "iothread" + id, List.of(thread)));
    }

    private void limitThread(
            Cgroup group, Map<String, TypedParameter.Value> values, String prefix, String name, List<Integer> threads) {
        boolean wanted = number(values, prefix + "_period") != 0 || number(values, prefix + "_quota") != 0;
        if (threads.isEmpty() || (!wanted && host().find(path + "/" + name).isEmpty())) {
            return;
        }
        var below = group.child(name, Controller.CPU);
        limit(below, values, prefix);
        threads.forEach(below::addThread);
    }

    private static void limit(Cgroup group, Map<String, TypedParameter.Value> values, String prefix) {
        long period = number(values, prefix + "_period");
        long quota = number(values, prefix + "_quota");
        group.processorQuota(period == 0 ? DEFAULT_PERIOD_MICROS : period, quota == 0 ? Cgroup.UNLIMITED : quota);
    }

    private void limitMemory(Map<String, TypedParameter.Value> values) {
        var group = group();
        long hard = bytes(values, "hard_limit");
        long soft = bytes(values, "soft_limit");
        long swap = bytes(values, "swap_hard_limit");
        // The kernel wants memory below memory and swap at every moment: what rises goes up from the outside in.
        boolean rises = hard < 0 || group.memoryLimitBytes().orElse(Long.MAX_VALUE) < hard;
        if (rises && group.memoryAndSwapLimitBytes().isPresent()) {
            group.limitMemoryAndSwap(swap);
        }
        group.limitMemory(hard);
        group.limitMemorySoftly(soft);
        if (swap >= 0) {
            group.limitMemoryAndSwap(swap);
        }
    }

    private void limitDisks(DomainDefinition definition, Map<String, TypedParameter.Value> values) {
        var group = group();
        long weight = number(values, "weight");
        if (weight != 0 || group.hasDiskWeight()) {
            group.diskWeight(weight == 0 ? DEFAULT_WEIGHT : weight);
        }
        var devices = definition
                .root()
                .child("blkiotune")
                .map(tune -> tune.children("device"))
                .orElse(List.of());
        for (var device : devices) {
            var node = Path.of(device.childText("path").orElse(""));
            if (device.child("weight").isPresent()) {
                throw new PosadaException(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        ErrorOrigin.QEMU,
                        "the weight of a single disk (" + node + ") cannot be set; limit its rate instead");
            }
            RATES.forEach((element, rate) -> device.childText(element)
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> {
                        long value = Long.parseLong(text);
                        group.limitDisk(node, rate, value == 0 ? Cgroup.UNLIMITED : value);
                    }));
        }
    }

    private static TypedParameter orDefault(TypedParameter parameter, long otherwise) {
        return parameter.value() instanceof TypedParameter.UllongValue(long value) && value == 0
                ? TypedParameter.ofUnsigned(parameter.name(), otherwise)
                : parameter;
    }

    private static TypedParameter orUnlimited(TypedParameter parameter) {
        return parameter.value() instanceof TypedParameter.LlongValue(long value) && value == 0
                ? TypedParameter.ofLong(parameter.name(), Cgroup.UNLIMITED)
                : parameter;
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
