package dev.posada.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the host's processors are arranged.
 *
 * @param cells NUMA cells in order; exactly one, made up, where the kernel shows none
 * @param numa whether the kernel shows cells
 * @param present the processors that are plugged in
 * @param online those of them that run
 */
record Topology(List<Cell> cells, boolean numa, CpuList present, CpuList online) {
    private static final String CPUS = "sys/devices/system/cpu/";
    private static final String NODES = "sys/devices/system/node/";
    private static final Pattern NODE = Pattern.compile("node(\\d{1,5})");
    private static final Pattern CPU = Pattern.compile("cpu(\\d{1,5})");

    Topology {
        cells = List.copyOf(cells);
    }

    /**
     * A NUMA cell.
     *
     * @param distances by cell, in the order of the cells; empty when unknown
     */
    record Cell(int id, List<Processor> processors, List<Integer> distances) {
        Cell {
            processors = List.copyOf(processors);
            distances = List.copyOf(distances);
        }
    }

    /** A processor; when it is offline the kernel tells nothing more about it, and the other numbers are 0. */
    record Processor(int id, boolean online, int socket, int die, int core, CpuList siblings) {}

    static Topology read(HostFiles files) {
        var present = files.list(CPUS + "present").orElseGet(() -> listOf(files.numbered(CPUS, CPU)));
        var online = files.list(CPUS + "online").orElse(present);
        var cells = new ArrayList<Cell>();
        for (int node : files.numbered(NODES, NODE)) {
            // The links stay when a processor is put to sleep; cpulist shows only those that run.
            var links = files.numbered(NODES + "node" + node, CPU);
            var cpus = links.isEmpty()
                    ? files.list(NODES + "node" + node + "/cpulist").orElseGet(() -> listOf(List.of()))
                    : listOf(links);
            cells.add(new Cell(node, processors(files, cpus, present, online), distances(files, node)));
        }
        boolean numa = cells.stream().anyMatch(cell -> !cell.processors().isEmpty());
        if (!numa) {
            cells.clear();
            cells.add(new Cell(0, processors(files, present, present, online), List.of()));
        }
        return new Topology(cells, numa, present, online);
    }

    private static List<Processor> processors(HostFiles files, CpuList cpus, CpuList present, CpuList online) {
        return cpus.stream()
                .filter(present::contains)
                .mapToObj(cpu -> processor(files, cpu, online.contains(cpu)))
                .toList();
    }

    private static Processor processor(HostFiles files, int cpu, boolean online) {
        var folder = CPUS + "cpu" + cpu + "/topology/";
        var alone = listOf(List.of(cpu));
        if (!online) {
            return new Processor(cpu, false, 0, 0, 0, alone);
        }
        // Firmware that does not know a number makes the kernel say -1.
        return new Processor(
                cpu,
                true,
                Math.max(0, files.number(folder + "physical_package_id").orElse(0)),
                Math.max(0, files.number(folder + "die_id").orElse(0)),
                files.number(folder + "core_id").orElse(cpu),
                files.list(folder + "thread_siblings_list").orElse(alone));
    }

    private static List<Integer> distances(HostFiles files, int node) {
        var distances = new ArrayList<Integer>();
        for (var distance :
                files.value(NODES + "node" + node + "/distance").orElse("").split("\\s+", -1)) {
            try {
                distances.add(Integer.valueOf(distance));
            } catch (NumberFormatException notOne) {
                return List.of();
            }
        }
        return distances;
    }

    private static CpuList listOf(List<Integer> cpus) {
        var text = String.join(",", cpus.stream().map(String::valueOf).toList());
        return CpuList.parse(text).orElseThrow();
    }

    /**
     * Cells, sockets per cell, cores per socket and threads per core, such that their product is the number of
     * processors. Where the machine is too irregular for that, it is described as one socket of single-threaded cores.
     */
    Shape shape() {
        int processors = 0;
        int sockets = 1;
        int cores = 1;
        int threads = 1;
        for (var cell : cells) {
            Map<Integer, Set<Integer>> coresBySocket = new HashMap<>();
            for (var processor : cell.processors()) {
                processors++;
                if (processor.online()) {
                    coresBySocket
                            .computeIfAbsent(processor.socket(), socket -> new HashSet<>())
                            .add(processor.die() << 16 | processor.core());
                    threads = Math.max(threads, processor.siblings().count());
                }
            }
            sockets = Math.max(sockets, coresBySocket.size());
            for (var inSocket : coresBySocket.values()) {
                cores = Math.max(cores, inSocket.size());
            }
        }
        processors = Math.max(1, processors);
        if (cells.size() * sockets * cores * threads != processors) {
            return new Shape(1, 1, processors, 1);
        }
        return new Shape(cells.size(), sockets, cores, threads);
    }

    /** See {@link #shape()}. */
    record Shape(int cells, int sockets, int cores, int threads) {}

    /** Dies in a socket, the most there are in any. */
    int diesPerSocket() {
        Map<Integer, Set<Integer>> dies = new HashMap<>();
        for (var cell : cells) {
            for (var processor : cell.processors()) {
                dies.computeIfAbsent(processor.socket(), socket -> new HashSet<>())
                        .add(processor.die());
            }
        }
        return dies.values().stream().mapToInt(Set::size).max().orElse(1);
    }
}
