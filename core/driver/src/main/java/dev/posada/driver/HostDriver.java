package dev.posada.driver;

import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the host is and how it fares. Every answer is read afresh unless it cannot change while the host runs. */
public interface HostDriver {
    /** The host's own name, fully qualified where it knows. */
    String hostname();

    /** The host's lasting identity: from its firmware, its machine id, or made once. */
    UUID uuid();

    /** Processors and memory in short. */
    NodeInfo nodeInfo();

    /** Free memory in bytes. */
    long freeMemoryBytes();

    /** Free memory of each NUMA cell in bytes. */
    List<Long> cellsFreeMemoryBytes();

    /** Time each use took, in nanoseconds since boot: kernel, user, idle, iowait; of one processor or of all ({@code -1}). */
    List<NodeFigure> cpuStats(int cpu);

    /** Memory figures in KiB: total, free, buffers, cached; of one cell or of all ({@code -1}). */
    List<NodeFigure> memoryStats(int cell);

    /** For each processor that is present, whether it is online. */
    List<Boolean> onlineCpus();

    /** Free pages by NUMA cell and page size in KiB. */
    List<Long> freePages(List<Integer> pageSizesKib, int startCell, int cellCount);

    /**
     * Makes huge pages or gives them back.
     *
     * @param counts how many, by size in KiB
     * @param set whether the counts are those to have afterwards, rather than to add
     * @return how many sizes were changed on how many cells, multiplied
     * @throws dev.posada.model.PosadaException {@code OPERATION_FAILED} for a size the host does not have, or when the
     *     kernel gives fewer than wanted
     */
    default int allocatePages(Map<Integer, Long> counts, int startCell, int cellCount, boolean set) {
        throw PosadaException.unsupportedCall(ErrorOrigin.NONE, "virNodeAllocPages");
    }

    /** How the host merges equal pages, by libvirt's names ({@code shm_pages_to_scan}); empty where it does not. */
    default List<TypedParameter> memoryParameters() {
        return List.of();
    }

    /** Changes how the host merges equal pages; all of it or nothing. */
    default void setMemoryParameters(List<TypedParameter> parameters) {
        throw PosadaException.unsupportedCall(ErrorOrigin.NONE, "virNodeSetMemoryParameters");
    }

    /** What the host's firmware says of it, as {@code <sysinfo type='smbios'>}; nothing where it says nothing. */
    default Optional<Element> systemInformation() {
        return Optional.empty();
    }

    /** The {@code <host>} element of the capabilities document: uuid, cpu, topology, caches, power management. */
    Element capabilities();

    /** The host's processor as a {@code <cpu>} element: arch, model, vendor, topology, features. */
    Element cpu();

    /**
     * Whether a processor has what a document wants.
     *
     * @param wanted a {@code <cpu>} element
     * @param provided model and features, as {@link #cpu} gives them
     * @throws PosadaException {@code INTERNAL_ERROR} for a model nobody knows
     */
    default CpuComparison compareCpu(Element wanted, Element provided) {
        throw PosadaException.unsupportedCall(ErrorOrigin.NONE, "virConnectCompareCPU");
    }

    /**
     * The richest processor all of these can be, as a {@code <cpu>} element.
     *
     * @param cpus at least one
     * @param expand whether the model's features are listed too
     */
    default Element baselineCpu(List<Element> cpus, boolean expand) {
        throw PosadaException.unsupportedCall(ErrorOrigin.NONE, "virConnectBaselineCPU");
    }

    /** Whom the host has spoken with by IPv4 on its links, as its table of neighbours has it. */
    default List<Neighbour> neighbours() {
        return List.of();
    }

    /**
     * Somebody on one of the host's links.
     *
     * @param address as {@code 192.0.2.7}
     * @param mac in lower case
     */
    record Neighbour(String address, String mac) {}

    /** What one processor is to another. */
    enum CpuMatch {
        INCOMPATIBLE,
        IDENTICAL,
        SUPERSET
    }

    /**
     * A verdict.
     *
     * @param reason why it is incompatible; empty when it is not
     */
    record CpuComparison(CpuMatch match, String reason) {}

    /**
     * A figure of the host by libvirt's name.
     *
     * @param name as {@code kernel} or {@code total}
     * @param value nanoseconds or KiB, as the call says
     */
    record NodeFigure(String name, long value) {}

    /**
     * The host in short.
     *
     * @param model the architecture, as {@code x86_64}
     * @param memoryKib memory of the host in KiB
     * @param cpus processors online
     * @param mhz their clock, 0 when unknown
     * @param nodes NUMA cells; 1 when there are none
     * @param sockets sockets per cell
     * @param cores cores per socket
     * @param threads threads per core
     */
    record NodeInfo(String model, long memoryKib, int cpus, int mhz, int nodes, int sockets, int cores, int threads) {}
}
