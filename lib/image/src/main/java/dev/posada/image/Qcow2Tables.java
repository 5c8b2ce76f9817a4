package dev.posada.image;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;

/**
 * Where the guest's clusters lie: the active L1 table, in memory as a whole, and the L2 tables it leads to.
 *
 * <p>Changes stay in memory until {@link Qcow2Image#commit}. A table that a snapshot shares is never changed: the active one
 * becomes a copy of it first.
 */
final class Qcow2Tables {
    private final Qcow2Image image;
    private final ByteStore store;
    private final int clusterBits;
    private final int entryWords;
    private final int l2Entries;
    private final Qcow2TableCache cache;
    private final BitSet dirtyL1 = new BitSet();
    private long[] l1;

    Qcow2Tables(Qcow2Image image, long cacheBytes) {
        this.image = image;
        this.store = image.store();
        var header = image.header();
        this.clusterBits = header.clusterBits();
        this.entryWords = header.l2EntryBytes() / Long.BYTES;
        this.l2Entries = header.l2Entries();
        this.cache = new Qcow2TableCache(store, header.clusterBytes(), cacheBytes);
        this.l1 = readL1(image);
    }

    private static long[] readL1(Qcow2Image image) {
        var layout = image.header().layout();
        return image.readWords(layout.l1Offset(), layout.l1Entries());
    }

    /** The active L1 table; not to be changed. */
    long[] l1() {
        return l1;
    }

    Qcow2TableCache cache() {
        return cache;
    }

    /** Number of the L1 entry for a place of the guest's disk. */
    int l1Index(long position) {
        return Math.toIntExact((position >>> clusterBits) / l2Entries);
    }

    /** Number of the L2 entry, within its table, for a place of the guest's disk. */
    int l2Index(long position) {
        return (int) ((position >>> clusterBits) % l2Entries);
    }

    /** The first word of an L2 entry: the cluster's descriptor. */
    long descriptor(Qcow2Table table, int index) {
        return table.word(index * entryWords);
    }

    /** The second word of an L2 entry, if the image has subclusters. */
    long subclusters(Qcow2Table table, int index) {
        return table.word(index * entryWords + 1);
    }

    void put(Qcow2Table table, int index, long descriptor) {
        table.put(index * entryWords, descriptor);
    }

    void putSubclusters(Qcow2Table table, int index, long bits) {
        table.put(index * entryWords + 1, bits);
    }

    /** The L2 table an L1 entry leads to, for reading; empty when there is none. */
    Optional<Qcow2Table> table(int index) {
        long offset = index < l1.length ? place(l1[index]) : 0;
        return offset == 0 ? Optional.empty() : Optional.of(cache.get(offset));
    }

    /**
     * Where the L2 table of an L1 entry lies; 0 when there is none.
     *
     * @throws ImageException CORRUPT when no table can be there
     */
    long place(long l1Entry) {
        long offset = Qcow2Entry.offset(l1Entry);
        if ((offset & (1L << clusterBits) - 1) != 0 || (l1Entry & Qcow2Entry.L1_RESERVED) != 0) {
            throw image.corrupt("an entry of the L1 table is " + Long.toHexString(l1Entry));
        }
        return offset;
    }

    /** The L2 table an L1 entry leads to, for changing: made if there is none, copied if a snapshot shares it. */
    Qcow2Table writable(int index) {
        if (index >= l1.length) {
            throw image.corrupt("the L1 table ends before the disk does");
        }
        long entry = l1[index];
        long old = place(entry);
        if (old != 0 && Qcow2Entry.isCopied(entry)) {
            return cache.get(old);
        }
        long offset = image.refcounts().allocate(1).first() << clusterBits;
        image.refusePlace(offset);
        var table = old == 0 ? cache.create(offset) : cache.copy(cache.get(old), offset);
        l1[index] = offset | Qcow2Entry.COPIED;
        dirtyL1.set(index);
        if (old != 0) {
            image.refcounts().release(new Qcow2Run(old >>> clusterBits, 1), false);
        }
        return table;
    }

    /** Turns the mark of an L1 entry that says whether its table's refcount is one. */
    void turnMark(int index) {
        l1[index] ^= Qcow2Entry.COPIED;
        dirtyL1.set(index);
    }

    boolean hasChanges() {
        return !dirtyL1.isEmpty() || cache.hasDirty();
    }

    /** Writes the L2 tables that the L1 table in the file does not lead to yet. */
    void writeFresh() {
        cache.writeFresh();
    }

    /** Writes all changed L2 tables, then the entries of the L1 table. */
    void writeAll() {
        cache.writeAll();
        long base = image.header().layout().l1Offset();
        for (int from = dirtyL1.nextSetBit(0); from >= 0; from = dirtyL1.nextSetBit(from)) {
            int to = dirtyL1.nextClearBit(from);
            var words = ByteBuffer.allocate((to - from) * Long.BYTES);
            for (int i = from; i < to; i++) {
                words.putLong(l1[i]);
            }
            store.write(base + (long) from * Long.BYTES, words.flip());
            from = to;
        }
        dirtyL1.clear();
    }

    /** Goes over to the L1 table that the header names now; what was known of the old one is forgotten. */
    void reload() {
        cache.forgetAll();
        dirtyL1.clear();
        l1 = readL1(image);
    }
}
