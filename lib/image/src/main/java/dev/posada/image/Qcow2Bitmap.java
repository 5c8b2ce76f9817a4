package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry of the directory of persistent bitmaps.
 *
 * <pre>
 *   0  8  place of the bitmap's table         16  1  kind; 1 records which places were written
 *   8  4  entries of it                       17  1  log2 of the bytes that a bit stands for
 *  12  4  flags: 1 in use (not valid),        18  2  length of the name
 *         2 auto (records every change),      20  4  length of the extra data
 *         4 unknown extra data may be ignored 24     extra data, name, zeroes up to a multiple of eight
 * </pre>
 *
 * A word of the table has the place of a cluster of bits, or 0 where all bits are zero, 1 where all are one. Bit n of the bitmap is
 * bit n % 8 of byte n / 8.
 *
 * @param position where the entry lies in the file
 */
record Qcow2Bitmap(
        long position, long tableOffset, int tableEntries, int flags, int kind, int granularityBits, String name) {
    static final int IN_USE = 1;
    static final int AUTO = 2;
    static final int EXTRA_COMPATIBLE = 4;
    static final int DIRTY_TRACKING = 1;
    static final int FIXED_BYTES = 24;
    private static final int FLAGS_POSITION = 12;
    static final int NAME_LENGTH_POSITION = 18;

    /** QEMU's bounds, but for the directory, which it would let have more than all bitmaps' names can take. */
    static final int MAX_BITMAPS = 65_535;

    static final long MAX_DIRECTORY_BYTES = 64L << 20;
    private static final long MAX_TABLE_ENTRIES = 0x800_0000L;

    boolean inUse() {
        return (flags & IN_USE) != 0;
    }

    boolean auto() {
        return (flags & AUTO) != 0;
    }

    Qcow2Bitmap withFlags(int other) {
        return new Qcow2Bitmap(position, tableOffset, tableEntries, other, kind, granularityBits, name);
    }

    Qcow2Bitmap withTable(long offset, int entries) {
        return new Qcow2Bitmap(position, offset, entries, flags, kind, granularityBits, name);
    }

    /** Replaces what may change of the entry in the file. */
    void writeTo(ByteStore store) {
        var bytes = ByteBuffer.allocate(FLAGS_POSITION + Integer.BYTES);
        bytes.putLong(tableOffset).putInt(tableEntries).putInt(flags);
        store.write(position, bytes.flip());
    }

    /**
     * The place and length of the directory.
     *
     * @param count how many entries it has
     */
    record Directory(int count, long bytes, long offset) {}

    /** What the extension in the header says; it must be there. */
    static Directory directory(Qcow2Extension extension, Qcow2Image image) {
        var data = extension.data();
        if (data.limit() < 24) {
            throw image.corrupt("the header extension for bitmaps has only " + data.limit() + " bytes");
        }
        var found = new Directory(data.getInt(0), data.getLong(8), data.getLong(16));
        if (found.count < 1
                || found.count > MAX_BITMAPS
                || found.bytes < 0
                || found.bytes > MAX_DIRECTORY_BYTES
                || found.offset <= 0
                || (found.offset & image.clusterBytes() - 1) != 0) {
            throw image.corrupt(Integer.toUnsignedString(found.count) + " bitmaps with a directory of "
                    + Long.toUnsignedString(found.bytes) + " bytes at " + Long.toUnsignedString(found.offset));
        }
        return found;
    }

    /** The bitmaps in the image, valid or not; none if the extension is missing. */
    static List<Qcow2Bitmap> readAll(Qcow2Image image) {
        var extension = image.header().extension(Qcow2Extension.BITMAPS);
        var bitmaps = new ArrayList<Qcow2Bitmap>();
        if (extension.isEmpty()) {
            return bitmaps;
        }
        var directory = directory(extension.get(), image);
        image.requireWithin(directory.offset, directory.bytes);
        var bytes = ByteBuffer.allocate((int) directory.bytes);
        image.store().read(directory.offset, bytes);
        int at = 0;
        for (int i = 0; i < directory.count; i++) {
            if (at > directory.bytes - FIXED_BYTES) {
                throw image.corrupt("its directory of bitmaps ends after " + i + " of " + directory.count);
            }
            long nameBytes = Short.toUnsignedLong(bytes.getShort(at + 18));
            long extraBytes = Integer.toUnsignedLong(bytes.getInt(at + 20));
            long end = at + FIXED_BYTES + extraBytes + nameBytes;
            if (end > directory.bytes) {
                throw image.corrupt("bitmap " + i + " reaches beyond their directory");
            }
            bitmaps.add(parse(bytes, at, directory.offset + at, (int) extraBytes, (int) nameBytes));
            check(bitmaps.getLast(), image);
            at = (int) Math.min((end + 7) & ~7L, directory.bytes);
        }
        return bitmaps;
    }

    private static Qcow2Bitmap parse(ByteBuffer bytes, int at, long position, int extraBytes, int nameBytes) {
        var name = new byte[nameBytes];
        bytes.get(at + FIXED_BYTES + extraBytes, name);
        int flags = bytes.getInt(at + FLAGS_POSITION);
        // With extra data nobody may rely on the bitmap, unless it says so: for us it is one in use.
        int seen = extraBytes > 0 && (flags & EXTRA_COMPATIBLE) == 0 ? flags | IN_USE : flags;
        return new Qcow2Bitmap(
                position,
                bytes.getLong(at),
                bytes.getInt(at + 8),
                seen,
                Byte.toUnsignedInt(bytes.get(at + 16)),
                Byte.toUnsignedInt(bytes.get(at + 17)),
                new String(name, StandardCharsets.UTF_8));
    }

    private static void check(Qcow2Bitmap bitmap, Qcow2Image image) {
        long entries = Integer.toUnsignedLong(bitmap.tableEntries);
        if (entries > MAX_TABLE_ENTRIES
                || bitmap.granularityBits > 63
                || bitmap.tableOffset < 0
                || (bitmap.tableOffset & image.clusterBytes() - 1) != 0
                || (bitmap.tableOffset == 0 && entries > 0)) {
            throw image.corrupt(
                    "a bitmap has a table of " + entries + " entries at " + Long.toUnsignedString(bitmap.tableOffset));
        }
    }
}
