package dev.posada.image;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A change of many tables that becomes valid in one step.
 *
 * <p>Whatever changes is written to clusters that nothing refers to: copies of the refcount blocks that change, a new refcount table,
 * and the tables that the caller writes to the clusters it allocates here. {@link #commit} then writes the header once, with the
 * places of all of them. Killed before, the image is the old one; killed after, the new one, with clusters of the old tables leaked
 * at worst. So an operation such as deleting a snapshot needs no dirty mark, and one that fails half-way has changed nothing.
 *
 * <p>Only one is under way at a time, and the image's own tables do not change meanwhile.
 */
final class Qcow2Shadow {
    private final Qcow2Image image;
    private final Qcow2RefcountWidth width;
    private final int clusterBits;
    private final int blockBits;
    private final long lengthBefore;
    private final Qcow2TableCache blocks;
    private final BitSet moved = new BitSet();
    private final List<Qcow2Run> replaced = new ArrayList<>();
    private long[] table;
    private boolean committed;

    /** All clusters before this one are in use, or have been handed out. */
    private long next = 1;

    private Qcow2Shadow(Qcow2Image image) {
        this.image = image;
        var refcounts = image.refcounts();
        this.width = refcounts.width();
        this.clusterBits = image.clusterBits();
        this.blockBits = refcounts.blockBits();
        this.lengthBefore = image.store().length();
        this.blocks = new Qcow2TableCache(image.store(), image.clusterBytes(), Bounds.DEFAULT.cacheBytes() / 4);
        this.table = refcounts.table().clone();
    }

    /** Begins, after all that was changed before has reached the file. */
    static Qcow2Shadow begin(Qcow2Image image) {
        image.flush();
        return new Qcow2Shadow(image);
    }

    /** How often a cluster will be referred to. */
    long count(long cluster) {
        long index = cluster >>> blockBits;
        if (index >= table.length || table[(int) index] == 0) {
            return 0;
        }
        blocks.shrink();
        return width.get(blocks.get(table[(int) index]).bytes(), within(cluster));
    }

    private int within(long cluster) {
        return (int) (cluster & (1L << blockBits) - 1);
    }

    /**
     * Changes a count.
     *
     * @return the new count
     * @throws ImageException CORRUPT or UNSUPPORTED as {@link Qcow2Refcounts#add} has it
     */
    long add(long cluster, int delta) {
        relieve();
        long old = count(cluster);
        if (old <= 0 || old + delta < 0) {
            throw image.corrupt("the refcount of cluster " + cluster + " is too small; check -r all mends that");
        }
        if (delta > width.max() - old) {
            throw image.countsTooNarrow();
        }
        put(cluster, old + delta);
        return old + delta;
    }

    /** Changes the counts of all clusters that a cluster's entry refers to. */
    void addEntry(long entry, int delta) {
        if (Qcow2Entry.isCompressed(entry)) {
            var run = Qcow2Writer.compressedRun(entry, clusterBits);
            for (long cluster = run.first(); cluster < run.end(); cluster++) {
                add(cluster, delta);
            }
        } else if (Qcow2Entry.offset(entry) != 0) {
            add(Qcow2Entry.offset(entry) >>> clusterBits, delta);
        }
    }

    private void put(long cluster, long count) {
        int index = (int) (cluster >>> blockBits);
        var block = own(index);
        int at = within(cluster);
        width.put(block.bytes(), at, count);
        block.touch(width.byteOf(at), Math.max(1, width.byteOf(1)));
    }

    /** The block of an index, at a place of its own. */
    private Qcow2Table own(int index) {
        if (moved.get(index)) {
            return blocks.get(table[index]);
        }
        moved.set(index);
        long place = findFree(1) << clusterBits;
        long old = table[index];
        table[index] = place;
        if (old == 0) {
            blocks.create(place);
        } else {
            blocks.copy(blocks.get(old), place);
            replaced.add(new Qcow2Run(old >>> clusterBits, 1));
        }
        countNew(place >>> clusterBits);
        return blocks.get(place);
    }

    private void countNew(long cluster) {
        int index = Math.toIntExact(cluster >>> blockBits);
        if (index >= table.length) {
            table = Arrays.copyOf(table, index + 1);
        }
        put(cluster, 1);
    }

    /** Takes clusters in a row that were free when we began; each is counted once from now on. */
    Qcow2Run allocate(long count) {
        relieve();
        var run = new Qcow2Run(findFree(count), count);
        for (long cluster = run.first(); cluster < run.end(); cluster++) {
            countNew(cluster);
        }
        return run;
    }

    /** What was free in the old image, so that nothing of it is overwritten. */
    private long findFree(long count) {
        long first = next;
        long end = image.refcounts().searchEnd() + next;
        for (long cluster = first; cluster - first < count; cluster++) {
            if (image.refcounts().count(cluster) != 0) {
                first = cluster + 1;
                image.refcounts().refuseBeyond(cluster, end);
            }
            image.refcounts().relieve();
        }
        // A long row may leave gaps before it, which are not worth a list.
        next = first + count;
        image.refusePlace(next << clusterBits);
        image.refuseMetadata(new Qcow2Run(first, count));
        return first;
    }

    /** Writes a table to clusters of its own, and answers its place; 0 for a table without entries. */
    long write(long[] words) {
        if (words.length == 0) {
            return 0;
        }
        long place = allocate(image.clusters((long) words.length * Long.BYTES)).first() << clusterBits;
        image.writeWords(place, words);
        return place;
    }

    /** Writes bytes to clusters of their own, and answers their place; 0 for none. */
    long write(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return 0;
        }
        long clusters = image.clusters(bytes.remaining());
        long place = allocate(clusters).first() << clusterBits;
        var padded =
                ByteBuffer.allocate(Math.toIntExact(clusters << clusterBits)).put(bytes);
        image.store().write(place, padded.clear());
        return place;
    }

    private void relieve() {
        if (blocks.isFull()) {
            blocks.shrink();
            if (blocks.isFull()) {
                blocks.writeAll();
                blocks.shrink();
            }
        }
    }

    /**
     * Makes all of it valid.
     *
     * @param change gives the header the places that the caller has written to
     * @param freed clusters whose old content nothing refers to any more, though they still are counted once more than that
     */
    void commit(UnaryOperator<Qcow2Header.Layout> change, List<Qcow2Run> freed) {
        var old = image.header().layout();
        int perCluster = 1 << (clusterBits - 3);
        long clusters = 0;
        while (image.clusters((long) table.length * Long.BYTES) != clusters) {
            clusters = image.clusters((long) table.length * Long.BYTES);
            // The table and the blocks that count it and themselves lie behind all that was handed out, at worst.
            long slack = clusters + (clusters >>> (blockBits - 1)) + 8;
            long behind = Math.max(next, image.clusters(image.store().length())) + slack;
            table = Arrays.copyOf(table, (int) Math.max(table.length, (behind >>> blockBits) + 1));
        }
        table = Arrays.copyOf(table, (int) clusters * perCluster);
        image.refuseTable(clusters << clusterBits);
        long place = allocate(clusters).first() << clusterBits;
        blocks.writeAll();
        image.writeWords(place, Arrays.copyOf(table, (int) clusters * perCluster));
        image.store().flush();
        if (table.length > clusters * perCluster) {
            throw new IllegalStateException("more blocks than foreseen: " + table.length);
        }
        committed = true;
        image.replaceLayout(change.apply(old).withRefcountTable(place, (int) clusters));
        image.reload();
        replaced.forEach(run -> image.refcounts().release(run, false));
        freed.forEach(run -> image.refcounts().release(run, false));
        long oldTable = old.refcountTableOffset() >>> clusterBits;
        image.refcounts().release(new Qcow2Run(oldTable, old.refcountTableClusters()), false);
        image.flush();
    }

    /** Gives up, unless {@link #commit} has begun to write the header: nothing has changed, and the file ends where it did. */
    void abort() {
        if (!committed && image.store().length() > lengthBefore) {
            image.store().truncate(lengthBefore);
        }
    }
}
