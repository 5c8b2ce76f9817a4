package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps the persistent bitmaps true while the disk is written to.
 *
 * <p>Before the first change the bitmaps that record changes are marked as in use, in the file; then bits are set in memory, and
 * {@link #store} writes them and takes the mark off. Killed in between, the mark stays and everybody knows that the bitmap is
 * not complete. The same happens when more bits change than we want to remember.
 */
final class Qcow2Bitmaps {
    /** Memory for bits; a cluster of 64 KiB of them covers 32 GiB of disk with the usual granularity. */
    private static final long MAX_PAGE_BYTES = 32L << 20;

    private static final int MAX_TABLE_ENTRIES = 1 << 20;

    private final Qcow2Image image;
    private final List<Tracked> bitmaps;
    private boolean marked;
    private long pageBytes;

    /** A valid bitmap with what was changed of it. */
    private static final class Tracked {
        private Qcow2Bitmap bitmap;
        private long[] table = {};
        private final Map<Integer, byte[]> pages = new TreeMap<>();

        private Tracked(Qcow2Bitmap bitmap) {
            this.bitmap = bitmap;
        }
    }

    private Qcow2Bitmaps(Qcow2Image image, List<Tracked> bitmaps) {
        this.image = image;
        this.bitmaps = bitmaps;
    }

    /** Those of an image that is open for writing; otherwise there is nothing to do. */
    static Qcow2Bitmaps of(Qcow2Image image) {
        var tracked = new ArrayList<Tracked>();
        if (image.writable() && (image.header().features().autoclear() & Qcow2Header.BITMAPS) != 0) {
            for (var each : Qcow2Bitmap.readAll(image)) {
                if (!each.inUse()) {
                    tracked.add(new Tracked(each));
                }
            }
        }
        return new Qcow2Bitmaps(image, tracked);
    }

    /** To be called before each change of the guest's disk. */
    void mark(long position, long length) {
        if (bitmaps.isEmpty() || length == 0) {
            return;
        }
        if (!marked) {
            begin();
        }
        for (var each : List.copyOf(bitmaps)) {
            if (each.bitmap.auto()) {
                mark(each, position, length);
            }
        }
    }

    /** Marks the recording bitmaps as in use and reads their tables; those we cannot keep true stay marked. */
    private void begin() {
        for (var each : List.copyOf(bitmaps)) {
            if (each.bitmap.auto()) {
                use(each, true);
                long entries = Integer.toUnsignedLong(each.bitmap.tableEntries());
                boolean ours = each.bitmap.kind() == Qcow2Bitmap.DIRTY_TRACKING
                        && entries <= MAX_TABLE_ENTRIES
                        && entries == entries(each, image.header().layout().size());
                if (ours) {
                    each.table = image.readWords(each.bitmap.tableOffset(), (int) entries);
                } else {
                    bitmaps.remove(each);
                }
            }
        }
        image.store().flush();
        marked = true;
    }

    private void use(Tracked each, boolean inUse) {
        int flags = each.bitmap.flags();
        each.bitmap = each.bitmap.withFlags(inUse ? flags | Qcow2Bitmap.IN_USE : flags & ~Qcow2Bitmap.IN_USE);
        each.bitmap.writeTo(image.store());
    }

    /** The bytes of the disk that a cluster of bits stands for. */
    private long pageReach(Tracked each) {
        int bits = image.clusterBits() + 3 + each.bitmap.granularityBits();
        return bits > 62 ? Long.MAX_VALUE : 1L << bits;
    }

    private long entries(Tracked each, long diskBytes) {
        long reach = pageReach(each);
        return diskBytes / reach + (diskBytes % reach == 0 ? 0 : 1);
    }

    private void mark(Tracked each, long position, long length) {
        long firstBit = position >>> each.bitmap.granularityBits();
        long lastBit = (position + length - 1) >>> each.bitmap.granularityBits();
        long bitsPerPage = (long) image.clusterBytes() * Byte.SIZE;
        for (long page = firstBit / bitsPerPage; page <= lastBit / bitsPerPage; page++) {
            var bits = page(each, (int) page);
            if (pageBytes > MAX_PAGE_BYTES) {
                giveUp(each);
                return;
            }
            long base = page * bitsPerPage;
            int from = (int) Math.max(firstBit - base, 0);
            int to = (int) Math.min(lastBit - base, bitsPerPage - 1) + 1;
            set(bits, from, to);
        }
    }

    static void set(byte[] bits, int from, int to) {
        int at = from;
        while (at < to) {
            if ((at & 7) == 0 && to - at >= Byte.SIZE) {
                int whole = at + (to - at & -Byte.SIZE);
                Arrays.fill(bits, at >> 3, whole >> 3, (byte) 0xff);
                at = whole;
            } else {
                bits[at >> 3] |= (byte) (1 << (at & 7));
                at++;
            }
        }
    }

    private byte[] page(Tracked each, int index) {
        var known = each.pages.get(index);
        if (known != null) {
            return known;
        }
        var bits = new byte[image.clusterBytes()];
        long entry = each.table[index];
        long offset = Qcow2Entry.offset(entry);
        if (offset != 0) {
            image.store().read(offset, ByteBuffer.wrap(bits));
        } else if ((entry & 1) != 0) {
            set(bits, 0, bitsIn(each, index, image.header().layout().size()));
        }
        each.pages.put(index, bits);
        pageBytes += bits.length;
        return bits;
    }

    /** How many bits of a cluster stand for places of the disk. */
    private int bitsIn(Tracked each, int page, long diskBytes) {
        int granularityBits = each.bitmap.granularityBits();
        long granularity = 1L << granularityBits;
        long all = (diskBytes >>> granularityBits) + ((diskBytes & granularity - 1) == 0 ? 0 : 1);
        long bitsPerPage = (long) image.clusterBytes() * Byte.SIZE;
        return (int) Math.clamp(all - page * bitsPerPage, 0, bitsPerPage);
    }

    private void giveUp(Tracked each) {
        pageBytes -= (long) each.pages.size() * image.clusterBytes();
        bitmaps.remove(each);
    }

    /** Writes what was recorded and takes the marks off. The disk itself is flushed before. */
    void store() {
        if (!marked) {
            return;
        }
        image.flush();
        for (var each : List.copyOf(bitmaps)) {
            if (each.bitmap.auto()) {
                try {
                    writePages(each);
                } catch (ImageException e) {
                    if (e.kind() != Kind.NO_SPACE) {
                        throw e;
                    }
                    // The mark stays: an incomplete bitmap is better than a disk that cannot be closed.
                    giveUp(each);
                }
            }
        }
        image.flush();
        for (var each : bitmaps) {
            if (each.bitmap.inUse()) {
                use(each, false);
            }
        }
        image.store().flush();
        marked = false;
    }

    private void writePages(Tracked each) {
        boolean moved = false;
        for (var page : each.pages.entrySet()) {
            int index = page.getKey();
            long offset = Qcow2Entry.offset(each.table[index]);
            if (offset == 0) {
                offset = image.refcounts().allocate(1).first() << image.clusterBits();
                each.table[index] = offset;
                moved = true;
            }
            image.store().write(offset, ByteBuffer.wrap(page.getValue()));
        }
        if (moved) {
            image.refcounts().writeAll();
            image.writeWords(each.bitmap.tableOffset(), each.table);
        }
        pageBytes -= (long) each.pages.size() * image.clusterBytes();
        each.pages.clear();
    }

    /** Gives every valid bitmap the length for another size of the disk, and marks it until {@link #resized}. */
    void resize(long diskBytes) {
        store();
        for (var each : List.copyOf(bitmaps)) {
            use(each, true);
            if (Integer.toUnsignedLong(each.bitmap.tableEntries())
                            != entries(each, image.header().layout().size())
                    || entries(each, diskBytes) > MAX_TABLE_ENTRIES
                    || each.bitmap.kind() != Qcow2Bitmap.DIRTY_TRACKING) {
                bitmaps.remove(each);
            }
        }
        image.store().flush();
        for (var each : bitmaps) {
            resize(each, diskBytes);
        }
    }

    private void resize(Tracked each, long diskBytes) {
        int before = each.bitmap.tableEntries();
        int after = (int) entries(each, diskBytes);
        each.table = image.readWords(each.bitmap.tableOffset(), before);
        int last = Math.min(before, after) - 1;
        if (last >= 0) {
            // The last cluster of bits may have bits now that stand for nothing, or all ones where new ones are zero.
            var bits = page(each, last);
            int valid = bitsIn(
                    each, last, Math.min(diskBytes, image.header().layout().size()));
            for (int i = valid; i < bits.length * Byte.SIZE; i++) {
                bits[i >> 3] &= (byte) ~(1 << (i & 7));
            }
        }
        for (int i = after; i < before; i++) {
            release(Qcow2Entry.offset(each.table[i]), 1);
        }
        long old = each.bitmap.tableOffset();
        each.table = Arrays.copyOf(each.table, after);
        long offset = 0;
        if (after > 0) {
            long clusters = image.clusters((long) after * Long.BYTES);
            offset = image.refcounts().allocateTogether(clusters).first() << image.clusterBits();
        }
        each.bitmap = each.bitmap.withTable(offset, after);
        writePages(each);
        image.refcounts().writeAll();
        image.writeWords(offset, each.table);
        image.store().flush();
        each.bitmap.writeTo(image.store());
        release(old, image.clusters((long) before * Long.BYTES));
    }

    private void release(long offset, long clusters) {
        if (offset != 0 && clusters > 0) {
            image.refcounts().release(new Qcow2Run(offset >>> image.clusterBits(), clusters), false);
        }
    }

    /** To be called when the disk has its new size. */
    void resized() {
        image.flush();
        for (var each : bitmaps) {
            if (each.bitmap.inUse()) {
                use(each, false);
            }
        }
        image.store().flush();
    }
}
