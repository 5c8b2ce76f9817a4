package dev.posada.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The host's memory: of the whole, of its cells, and in pages of each size. */
final class HostMemory {
    private static final String NODES = "sys/devices/system/node/";
    private static final Pattern NODE = Pattern.compile("node(\\d{1,5})");
    private static final Pattern HUGE_PAGES = Pattern.compile("hugepages-(\\d{1,9})kB");

    /** Entry of the auxiliary vector that holds the page size, see getauxval(3). */
    private static final long AT_PAGESZ = 6;

    private static final int AUXILIARY_VECTOR_LIMIT_BYTES = 4096;
    private static final int USUAL_PAGE_KIB = 4;

    private final HostFiles files;
    private final int pageKib;

    HostMemory(HostFiles files) {
        this.files = files;
        this.pageKib = pageKib(files);
    }

    /** Pages of one size. */
    record Pages(long total, long free) {}

    /** The whole host's table. */
    MemoryTable host() {
        return table("proc/meminfo");
    }

    /** A cell's table, all zeros where there is no such cell. */
    MemoryTable cell(int cell) {
        return table(NODES + "node" + cell + "/meminfo");
    }

    private MemoryTable table(String path) {
        return MemoryTable.parse(files.text(path).orElse(""));
    }

    /** The numbers of the cells the kernel shows, in order; none where it shows none. */
    List<Integer> cells() {
        return files.numbered(NODES, NODE);
    }

    /** Memory of the host in KiB: the sum of its cells, as memory may be plugged in that /proc counts otherwise. */
    long totalKib() {
        return sum("MemTotal");
    }

    long freeKib() {
        return sum("MemFree");
    }

    private long sum(String figure) {
        long ofCells = cells().stream().mapToLong(cell -> cell(cell).of(figure)).sum();
        return ofCells > 0 ? ofCells : host().of(figure);
    }

    /** The sizes pages can have in KiB, smallest first: the ordinary one and those of huge pages. */
    List<Integer> pageSizesKib() {
        var sizes = new ArrayList<Integer>();
        sizes.add(pageKib);
        sizes.addAll(files.numbered("sys/kernel/mm/hugepages", HUGE_PAGES));
        return sizes;
    }

    /**
     * The pages of a cell by size in KiB.
     *
     * @param cell the cell, or -1 for the whole host
     */
    SequencedMap<Integer, Pages> pages(int cell) {
        var folder = cell < 0 ? "sys/kernel/mm/hugepages" : NODES + "node" + cell + "/hugepages";
        var pages = new TreeMap<Integer, Pages>();
        long inHugePagesKib = 0;
        for (int size : files.numbered(folder, HUGE_PAGES)) {
            var one = folder + "/hugepages-" + size + "kB/";
            var found = new Pages(
                    files.number(one + "nr_hugepages").orElse(0),
                    files.number(one + "free_hugepages").orElse(0));
            pages.put(size, found);
            inHugePagesKib += found.total() * size;
        }
        long totalKib = cell < 0 ? totalKib() : cell(cell).of("MemTotal");
        long freeKib = cell < 0 ? freeKib() : cell(cell).of("MemFree");
        pages.put(pageKib, new Pages(Math.max(0, totalKib - inHugePagesKib) / pageKib, freeKib / pageKib));
        return pages;
    }

    /** The file with the number of huge pages of a size on a cell, or on the whole host (-1). */
    String hugePages(int cell, int sizeKib) {
        var folder = cell < 0 || cells().isEmpty() ? "sys/kernel/mm/hugepages" : NODES + "node" + cell + "/hugepages";
        return folder + "/hugepages-" + sizeKib + "kB/nr_hugepages";
    }

    private static int pageKib(HostFiles files) {
        var vector = ByteBuffer.wrap(files.bytes("proc/self/auxv", AUXILIARY_VECTOR_LIMIT_BYTES)
                        .orElse(new byte[0]))
                .order(ByteOrder.nativeOrder());
        while (vector.remaining() >= 2 * Long.BYTES) {
            long entry = vector.getLong();
            long value = vector.getLong();
            if (entry == AT_PAGESZ && value >= 1024) {
                return (int) (value / 1024);
            }
        }
        return USUAL_PAGE_KIB;
    }
}
