package dev.posada.image;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;

/**
 * How often each cluster of the file is referred to, and with that which ones are free.
 *
 * <p>A table of places leads to blocks, each a cluster of counts. The table is in memory as a whole, of the blocks the cache has
 * some. A place of zero means that all counts of that block are zero.
 *
 * <p>What keeps the file sound if we are killed: a cluster is counted in the file before anything there refers to it ({@link
 * Qcow2Image#commit} sees to that), and counted down only after nothing does. Hence {@link #release} only takes note, and the
 * cluster is not handed out again until {@link #applyReleases} has run. A block is written before the table refers to it, a
 * larger table before the header does.
 */
final class Qcow2Refcounts {
    /** Clusters that a crash can leave counted behind the end of the file are fewer than these by far. */
    private static final long MAX_USED_BEYOND = 1 << 26;

    private static final int MAX_LOOKS = 64;

    private final Qcow2Image image;
    private final ByteStore store;
    private final Qcow2RefcountWidth width;
    private final int clusterBits;
    private final int blockBits;
    private final Qcow2TableCache blocks;
    private final BitSet dirtyEntries = new BitSet();
    private final ArrayDeque<Release> releases = new ArrayDeque<>();
    private long releasedClusters;
    private long freed;
    private long[] table;

    /** No cluster before this one is free. */
    private long hint;

    private record Release(Qcow2Run run, boolean punch) {}

    Qcow2Refcounts(Qcow2Image image, long cacheBytes) {
        this.image = image;
        this.store = image.store();
        var header = image.header();
        this.width = new Qcow2RefcountWidth(header.refcountOrder());
        this.clusterBits = header.clusterBits();
        this.blockBits = clusterBits + 3 - header.refcountOrder();
        this.blocks = new Qcow2TableCache(store, header.clusterBytes(), cacheBytes);
        this.table = readTable(image);
    }

    private static long[] readTable(Qcow2Image image) {
        var header = image.header();
        int bytes = header.layout().refcountTableClusters() << header.clusterBits();
        return image.readWords(header.layout().refcountTableOffset(), bytes / Long.BYTES);
    }

    /** Log2 of how many counts a block has. */
    int blockBits() {
        return blockBits;
    }

    Qcow2RefcountWidth width() {
        return width;
    }

    /** The places of the blocks; not to be changed. */
    long[] table() {
        return table;
    }

    Qcow2TableCache blocks() {
        return blocks;
    }

    /** How often a cluster is referred to. */
    long count(long cluster) {
        long index = cluster >>> blockBits;
        if (index >= table.length || table[(int) index] == 0) {
            return 0;
        }
        return width.get(block((int) index).bytes(), within(cluster));
    }

    private int within(long cluster) {
        return (int) (cluster & (1L << blockBits) - 1);
    }

    private Qcow2Table block(int index) {
        long offset = table[index];
        if ((offset & (1L << clusterBits) - 1) != 0 || offset < 0) {
            throw image.corrupt("refcount block " + index + " is said to be at " + Long.toUnsignedString(offset));
        }
        return blocks.get(offset);
    }

    /**
     * Changes a count in place.
     *
     * @return the new count
     * @throws ImageException CORRUPT when it would fall below zero, or the cluster is not counted at all; UNSUPPORTED when the
     *     counts of this image are too narrow
     */
    long add(long cluster, long delta) {
        long index = cluster >>> blockBits;
        if (index >= table.length || table[(int) index] == 0) {
            throw image.corrupt("cluster " + cluster + " is in use but not counted; check -r all mends that");
        }
        var block = block((int) index);
        long old = width.get(block.bytes(), within(cluster));
        if (old < 0 || old + delta < 0 || old == 0) {
            throw image.corrupt("the refcount of cluster " + cluster + " is too small; check -r all mends that");
        }
        if (delta > width.max() - old) {
            throw image.countsTooNarrow();
        }
        set(block, cluster, old + delta);
        return old + delta;
    }

    /** Sets a count in place; its block must exist. */
    void set(long cluster, long count) {
        set(block((int) (cluster >>> blockBits)), cluster, count);
    }

    private void set(Qcow2Table block, long cluster, long count) {
        int at = within(cluster);
        width.put(block.bytes(), at, count);
        block.touch(width.byteOf(at), Math.max(1, width.byteOf(1)));
        if (count == 0) {
            hint = Math.min(hint, cluster);
        }
    }

    /**
     * Takes the first free clusters, each of which is counted once from now on.
     *
     * @return as many adjoining ones as there are at that place, at most the wanted number
     */
    Qcow2Run allocate(long wanted) {
        long cluster = hint;
        while (true) {
            cluster += makeBlock(cluster);
            int index = (int) (cluster >>> blockBits);
            var block = block(index);
            int from = within(cluster);
            int first = width.firstZero(block.bytes(), from, 1 << blockBits);
            if (first < 1 << blockBits) {
                int limit = (int) Math.min(1L << blockBits, first + wanted);
                int end = width.firstUsed(block.bytes(), first, limit);
                return take(new Qcow2Run(((long) index << blockBits) + first, end - first));
            }
            cluster = (long) (index + 1) << blockBits;
            hint = cluster;
            refuseBeyond(cluster, searchEnd());
            relieve();
        }
    }

    private Qcow2Run take(Qcow2Run run) {
        image.refuseMetadata(run);
        for (long cluster = run.first(); cluster < run.end(); cluster++) {
            set(cluster, 1);
        }
        hint = run.end();
        return run;
    }

    /** Takes that many clusters in a row, which may be more than a block counts. */
    Qcow2Run allocateTogether(long count) {
        long first = hint;
        long end = searchEnd() + count;
        while (true) {
            for (long cluster = first; cluster - first < count; cluster++) {
                if (count(cluster) != 0) {
                    first = cluster + 1;
                    refuseBeyond(cluster, end);
                }
                relieve();
            }
            // The blocks that count the row and themselves lie behind it, at worst.
            long slack = 4 + 2 * (count >>> blockBits);
            long entries = ((first + count + slack) >>> blockBits) + 2;
            if (entries <= table.length) {
                break;
            }
            // The larger table may take some of the row: look again.
            growTable((long) table.length << blockBits, entries);
        }
        makeBlocks(first, count);
        long before = hint;
        var run = take(new Qcow2Run(first, count));
        // What is free before it stays worth looking at.
        hint = before;
        return run;
    }

    /** Sees that the blocks for a row of clusters exist; new ones lie behind it. */
    private void makeBlocks(long first, long count) {
        long next = first + count;
        var made = new ArrayList<Long>();
        for (long index = first >>> blockBits; index <= (next - 1) >>> blockBits; index++) {
            if (table[(int) index] == 0) {
                while (count(next) != 0) {
                    next++;
                }
                image.refuseMetadata(new Qcow2Run(next, 1));
                table[(int) index] = next << clusterBits;
                dirtyEntries.set((int) index);
                blocks.create(next << clusterBits);
                made.add(next);
                next++;
            }
        }
        made.forEach(cluster -> set(cluster, 1));
    }

    /**
     * Sees that the block for a cluster exists. A new one takes that very cluster, which is free as nothing was counted there.
     *
     * @return how many clusters from the given one on are taken now
     */
    private long makeBlock(long cluster) {
        long index = cluster >>> blockBits;
        if (index >= table.length) {
            return growTable(cluster, 0);
        }
        if (table[(int) index] != 0) {
            return 0;
        }
        long offset = cluster << clusterBits;
        image.refusePlace(offset);
        image.refuseMetadata(new Qcow2Run(cluster, 1));
        blocks.create(offset);
        table[(int) index] = offset;
        dirtyEntries.set((int) index);
        set(cluster, 1);
        return 1;
    }

    /**
     * Puts a larger table, and the blocks that count it, at a cluster beyond all that is counted.
     *
     * @param entries what the table must have at least
     * @return how many clusters it takes with the blocks
     */
    private long growTable(long cluster, long entries) {
        int perCluster = 1 << (clusterBits - 3);
        int firstIndex = Math.toIntExact(cluster >>> blockBits);
        long tableClusters = 0;
        long blockCount = 1;
        long length;
        while (true) {
            long lastIndex = (cluster + tableClusters + blockCount - 1) >>> blockBits;
            length = Math.max(Math.max(lastIndex + 1, entries), table.length + table.length / 2L);
            long clusters = (length + perCluster - 1) / perCluster;
            long needed = lastIndex - firstIndex + 1;
            if (clusters == tableClusters && needed == blockCount) {
                break;
            }
            tableClusters = clusters;
            blockCount = needed;
        }
        image.refuseTable(tableClusters << clusterBits);
        var larger = Arrays.copyOf(table, (int) tableClusters * perCluster);
        long at = cluster + tableClusters;
        for (int i = 0; i < blockCount; i++) {
            larger[firstIndex + i] = (at + i) << clusterBits;
            blocks.create((at + i) << clusterBits);
        }
        var old = image.header().layout();
        table = larger;
        for (long each = cluster; each < at + blockCount; each++) {
            set(each, 1);
        }
        blocks.writeAll();
        image.writeWords(cluster << clusterBits, larger);
        store.flush();
        image.replaceLayout(old.withRefcountTable(cluster << clusterBits, (int) tableClusters));
        dirtyEntries.clear();
        release(new Qcow2Run(old.refcountTableOffset() >>> clusterBits, old.refcountTableClusters()), false);
        return tableClusters + blockCount;
    }

    /**
     * Takes note that one reference to each of the clusters is gone.
     *
     * @param punch whether the file may give back the room of those that become free
     */
    void release(Qcow2Run run, boolean punch) {
        releasedClusters += run.count();
        var last = releases.peekLast();
        if (last != null && last.punch == punch && last.run.end() == run.first()) {
            releases.removeLast();
            releases.addLast(new Release(new Qcow2Run(last.run.first(), last.run.count() + run.count()), punch));
        } else {
            releases.addLast(new Release(run, punch));
        }
    }

    /** Takes back an allocation that nothing has referred to yet, not even in memory. */
    void giveBack(Qcow2Run run) {
        for (long cluster = run.first(); cluster < run.end(); cluster++) {
            add(cluster, -1);
        }
    }

    /** How many clusters wait for {@link #applyReleases}. */
    long released() {
        return releasedClusters;
    }

    /** How many clusters have become free so far; while it stays, what is in use is still whose it was. */
    long freed() {
        return freed;
    }

    /** Counts down what was released; nothing in the file may refer to it any more. */
    void applyReleases() {
        while (!releases.isEmpty()) {
            var release = releases.removeFirst();
            releasedClusters -= release.run.count();
            long free = release.run.first();
            for (long cluster = free; cluster < release.run.end(); cluster++) {
                if (add(cluster, -1) == 0) {
                    freed++;
                } else {
                    punch(release, free, cluster);
                    free = cluster + 1;
                }
                relieve();
            }
            punch(release, free, release.run.end());
        }
    }

    private void punch(Release release, long from, long to) {
        if (release.punch && from < to) {
            // It only saves room; a file system that cannot is no failure.
            var _ = store.tryPunch(from << clusterBits, (to - from) << clusterBits);
        }
    }

    /** Keeps the cache within its bound. Blocks may be written at any time: what they count too much is a leak at worst. */
    void relieve() {
        if (blocks.isFull()) {
            blocks.shrink();
            if (blocks.isFull()) {
                blocks.writeAll();
                blocks.shrink();
            }
        }
    }

    /** Writes the changed blocks, then the places of new ones. */
    void writeAll() {
        blocks.writeAll();
        if (dirtyEntries.isEmpty()) {
            return;
        }
        store.flush();
        long base = image.header().layout().refcountTableOffset();
        for (int from = dirtyEntries.nextSetBit(0); from >= 0; from = dirtyEntries.nextSetBit(from)) {
            int to = dirtyEntries.nextClearBit(from);
            var words = ByteBuffer.allocate((to - from) * Long.BYTES);
            for (int i = from; i < to; i++) {
                words.putLong(table[i]);
            }
            store.write(base + (long) from * Long.BYTES, words.flip());
            from = to;
        }
        dirtyEntries.clear();
    }

    /**
     * Whether a cluster from the given one on is counted. With very many blocks there, which are not all looked at, the answer is
     * yes.
     */
    boolean reachBeyond(long cluster) {
        int looks = 0;
        for (long index = cluster >>> blockBits; index < table.length; index++) {
            if (table[(int) index] != 0) {
                looks++;
                int from = index == cluster >>> blockBits ? within(cluster) : 0;
                var bytes = block((int) index).bytes();
                if (looks > MAX_LOOKS || width.firstUsed(bytes, from, 1 << blockBits) < 1 << blockBits) {
                    return true;
                }
                relieve();
            }
        }
        return false;
    }

    /** Where the search for free clusters ends. */
    long searchEnd() {
        return image.clusters(store.length()) + MAX_USED_BEYOND;
    }

    /** Refuses to search on where no cluster can be in use: the counts must be wrong. */
    void refuseBeyond(long cluster, long searchEnd) {
        if (cluster > searchEnd) {
            throw image.corrupt("refcounts say that clusters far behind the end of the file are in use; "
                    + "check -r all mends that");
        }
    }

    /** Goes over to a table that the header names already; what was known of the old one is forgotten. */
    void reload() {
        blocks.forgetAll();
        dirtyEntries.clear();
        releases.clear();
        releasedClusters = 0;
        hint = 0;
        table = readTable(image);
    }
}
