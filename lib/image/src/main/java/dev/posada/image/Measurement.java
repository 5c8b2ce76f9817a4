package dev.posada.image;

import dev.posada.image.Extent.State;
import dev.posada.image.ImageException.Kind;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How large the file of an image will be that is about to be made.
 *
 * @param requiredBytes with the data that the source has now
 * @param fullyAllocatedBytes when the guest has written everywhere
 * @param bitmapBytes for copies of the source's bitmaps; empty when the source or the format has none
 */
public record Measurement(long requiredBytes, long fullyAllocatedBytes, OptionalLong bitmapBytes) {
    private static final int CLUSTER_BYTES = 64 << 10;
    private static final int REFCOUNT_BITS = 16;
    private static final int ENTRY_BYTES = 8;
    private static final int SUBCLUSTER_ENTRY_BYTES = 16;

    /**
     * Measures.
     *
     * @param target the image to be made: its format, size, options and whether it has a backing file count
     * @param source the disk to be copied; empty for an image without data
     * @throws ImageException UNSUPPORTED when that cannot be said for the format
     */
    public static Measurement of(CreateRequest target, Optional<Disk> source) {
        return switch (target.format()) {
            case RAW -> new Measurement(target.size(), target.size(), OptionalLong.empty());
            case QCOW2 -> qcow2(target, source);
            case VDI, VMDK, VPC, VHDX, LUKS, QCOW, QED, PARALLELS, DMG, BOCHS, CLOOP ->
                throw new ImageException(
                        Kind.UNSUPPORTED, "an image of the format " + target.format() + " cannot be measured");
        };
    }

    private static Measurement qcow2(CreateRequest target, Optional<Disk> source) {
        long cluster = number(target, "cluster_size", CLUSTER_BYTES);
        long refcountBits = number(target, "refcount_bits", REFCOUNT_BITS);
        if (Long.bitCount(cluster) != 1 || cluster < 512 || cluster > 2 << 20) {
            throw new ImageException(Kind.INVALID, "the cluster size is a power of two between 512 and 2M");
        }
        if (Long.bitCount(refcountBits) != 1 || refcountBits > 64) {
            throw new ImageException(Kind.INVALID, "the refcounts have 1, 2, 4, 8, 16, 32 or 64 bits");
        }
        int entryBytes = Images.flag(target, "extended_l2", false) ? SUBCLUSTER_ENTRY_BYTES : ENTRY_BYTES;
        long size = up(target.size(), cluster);
        long all = fullBytes(size, cluster, refcountBits, entryBytes);
        long data = switch (target.preallocation()) {
            case FALLOC, FULL -> size;
            case OFF, METADATA ->
                source.map(disk -> dataBytes(disk, target, cluster)).orElse(0L);
        };
        boolean bitmaps = source.isPresent()
                && source.get().format() == Format.QCOW2
                && !target.options().getOrDefault("compat", "1.1").equals("0.10");
        return new Measurement(all - size + data, all, bitmaps ? OptionalLong.of(0) : OptionalLong.empty());
    }

    private static long number(CreateRequest target, String option, long otherwise) {
        var text = target.options().get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            int shift = text.endsWith("k") || text.endsWith("K") ? 10 : text.endsWith("M") ? 20 : 0;
            return Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1)) << shift;
        } catch (NumberFormatException e) {
            throw new ImageException(Kind.INVALID, "the option " + option + " is a number, not \"" + text + "\"", e);
        }
    }

    /** The header, the tables of a disk that is all allocated, the refcounts of all that and of themselves, and the data. */
    private static long fullBytes(long size, long cluster, long refcountBits, int entryBytes) {
        long l2Bytes = up(size / cluster * entryBytes, cluster);
        long l1Bytes = up(l2Bytes / cluster * ENTRY_BYTES, cluster);
        long clusters = (cluster + l2Bytes + l1Bytes + size) / cluster;
        long countsOfBlock = cluster * Byte.SIZE / refcountBits;
        long blocks = 0;
        long tables = 0;
        long before;
        do {
            before = blocks + tables;
            blocks = Math.ceilDiv(clusters + before, countsOfBlock);
            tables = Math.ceilDiv(blocks, cluster / ENTRY_BYTES);
        } while (blocks + tables != before);
        return (clusters + blocks + tables) * cluster;
    }

    private static long dataBytes(Disk disk, CreateRequest target, long cluster) {
        if (target.backing().isPresent()) {
            return up(disk.size(), cluster);
        }
        long sum = 0;
        for (long at = 0; at < disk.size(); ) {
            var extent = ChainExtent.at(disk, at, disk.size() - at).extent();
            long end = at + extent.length();
            if (extent.state() == State.DATA) {
                end = up(end, cluster);
                sum += at % cluster + end - at;
            }
            at = end;
        }
        return sum;
    }

    private static long up(long bytes, long unit) {
        return Math.ceilDiv(bytes, unit) * unit;
    }
}
