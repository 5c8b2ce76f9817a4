package dev.posada.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Makes all refcounts anew, from what really refers to each cluster, behind the end of the file. They become valid by one write
 * of the header; until then the old ones are untouched.
 */
final class Qcow2Rebuild {
    private final Qcow2Image image;
    private final Qcow2RefcountWidth width;
    private final int order;
    private final int clusterBits;
    private final int blockBits;

    /** The first cluster behind all that is in use. */
    private final long end;

    private long next;
    private long[] table = new long[64];

    /** The block that counts clusters on both sides of the end. */
    private ByteBuffer border;

    Qcow2Rebuild(Qcow2Image image) {
        this(image, image.header().refcountOrder());
    }

    /** @param order log2 of the bits that the new refcounts have */
    Qcow2Rebuild(Qcow2Image image, int order) {
        this.image = image;
        this.order = order;
        this.width = new Qcow2RefcountWidth(order);
        this.clusterBits = image.clusterBits();
        this.blockBits = clusterBits + 3 - order;
        this.end = image.clusters(image.store().length()) + 1;
        this.next = end;
        this.border = ByteBuffer.allocate(image.clusterBytes());
    }

    void rebuild() {
        if (image.store().blockDevice()) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    image.path()
                            + " is a device; its refcounts cannot be made anew, as there is no room behind its end");
        }
        long length = image.store().length();
        try {
            new Qcow2Census(image, new Qcow2Findings(), blockBits).each(this::writeWindow);
            finish();
        } catch (RuntimeException | Error e) {
            image.store().truncate(length);
            throw e;
        }
    }

    private void writeWindow(long first, int[] counts) {
        // The old refcounts are counted too, since whoever counts cannot know that they will be gone: they are freed
        // below.
        long perBlock = 1L << blockBits;
        for (long from = 0; from < counts.length; from += perBlock) {
            long index = (first + from) >>> blockBits;
            boolean isBorder = index == end >>> blockBits;
            var block = isBorder ? border : ByteBuffer.allocate(image.clusterBytes());
            boolean used = false;
            for (int i = 0; i < perBlock; i++) {
                int count = counts[(int) from + i];
                if (count != 0) {
                    if (count > width.max()) {
                        throw image.countsTooNarrow();
                    }
                    width.put(block, i, count);
                    used = true;
                }
            }
            if (used && !isBorder) {
                put(index, block);
            }
        }
    }

    private void put(long index, ByteBuffer block) {
        if (index >= table.length) {
            table = Arrays.copyOf(table, (int) Math.max(index + 1, table.length * 2L));
        }
        table[(int) index] = next << clusterBits;
        image.store().write(next << clusterBits, block.clear());
        next++;
    }

    /** Counts the new blocks and the new table themselves, and has the header name them. */
    private void finish() {
        long blocksBefore = next;
        long firstIndex = end >>> blockBits;
        long ownBlocks = 1;
        long tableClusters = 0;
        while (true) {
            long last = next + ownBlocks + tableClusters - 1;
            long neededBlocks = (last >>> blockBits) - firstIndex + 1;
            long entries = (last >>> blockBits) + 1;
            for (int i = table.length - 1; i >= entries; i--) {
                if (table[i] != 0) {
                    entries = i + 1L;
                }
            }
            long neededClusters = image.clusters(entries * Long.BYTES);
            if (neededBlocks == ownBlocks && neededClusters == tableClusters) {
                break;
            }
            ownBlocks = neededBlocks;
            tableClusters = neededClusters;
        }
        image.refuseTable(tableClusters << clusterBits);
        long used = blocksBefore + ownBlocks + tableClusters;
        for (long i = 0; i < ownBlocks; i++) {
            var block = i == 0 ? border : ByteBuffer.allocate(image.clusterBytes());
            long base = (firstIndex + i) << blockBits;
            for (long cluster = Math.max(base, end); cluster < Math.min(used, base + (1L << blockBits)); cluster++) {
                width.put(block, (int) (cluster - base), 1);
            }
            put(firstIndex + i, block);
        }
        long tableOffset = next << clusterBits;
        var words = Arrays.copyOf(table, (int) (tableClusters << (clusterBits - 3)));
        image.writeWords(tableOffset, words);
        image.store().flush();
        var header = image.header();
        image.replaceHeader(header.withRefcountOrder(order)
                .withLayout(header.layout().withRefcountTable(tableOffset, (int) tableClusters)));
        image.store().flush();
    }
}
