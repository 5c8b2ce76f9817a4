package dev.posada.simulator;

import dev.posada.driver.HostDriver;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The host libvirt's test driver shows: two cells of eight processors each, and little memory left. */
final class SimulatedHost implements HostDriver {
    /** A cell of the host: its memory in KiB, the size of its small pages, the first of its eight processors. */
    record Cell(int id, long memoryKib, int pageKib, int firstCpu) {
        static final int CPUS = 8;
        static final long PAGES = 524_288;
    }

    static final List<Cell> CELLS = List.of(new Cell(0, 2_097_152, 4, 0), new Cell(1, 4_194_304, 8, 8));
    private static final long MEMORY_KIB = 3_145_728;
    private static final int CPUS_SHOWN = 8;

    private final HostDriver machine;

    SimulatedHost(HostDriver machine) {
        this.machine = machine;
    }

    /** The one thing that is real, so that clients can tell where they are. */
    @Override
    public String hostname() {
        return machine.hostname();
    }

    @Override
    public UUID uuid() {
        return machine.uuid();
    }

    @Override
    public NodeInfo nodeInfo() {
        return new NodeInfo("i686", MEMORY_KIB, 16, 1400, 2, 2, 2, 2);
    }

    @Override
    public long freeMemoryBytes() {
        return MEMORY_KIB;
    }

    @Override
    public List<Long> cellsFreeMemoryBytes() {
        return CELLS.stream().map(Cell::memoryKib).toList();
    }

    @Override
    public List<NodeFigure> cpuStats(int cpu) {
        return List.of(
                new NodeFigure("user", 9_797_400_000L),
                new NodeFigure("kernel", 34_678_723_400_000L),
                new NodeFigure("idle", 87_264_900_000L),
                new NodeFigure("iowait", 763_600_000L));
    }

    @Override
    public List<NodeFigure> memoryStats(int cell) {
        throw PosadaException.unsupportedCall(ErrorOrigin.TEST, "virNodeGetMemoryStats");
    }

    @Override
    public List<Boolean> onlineCpus() {
        var online = new ArrayList<Boolean>(CPUS_SHOWN);
        for (int cpu = 0; cpu < CPUS_SHOWN; cpu++) {
            online.add(cpu == 0 || cpu == 2 || cpu == 4);
        }
        return online;
    }

    @Override
    public List<Long> freePages(List<Integer> pageSizesKib, int startCell, int cellCount) {
        var counts = new ArrayList<Long>();
        for (var cell : CELLS) {
            if (cell.id() >= startCell && cell.id() < startCell + cellCount) {
                pageSizesKib.forEach(size -> counts.add(size == cell.pageKib() ? Cell.PAGES : 0L));
            }
        }
        return counts;
    }

    @Override
    public Element capabilities() {
        return Documents.host();
    }

    @Override
    public Element cpu() {
        return Documents.cpu();
    }
}
