package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The head of a VMware image in one file.
 *
 * <pre>
 *   0  4  "KDMV"                          4  4  version: 1, 2 or 3
 *   8  4  flags: 2 zeroed grains, 16 compressed grains, 17 markers
 *  12  8  size of the disk               20  8  size of a grain
 *  28  8  where the descriptor lies      36  8  its length
 *  44  4  entries of a grain table
 *  48  8  the spare grain directory      56  8  the grain directory; all ones: see the footer
 *  77  2  how grains are compressed: 1 deflate
 *
 * The grain directory has 4 bytes for each grain table, the sector it lies at. A grain table has 4 bytes for each grain, the
 * sector it lies at; 0 has no place, 1 is zeroes if the flag says so. A compressed grain is 8 bytes with the sector of the
 * disk it is for, 4 with its length, and a zlib stream.
 *
 * A stream, written in one go, has its directory behind the grains. Its header is repeated in the footer with the place of
 * the directory, 1024 bytes before the end.
 * </pre>
 *
 * Sizes and places are counted in sectors of 512 bytes; numbers are little-endian.
 */
record VmdkHeader(
        long diskBytes,
        int grainBytes,
        long descriptorOffset,
        long descriptorBytes,
        int tableEntries,
        long directoryOffset,
        boolean zeroGrains,
        boolean compressed) {
    /** The first four bytes, read big-endian. */
    static final int MAGIC = 0x4b444d56;

    static final int SECTOR_BYTES = 512;
    private static final int BYTES = 512;
    private static final long IN_FOOTER = -1;
    private static final int FOOTER_BEFORE_END = 1024;
    private static final int TABLE_ENTRIES_MAX = 512;
    private static final int GRAIN_SECTORS_MAX = 4096;
    private static final long DISK_BYTES_MAX = 64L << 40;
    private static final int DEFLATE = 1;
    private static final int ZERO_GRAINS = 1 << 2;
    private static final int COMPRESSED = 1 << 16;
    private static final int MARKERS = 1 << 17;

    /** Reads and checks a header; nothing in it is believed that the file cannot hold. */
    static VmdkHeader read(ImageFile file) {
        var bytes = sector(file, 0);
        if (Integer.reverseBytes(bytes.getInt(0)) != MAGIC) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    file + " is a vmdk image of several files or of ESX; make it one growing file first");
        }
        if (bytes.getLong(56) == IN_FOOTER) {
            bytes = sector(file, file.length() - FOOTER_BEFORE_END);
            if (Integer.reverseBytes(bytes.getInt(0)) != MAGIC) {
                throw corrupt(file, "is a truncated stream: it has no footer");
            }
        }
        int version = bytes.getInt(4);
        if (version < 1 || version > 3) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    file + " has version " + Integer.toUnsignedString(version) + " of the vmdk format");
        }
        int flags = bytes.getInt(8);
        boolean compressed = (flags & COMPRESSED) != 0;
        if (compressed && (bytes.getShort(77) != DEFLATE || (flags & MARKERS) == 0)) {
            throw new ImageException(Kind.UNSUPPORTED, file + " is compressed in an unknown way");
        }
        long grain = bytes.getLong(20);
        if (Long.bitCount(grain) != 1 || grain < 1 || grain > GRAIN_SECTORS_MAX) {
            throw corrupt(file, "has grains of " + Long.toUnsignedString(grain) + " sectors");
        }
        int entries = bytes.getInt(44);
        if (entries < 1 || entries > TABLE_ENTRIES_MAX) {
            throw corrupt(file, "has grain tables of " + Integer.toUnsignedString(entries) + " entries");
        }
        long disk = inBytes(file, bytes.getLong(12));
        if (disk > DISK_BYTES_MAX) {
            throw corrupt(file, "has a disk of " + disk + " bytes, which no vmdk image can have");
        }
        return new VmdkHeader(
                disk,
                (int) grain * SECTOR_BYTES,
                inBytes(file, bytes.getLong(28)),
                inBytes(file, bytes.getLong(36)),
                entries,
                inBytes(file, bytes.getLong(56)),
                (flags & ZERO_GRAINS) != 0,
                compressed);
    }

    private static ByteBuffer sector(ImageFile file, long offset) {
        var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(offset, bytes);
        return bytes;
    }

    private static long inBytes(ImageFile file, long sectors) {
        if (sectors < 0 || sectors > Long.MAX_VALUE / SECTOR_BYTES) {
            throw corrupt(file, "has a size or place of " + Long.toUnsignedString(sectors) + " sectors");
        }
        return sectors * SECTOR_BYTES;
    }

    /** How many grain tables there are. */
    long tables() {
        long reach = (long) tableEntries * grainBytes;
        return diskBytes / reach + (diskBytes % reach == 0 ? 0 : 1);
    }

    private static ImageException corrupt(ImageFile file, String what) {
        return new ImageException(Kind.CORRUPT, file + " " + what);
    }
}
