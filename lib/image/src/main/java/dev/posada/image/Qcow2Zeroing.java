package dev.posada.image;

import java.nio.ByteBuffer;

/** Makes ranges of the guest's disk read as zeroes by changing tables where that is possible, and gives their room back. */
final class Qcow2Zeroing {
    private static final long ALL_ALLOCATED = 0xffff_ffffL;
    private static final long ALL_ZERO = ALL_ALLOCATED << Integer.SIZE;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Qcow2Image image;
    private final Qcow2Tables tables;
    private final Qcow2Content content;
    private final Qcow2Writer writer;
    private final int clusterBytes;
    private final boolean subclusters;
    private final boolean external;

    Qcow2Zeroing(Qcow2Image image, Qcow2Content content, Qcow2Writer writer) {
        this.image = image;
        this.tables = image.tables();
        this.content = content;
        this.writer = writer;
        this.clusterBytes = image.clusterBytes();
        this.subclusters = image.header().hasSubclusters();
        this.external = image.header().hasDataFile();
    }

    /** For use without a guest: only places are changed that no bitmap records. */
    Qcow2Zeroing(Qcow2Image image, Qcow2Content content) {
        this(image, content, new Qcow2Writer(image, content));
    }

    /** Replaces all marks for zeroes, which version 2 does not have, by clusters of zeroes, or by nothing if that is the same. */
    void unmark() {
        for (int i = 0; i < tables.l1().length; i++) {
            if (tables.place(tables.l1()[i]) == 0) {
                continue;
            }
            for (int j = 0; j < image.header().l2Entries(); j++) {
                image.relieve();
                var table = tables.writable(i);
                long entry = tables.descriptor(table, j);
                if (Qcow2Entry.isCompressed(entry) || (entry & Qcow2Entry.ZERO) == 0) {
                    continue;
                }
                if (showsBelow()) {
                    long position = ((long) i * image.header().l2Entries() + j) * clusterBytes;
                    writeZeroes(position, clusterBytes);
                } else {
                    tables.put(table, j, 0);
                    writer.release(entry, true);
                }
            }
        }
    }

    /** Whether what lies below an absent place is, or may become, something else than zeroes. */
    private boolean showsBelow() {
        return image.header().backingFile().isPresent();
    }

    /**
     * Makes a range read as zeroes. It may reach behind the disk's end, within the reach of the L1 table.
     *
     * @param mayDeallocate whether its clusters are freed
     */
    void zero(long position, long length, boolean mayDeallocate) {
        content.forgetDecompressed();
        long unit = 1L << content.subclusterBits();
        long end = position + length;
        // What is behind the end of the disk is nobody's: a unit that the disk ends in counts as a whole.
        long wholeEnd = end >= image.header().layout().size() ? end + unit - 1 & -unit : end & -unit;
        long at = position;
        while (at < end) {
            image.relieve();
            var found = content.find(at, end - at);
            if (isZeroAlready(found, mayDeallocate)) {
                at += found.length();
            } else if ((at & unit - 1) != 0 || at >= wholeEnd) {
                long stop = Math.min(end, (at & -unit) + unit);
                writeZeroes(at, stop - at);
                at = stop;
            } else {
                at = zeroUnits(at, Math.min(wholeEnd, at + found.length() + unit - 1 & -unit), mayDeallocate);
            }
        }
    }

    private boolean isZeroAlready(Qcow2Content.Found found, boolean mayDeallocate) {
        if (image.header().rawDataFile()) {
            return false;
        }
        return switch (found.kind()) {
            case ZERO -> !mayDeallocate || found.word() == 0;
            case ABSENT -> !showsBelow();
            case DATA, COMPRESSED -> false;
        };
    }

    private void writeZeroes(long position, long length) {
        var zeroes = ByteBuffer.allocate((int) Math.min(length, CHUNK_BYTES));
        for (long done = 0; done < length; done += zeroes.capacity()) {
            writer.write(position + done, zeroes.clear().limit((int) Math.min(zeroes.capacity(), length - done)));
        }
    }

    /** Makes whole units of one table read as zeroes, and answers where it stopped. */
    private long zeroUnits(long position, long to, boolean mayDeallocate) {
        if (image.header().version() == 2 && (showsBelow() || !mayDeallocate)) {
            writeZeroes(position, to - position);
            return to;
        }
        var table = tables.writable(tables.l1Index(position));
        int index = tables.l2Index(position);
        long at = position;
        while (at < to && index < image.header().l2Entries()) {
            long start = at & -clusterBytes;
            long stop = Math.min(to, start + clusterBytes);
            if (stop - at == clusterBytes) {
                zeroCluster(table, index, start, mayDeallocate);
            } else if (!zeroSubclusters(table, index, (int) (at - start), (int) (stop - start), mayDeallocate)) {
                writeZeroes(at, stop - at);
                return stop;
            }
            at = stop;
            index++;
        }
        return at;
    }

    private void zeroCluster(Qcow2Table table, int index, long start, boolean mayDeallocate) {
        long old = tables.descriptor(table, index);
        if (image.header().rawDataFile()) {
            long length = Math.min(clusterBytes, image.header().layout().size() - start);
            if (length > 0) {
                content.data().writeZeroes(start, length, mayDeallocate);
            }
            tables.put(table, index, start | Qcow2Entry.COPIED);
            if (subclusters) {
                tables.putSubclusters(table, index, ALL_ALLOCATED);
            }
            return;
        }
        boolean keep = !mayDeallocate && writer.hasPlace(old);
        long place = keep ? writer.place(old, start) | Qcow2Entry.COPIED : 0;
        if (subclusters) {
            tables.put(table, index, place);
            tables.putSubclusters(table, index, ALL_ZERO);
        } else {
            tables.put(table, index, image.header().version() == 2 ? 0 : place | Qcow2Entry.ZERO);
        }
        if (!keep) {
            writer.release(old, true);
        }
    }

    /** Marks some subclusters of a cluster; false when that cannot be done as they are compressed, or in a raw file. */
    private boolean zeroSubclusters(Qcow2Table table, int index, int from, int to, boolean mayDeallocate) {
        long old = tables.descriptor(table, index);
        if (image.header().rawDataFile() || Qcow2Entry.isCompressed(old)) {
            return false;
        }
        int first = from >>> content.subclusterBits();
        int last = (to - 1) >>> content.subclusterBits();
        long zeroed = (ALL_ALLOCATED >>> (31 - last)) & (ALL_ALLOCATED << first);
        long bits = (tables.subclusters(table, index) | zeroed << Integer.SIZE) & ~zeroed;
        tables.putSubclusters(table, index, bits);
        if (mayDeallocate && (bits & ALL_ALLOCATED) == 0 && (Qcow2Entry.offset(old) != 0 || external)) {
            tables.put(table, index, 0);
            writer.release(old, true);
        }
        return true;
    }

    /** Gives back whole clusters that have room of their own; what is zero by being absent stays so. */
    void discard(long position, long length) {
        content.forgetDecompressed();
        long end = position + length;
        long to = end >= image.header().layout().size() ? end + clusterBytes - 1 & -clusterBytes : end & -clusterBytes;
        long at = position + clusterBytes - 1 & -clusterBytes;
        if (image.header().version() == 2 && showsBelow()) {
            return;
        }
        while (at < to) {
            image.relieve();
            var found = content.find(at, to - at);
            boolean occupies = switch (found.kind()) {
                case ABSENT -> false;
                case ZERO -> found.word() != 0;
                case DATA, COMPRESSED -> true;
            };
            long stop = Math.min(to, at + found.length() + clusterBytes - 1 & -clusterBytes);
            if (occupies || (stop - at) < clusterBytes || (at + found.length() & clusterBytes - 1) != 0) {
                at = zeroUnits(at, Math.min(stop, at + reach(at)), true);
            } else {
                at = stop;
            }
        }
    }

    /** Forgets what lies behind the end of the disk, whole clusters of it. */
    void drop(long position, long length) {
        content.forgetDecompressed();
        for (long at = position; at < position + length; at += clusterBytes) {
            image.relieve();
            var table = tables.writable(tables.l1Index(at));
            int index = tables.l2Index(at);
            long old = tables.descriptor(table, index);
            tables.put(table, index, 0);
            if (subclusters) {
                tables.putSubclusters(table, index, 0);
            }
            writer.release(old, true);
        }
    }

    /** Bytes from a place to the end of what its L2 table maps. */
    private long reach(long position) {
        long reach = image.header().l2Reach();
        return reach - position % reach;
    }
}
