package dev.posada.model;

/**
 * A domain's vital figures.
 *
 * @param state what it is doing
 * @param maxMemoryKib memory it may have, in KiB
 * @param memoryKib memory it has now, in KiB
 * @param vcpus virtual processors it has now
 * @param cpuTimeNanos processor time the instance has used, in nanoseconds; 0 when inactive
 */
public record DomainInfo(DomainState state, long maxMemoryKib, long memoryKib, int vcpus, long cpuTimeNanos) {}
