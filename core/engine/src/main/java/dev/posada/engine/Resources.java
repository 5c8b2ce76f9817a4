package dev.posada.engine;

import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.driver.Abilities.VcpuFigures;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;

/** Memory and processors of domains: what they may have, what they have, where they run. */
public final class Resources {
    Resources() {}

    /** Memory the domain may have, in KiB. */
    public long maxMemoryKib(UUID domain) {
        return Pending.body();
    }

    /**
     * Sets the memory, in KiB.
     *
     * @param flags {@code virDomainMemoryModFlags}: 0 current, 1 live, 2 config, 4 the maximum instead
     */
    public void setMemory(UUID domain, long kib, int flags) {
        Pending.body();
    }

    /** Sets how often the guest's memory figures are collected, in seconds; 0 ends it. */
    public void setMemoryStatsPeriod(UUID domain, int seconds, int flags) {
        Pending.body();
    }

    /** The guest's memory figures by tag. */
    public List<MemoryFigure> memoryStats(UUID domain, int flags) {
        return Pending.body();
    }

    /** The number of virtual processors; flags are {@code virDomainVcpuFlags}. */
    public int vcpuCount(UUID domain, int flags) {
        return Pending.body();
    }

    /** Sets the number of virtual processors; flags are {@code virDomainVcpuFlags}. */
    public void setVcpuCount(UUID domain, int count, int flags) {
        Pending.body();
    }

    /** Most virtual processors the domain may have ({@code virDomainGetMaxVcpus}). */
    public int maxVcpus(UUID domain) {
        return Pending.body();
    }

    /** What each virtual processor does; affinity is filled in. The domain must be running. */
    public List<VcpuFigures> vcpus(UUID domain) {
        return Pending.body();
    }

    /** Pins a virtual processor; flags are {@code virDomainModificationImpact}. */
    public void pinVcpu(UUID domain, int vcpu, BitSet hostCpus, int flags) {
        Pending.body();
    }

    /** Where each virtual processor may run, one set for each of {@link #maxVcpus}. */
    public List<BitSet> vcpuPins(UUID domain, int flags) {
        return Pending.body();
    }

    /** Pins the hypervisor's own threads; flags are {@code virDomainModificationImpact}. */
    public void pinEmulator(UUID domain, BitSet hostCpus, int flags) {
        Pending.body();
    }

    /** Where the hypervisor's own threads may run. */
    public BitSet emulatorPin(UUID domain, int flags) {
        return Pending.body();
    }

    /**
     * Processor time used.
     *
     * @param startCpu first host processor; -1 for totals
     * @param cpus how many host processors; 1 for totals, 0 to learn only the numbers
     */
    public CpuStats cpuStats(UUID domain, int startCpu, int cpus, int flags) {
        return Pending.body();
    }

    /** How processor time is shared out. */
    public SchedulerType schedulerType(UUID domain) {
        return Pending.body();
    }
}
