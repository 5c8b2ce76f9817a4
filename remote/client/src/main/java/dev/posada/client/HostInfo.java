package dev.posada.client;

/**
 * The figures of a host.
 *
 * @param cpuModel the architecture, such as {@code x86_64}
 * @param memoryKib memory in KiB
 * @param cpus processors in use
 * @param mhz their clock, 0 when unknown
 * @param numaNodes NUMA nodes; 1 for a host without
 * @param socketsPerNode processor sockets in each node
 * @param coresPerSocket cores in each socket
 * @param threadsPerCore threads of each core
 */
public record HostInfo(
        String cpuModel,
        long memoryKib,
        int cpus,
        int mhz,
        int numaNodes,
        int socketsPerNode,
        int coresPerSocket,
        int threadsPerCore) {}
