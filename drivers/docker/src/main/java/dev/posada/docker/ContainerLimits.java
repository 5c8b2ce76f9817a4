package dev.posada.docker;

import dev.posada.driver.CpuSets;
import dev.posada.driver.TuningElements;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container may take of the host, as the engine's own settings say it. All of it can be changed while the
 * container runs. 0 and empty stand for no limit.
 *
 * @param memoryBytes most memory; beyond it the kernel kills
 * @param memorySoftBytes what is left to it when the host is short of memory
 * @param memoryAndSwapBytes most memory and swap together; the same as {@code memoryBytes} for no swap
 * @param cpuShares weight against others, the kernel's default being 1024
 * @param cpuPeriodMicros the period of the quota
 * @param cpuQuotaMicros processor time in a period, of all processors together
 * @param cpus processors of the host it may run on, as {@code 0-2,5}
 * @param cells NUMA cells of the host it may take memory from
 * @param diskWeight weight against others on the disks, 10 to 1000
 * @param diskRates limits on the rate of single disks
 */
record ContainerLimits(
        long memoryBytes,
        long memorySoftBytes,
        long memoryAndSwapBytes,
        long cpuShares,
        long cpuPeriodMicros,
        long cpuQuotaMicros,
        String cpus,
        String cells,
        int diskWeight,
        List<DiskRate> diskRates) {
    private static final long PERIOD_MICROS = 100_000;
    private static final long KIB = 1024;

    /** The children of {@code <blkiotune><device>} and what they limit. */
    private static final Map<String, Rate> RATES = Map.of(
            "read_bytes_sec", Rate.READ_BYTES,
            "write_bytes_sec", Rate.WRITE_BYTES,
            "read_iops_sec", Rate.READ_REQUESTS,
            "write_iops_sec", Rate.WRITE_REQUESTS);

    ContainerLimits {
        diskRates = List.copyOf(diskRates);
    }

    /** What of a disk's traffic is limited, per second. */
    enum Rate {
        READ_BYTES,
        WRITE_BYTES,
        READ_REQUESTS,
        WRITE_REQUESTS
    }

    /** A limit on the traffic with one disk of the host. */
    record DiskRate(String device, Rate rate, long perSecond) {}

    /**
     * The limits of a definition. Memory is what the domain has now, not what it may come to; processor time is as many
     * processors as it has virtual ones, or what its quotas say. A soft limit beyond the hard one never bites, and an engine
     * refuses it: it is lowered.
     */
    static ContainerLimits of(DomainDefinition definition) {
        long memory = definition.memoryKib() * KIB;
        long hard = kib(definition, "hard_limit");
        if (hard > 0) {
            memory = Math.min(memory, hard * KIB);
        }
        long swap = kib(definition, "swap_hard_limit") * KIB;
        long period = number(definition, "cputune", "period").orElse(PERIOD_MICROS);
        return new ContainerLimits(
                memory,
                Math.min(kib(definition, "soft_limit") * KIB, memory),
                Math.max(swap, memory),
                number(definition, "cputune", "shares").orElse(0L),
                period,
                quota(definition, period),
                cpus(definition),
                definition
                        .root()
                        .at("numatune", "memory")
                        .map(tune -> tune.attribute("nodeset", ""))
                        .orElse(""),
                number(definition, "blkiotune", "weight").orElse(0L).intValue(),
                rates(definition));
    }

    private static long quota(DomainDefinition definition, long periodMicros) {
        long quota =
                number(definition, "cputune", "quota").filter(each -> each > 0).orElse(periodMicros)
                        * definition.vcpus();
        long whole = number(definition, "cputune", "global_quota").orElse(0L);
        if (whole <= 0) {
            return quota;
        }
        long wholePeriod = number(definition, "cputune", "global_period").orElse(PERIOD_MICROS);
        return Math.min(quota, Math.max(1, whole * periodMicros / wholePeriod));
    }

    /** A container has one set of processors: those any of its virtual ones may run on. */
    private static String cpus(DomainDefinition definition) {
        var all = new BitSet();
        var common = definition.root().child("vcpu").flatMap(vcpu -> vcpu.attribute("cpuset"));
        var pins = definition
                .root()
                .child("cputune")
                .map(tune -> tune.children("vcpupin"))
                .orElse(List.of());
        for (int vcpu = 0; vcpu < definition.vcpus(); vcpu++) {
            var number = Integer.toString(vcpu);
            var pin = pins.stream().filter(one -> one.has("vcpu", number)).findFirst();
            var set = pin.flatMap(one -> one.attribute("cpuset")).or(() -> common);
            if (set.isEmpty()) {
                return "";
            }
            all.or(CpuSets.parse(set.get()));
        }
        return CpuSets.format(all);
    }

    private static List<DiskRate> rates(DomainDefinition definition) {
        var rates = new ArrayList<DiskRate>();
        var devices = definition
                .root()
                .child("blkiotune")
                .map(tune -> tune.children("device"))
                .orElse(List.of());
        for (var device : devices) {
            for (var limit : device.children()) {
                var rate = Optional.ofNullable(RATES.get(limit.name()));
                long value = rate.isPresent() && !limit.text().isEmpty() ? Long.parseLong(limit.text()) : 0;
                if (value > 0) {
                    rates.add(new DiskRate(device.childText("path").orElse(""), rate.get(), value));
                }
            }
        }
        return rates;
    }

    /** A limit of {@code <memtune>} in KiB, 0 when there is none. */
    private static long kib(DomainDefinition definition, String name) {
        long kib = number(definition, "memtune", name).orElse(0L);
        return kib >= TuningElements.UNLIMITED_KIB ? 0 : kib;
    }

    private static Optional<Long> number(DomainDefinition definition, String group, String name) {
        return definition
                .root()
                .at(group, name)
                .map(Element::text)
                .filter(text -> !text.isEmpty())
                .map(Long::valueOf);
    }
}
