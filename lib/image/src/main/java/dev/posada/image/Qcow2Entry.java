package dev.posada.image;

/**
 * The words of the L1 and L2 tables, and of the refcount table.
 *
 * <pre>
 *   L1:       bit 63 the L2 table's refcount is one; bits 55-9 its place; all else reserved
 *   L2:       bit 62 compressed
 *     plain:  bit 63 the cluster's refcount is one; bits 55-9 its place; bit 0 reads as zeroes (version 3, no subclusters)
 *     compressed, x = 62 - (clusterBits - 8):
 *             bits x-1..0 place of the first byte; bits 61..x how many sectors of 512 bytes follow the one of that byte
 *   refcount: bits 63-9 place of a refcount block; all else reserved
 * </pre>
 *
 * With subclusters an L2 entry has a second word: bit n says that subcluster n is allocated, bit n + 32 that it reads as
 * zeroes.
 */
final class Qcow2Entry {
    static final long COPIED = 1L << 63;
    static final long COMPRESSED = 1L << 62;
    static final long ZERO = 1;
    static final long OFFSET = 0x00ff_ffff_ffff_fe00L;
    static final long L1_RESERVED = ~(COPIED | OFFSET);
    static final long REFCOUNT_RESERVED = 0x1ff;
    static final int SUBCLUSTERS = 32;
    static final int SECTOR_BYTES = 512;

    /** The highest place that a table may refer to. */
    static final long MAX_OFFSET = 1L << 56;

    private Qcow2Entry() {}

    static boolean isCompressed(long entry) {
        return (entry & COMPRESSED) != 0;
    }

    static boolean isCopied(long entry) {
        return (entry & COPIED) != 0;
    }

    /** Where the cluster or table lies; 0 when nowhere. Not for compressed clusters. */
    static long offset(long entry) {
        return entry & OFFSET;
    }

    /** Where the compressed bytes begin. */
    static long compressedOffset(long entry, int clusterBits) {
        return entry & (1L << (62 - (clusterBits - 8))) - 1 & MAX_OFFSET - 1;
    }

    /** How many bytes from there to the end of the last sector. */
    static int compressedBytes(long entry, int clusterBits) {
        int x = 62 - (clusterBits - 8);
        long sectors = (entry & COMPRESSED - 1) >>> x;
        long offset = compressedOffset(entry, clusterBits);
        return (int) ((sectors + 1) * SECTOR_BYTES - (offset & SECTOR_BYTES - 1));
    }

    /** The entry for that many compressed bytes, at least one, at a place. */
    static long compressed(long offset, int bytes, int clusterBits) {
        int x = 62 - (clusterBits - 8);
        long sectors = (offset + bytes - 1) / SECTOR_BYTES - offset / SECTOR_BYTES;
        return COMPRESSED | sectors << x | offset;
    }

    /** Whether the highest place such an entry can name lies beyond the given one. */
    static boolean canHoldCompressed(long offset, int clusterBits) {
        return offset < Math.min(MAX_OFFSET, 1L << (62 - (clusterBits - 8)));
    }
}
