package dev.posada.image;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Counts how often each cluster is really referred to, by going through everything that refers to clusters.
 *
 * <p>The counts of a large image need more memory than we want to take, so they are made for a window of clusters at a time, and
 * everything is gone through again for the next window. Windows without references and without refcounts are left out, so that a
 * long sparse file costs nothing.
 */
final class Qcow2Census {
    /** Most clusters in a window, as many as the largest refcount block counts: 64 MiB, for 1 TiB of usual clusters. */
    private static final int MAX_WINDOW_BITS = 24;

    private static final long MAX_WINDOWS = 1 << 24;

    /** All L1 tables together: 2 GiB of them, as 65,536 snapshots of a disk of 2 TiB have. */
    private static final long MAX_L1_ENTRIES = 1L << 28;

    private final Qcow2Image image;
    private final Qcow2Findings findings;
    private final long fileBytes;
    private final int windowBits;
    private final Qcow2TableSet tables;
    private final int[] references;
    private final int[] active;
    private final BitSet blocks;
    private final BitSet windows = new BitSet();
    private int[] counts = {};
    private long base = -1;
    private boolean reporting = true;

    Qcow2Census(Qcow2Image image, Qcow2Findings findings) {
        this(image, findings, image.refcounts().blockBits());
    }

    /** @param blockBits log2 of what a window has at least; those of the image's own blocks are granted anyway */
    Qcow2Census(Qcow2Image image, Qcow2Findings findings, int blockBits) {
        this.image = image;
        this.findings = findings;
        this.fileBytes = image.store().length();
        long fileClusters = image.clusters(fileBytes) + 1;
        int neededBits = Long.SIZE - Long.numberOfLeadingZeros(fileClusters);
        this.windowBits =
                Math.max(Math.max(blockBits, image.refcounts().blockBits()), Math.min(neededBits, MAX_WINDOW_BITS));
        if (fileClusters >>> windowBits > MAX_WINDOWS) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    image.path() + " is too long to be checked: " + fileBytes + " bytes");
        }
        this.tables = collect();
        this.references = new int[tables.size()];
        this.active = new int[tables.size()];
        this.blocks = findBlocks();
        countTables(image.tables().l1(), true);
        for (var snapshot : image.snapshots()) {
            countTables(l1(snapshot), false);
        }
    }

    private Qcow2TableSet collect() {
        long entries = image.tables().l1().length;
        for (var snapshot : image.snapshots()) {
            entries += snapshot.l1Entries();
        }
        if (entries > MAX_L1_ENTRIES) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    image.path() + " has L1 tables of " + entries + " entries, more than can be checked");
        }
        var set = Qcow2TableSet.of(image, image.tables().l1());
        for (var snapshot : image.snapshots()) {
            set.add(image, l1(snapshot));
        }
        set.compact();
        return set;
    }

    private long[] l1(Qcow2Snapshot snapshot) {
        return snapshot.l1Offset() + (long) snapshot.l1Entries() * Long.BYTES > fileBytes
                ? new long[0]
                : image.readWords(snapshot.l1Offset(), snapshot.l1Entries());
    }

    private void countTables(long[] l1, boolean isActive) {
        for (int i = 0; i < l1.length; i++) {
            long place = Qcow2Entry.offset(l1[i]);
            if ((l1[i] & Qcow2Entry.L1_RESERVED) != 0) {
                findings.corruption("L1 entry " + i + " is " + Long.toHexString(l1[i]) + ": reserved bits are set");
            }
            if (place == 0) {
                continue;
            }
            int index = tables.indexOf(place);
            if (index < 0) {
                findings.corruption("L1 entry " + i + " leads to " + place + ", where no table can be");
                continue;
            }
            references[index]++;
            active[index] += isActive ? 1 : 0;
        }
    }

    Qcow2TableSet tables() {
        return tables;
    }

    /** How often the active L1 table leads to a table of the set. */
    int active(int table) {
        return active[table];
    }

    /** Whether a table lies within the file, so that it can be read. */
    boolean readable(int table) {
        return tables.place(table) <= fileBytes - image.clusterBytes();
    }

    /** What is done with the counts of a window. */
    interface Counted {
        /**
         * Called for each window in ascending order.
         *
         * @param first number of the first cluster
         * @param counts how often each one is referred to, from the first one on
         */
        void window(long first, int[] counts);
    }

    /** Goes through the file, window by window. */
    void each(Counted action) {
        goThrough();
        reporting = false;
        var refcounts = image.refcounts();
        for (int i = blocks.nextSetBit(0); i >= 0; i = blocks.nextSetBit(i + 1)) {
            windows.set((int) ((long) i << refcounts.blockBits() >>> windowBits));
        }
        counts = new int[1 << windowBits];
        for (int window = windows.nextSetBit(0); window >= 0; window = windows.nextSetBit(window + 1)) {
            base = (long) window << windowBits;
            Arrays.fill(counts, 0);
            goThrough();
            action.window(base, counts);
        }
        counts = new int[0];
        base = -1;
    }

    private void goThrough() {
        var layout = image.header().layout();
        count(0, image.clusterBytes(), 1, "the header");
        count(layout.l1Offset(), (long) layout.l1Entries() * Long.BYTES, 1, "the L1 table");
        for (var snapshot : image.snapshots()) {
            count(snapshot.l1Offset(), (long) snapshot.l1Entries() * Long.BYTES, 1, "a snapshot's L1 table");
        }
        if (layout.snapshots() > 0) {
            long bytes = Qcow2SnapshotTable.storedBytes(image);
            count(layout.snapshotsOffset(), bytes, 1, "the table of snapshots");
        }
        for (int i = 0; i < tables.size(); i++) {
            count(tables.place(i), image.clusterBytes(), references[i], "an L2 table");
            if (readable(i)) {
                countTable(image.tables().cache().get(tables.place(i)), i);
            }
            image.tables().cache().shrink();
        }
        image.header().extension(Qcow2Extension.ENCRYPTION).ifPresent(this::countEncryption);
        countBitmaps();
        countRefcounts();
    }

    private void countTable(Qcow2Table table, int number) {
        var header = image.header();
        int times = references[number];
        long before = 0;
        long allocated = 0;
        long fragmented = 0;
        long compressed = 0;
        for (int i = 0; i < header.l2Entries(); i++) {
            long entry = image.tables().descriptor(table, i);
            if (entry == 0) {
                continue;
            }
            if (Qcow2Entry.isCompressed(entry)) {
                compressed++;
                countCompressed(entry, times);
                continue;
            }
            long place = Qcow2Entry.offset(entry);
            checkEntry(entry, table, i);
            if (place == 0 && !(header.hasDataFile() && Qcow2Entry.isCopied(entry))) {
                continue;
            }
            allocated++;
            fragmented += before != 0 && place != before ? 1 : 0;
            before = place + image.clusterBytes();
            if (!header.hasDataFile() && (place & image.clusterBytes() - 1) == 0) {
                count(place, image.clusterBytes(), times, "a cluster");
            }
        }
        if (reporting && active[number] > 0) {
            // Compressed clusters never follow each other, in QEMU's counting.
            findings.clusters(
                    (allocated + compressed) * active[number],
                    (fragmented + compressed) * active[number],
                    compressed * active[number]);
        }
    }

    private void countCompressed(long entry, int times) {
        if (reporting && (Qcow2Entry.isCopied(entry) || image.header().hasDataFile())) {
            findings.corruption("a compressed cluster has the entry " + Long.toHexString(entry));
        }
        long from = Qcow2Entry.compressedOffset(entry, image.clusterBits());
        count(from, Qcow2Entry.compressedBytes(entry, image.clusterBits()), times, "a compressed cluster");
    }

    private void checkEntry(long entry, Qcow2Table table, int index) {
        if (!reporting) {
            return;
        }
        boolean flagged = (entry & Qcow2Entry.ZERO) != 0;
        long place = Qcow2Entry.offset(entry);
        long reserved = ~(Qcow2Entry.COPIED | Qcow2Entry.COMPRESSED | Qcow2Entry.OFFSET | Qcow2Entry.ZERO);
        if ((entry & reserved) != 0
                || (flagged && (image.header().version() == 2 || image.header().hasSubclusters()))
                || (place & image.clusterBytes() - 1) != 0) {
            findings.corruption("entry " + index + " of the L2 table at " + table.offset() + " is "
                    + Long.toHexString(entry) + ", which cannot be");
        }
    }

    private void countEncryption(Qcow2Extension extension) {
        if (image.header().encryption() == 2 && extension.data().limit() >= 16) {
            count(extension.data().getLong(0), extension.data().getLong(8), 1, "the encryption's header");
        }
    }

    private void countBitmaps() {
        if ((image.header().features().autoclear() & Qcow2Header.BITMAPS) == 0) {
            return;
        }
        image.header().extension(Qcow2Extension.BITMAPS).ifPresent(extension -> {
            var directory = Qcow2Bitmap.directory(extension, image);
            count(directory.offset(), directory.bytes(), 1, "the directory of bitmaps");
        });
        for (var bitmap : Qcow2Bitmap.readAll(image)) {
            count(bitmap.tableOffset(), (long) bitmap.tableEntries() * Long.BYTES, 1, "a bitmap's table");
            long end = bitmap.tableOffset() + (long) bitmap.tableEntries() * Long.BYTES;
            if (end <= fileBytes) {
                for (long word : image.readWords(bitmap.tableOffset(), bitmap.tableEntries())) {
                    if (Qcow2Entry.offset(word) != 0) {
                        count(Qcow2Entry.offset(word), image.clusterBytes(), 1, "a bitmap");
                    }
                }
            }
        }
    }

    private void countRefcounts() {
        var layout = image.header().layout();
        long bytes = (long) layout.refcountTableClusters() << image.clusterBits();
        count(layout.refcountTableOffset(), bytes, 1, "the refcount table");
        var table = image.refcounts().table();
        for (int i = blocks.nextSetBit(0); i >= 0; i = blocks.nextSetBit(i + 1)) {
            count(table[i], image.clusterBytes(), 1, "a refcount block");
        }
    }

    /** Which entries of the refcount table lead to a block that can be read, and that no entry before has led to. */
    private BitSet findBlocks() {
        var found = new BitSet();
        var table = image.refcounts().table();
        var places = Qcow2TableSet.of(image, table);
        var seen = new BitSet(places.size());
        for (int i = 0; i < table.length; i++) {
            long place = table[i];
            int known = places.indexOf(place);
            if (place == 0) {
                continue;
            }
            if (known < 0 || place > fileBytes - image.clusterBytes() || seen.get(known)) {
                findings.structure("refcount block " + i + " is said to be at " + Long.toUnsignedString(place));
            } else {
                seen.set(known);
                found.set(i);
            }
        }
        return found;
    }

    /** Whether the block that counts a cluster can be read. */
    boolean isCounted(long cluster) {
        long index = cluster >>> image.refcounts().blockBits();
        return index < image.refcounts().table().length && blocks.get((int) index);
    }

    private void count(long offset, long bytes, int times, String what) {
        if (bytes <= 0) {
            return;
        }
        // As QEMU has it, a last cluster that is not complete does not count as beyond the end.
        if (offset < 0 || offset > fileBytes || offset + bytes - fileBytes > image.clusterBytes()) {
            if (reporting) {
                findings.corruption(what + " (" + bytes + " bytes at " + Long.toUnsignedString(offset)
                        + ") lies beyond the end of the file");
            }
            return;
        }
        long first = offset >>> image.clusterBits();
        long last = (offset + bytes - 1) >>> image.clusterBits();
        if (base < 0) {
            windows.set((int) (first >>> windowBits), (int) (last >>> windowBits) + 1);
            return;
        }
        for (long cluster = Math.max(first, base); cluster <= last && cluster < base + counts.length; cluster++) {
            int index = (int) (cluster - base);
            counts[index] = (int) Math.min((long) counts[index] + times, Integer.MAX_VALUE);
        }
    }
}
