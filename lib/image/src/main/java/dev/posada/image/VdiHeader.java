package dev.posada.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * The head of a VirtualBox disk image.
 *
 * <pre>
 * offset  size
 *   0x00   64   text, ended by zeroes; anything
 *   0x40    4   signature 0xbeda107f
 *   0x44    4   version: major 1 in the upper half, minor 1 in the lower
 *   0x48    4   size of the header from here on
 *   0x4c    4   kind: 1 dynamic, 2 static, 3 undo, 4 difference
 *   0x50    4   flags
 *   0x54  256   description
 *  0x154    4   where the block map lies, in bytes
 *  0x158    4   where the first block lies, in bytes
 *  0x15c   12   cylinders, heads, sectors of the disk's geometry, 4 bytes each
 *  0x168    4   sector size: 512
 *  0x170    8   size of the disk
 *  0x178    4   size of a block
 *  0x17c    4   bytes in front of each block that are not the guest's
 *  0x180    4   number of blocks the disk has, entries of the map
 *  0x184    4   number of blocks that have a place in the file
 *  0x188   64   uuids: of the image, of its last change, of the image it is linked to, of that one's last change
 *  0x1c8   56   unused
 *
 * The block map: 4 bytes for each block of the disk, its place counted in blocks from the first one;
 * 0xffffffff has no place and reads as zeroes, 0xfffffffe likewise, having been discarded.
 * </pre>
 *
 * All numbers are little-endian.
 *
 * @param fixed whether the image is of the static kind: all blocks have their place from the beginning
 * @param mapOffset where the block map lies
 * @param dataOffset where block 0 of the file lies
 * @param diskBytes size of the guest's disk
 * @param blockBytes size of a block
 * @param blocks entries of the map
 * @param allocated blocks that have a place
 */
record VdiHeader(
        boolean fixed, long mapOffset, long dataOffset, long diskBytes, int blockBytes, int blocks, int allocated) {
    static final int BYTES = 512;
    static final int SIGNATURE_OFFSET = 0x40;
    static final int SIGNATURE = 0xbeda107f;
    static final int DISK_SIZE_OFFSET = 0x170;
    static final int BLOCKS_OFFSET = 0x180;
    static final int ALLOCATED_OFFSET = 0x184;
    static final int ENTRY_BYTES = 4;

    private static final int VERSION = 0x00010001;
    private static final int HEADER_SIZE = 0x180;
    private static final int DYNAMIC = 1;
    private static final int STATIC = 2;
    private static final int SECTOR_BYTES = 512;
    private static final int BLOCK_BYTES_MIN = 1 << 12;
    private static final int BLOCK_BYTES_MAX = 1 << 26;

    /** Reads and checks a header; nothing in it is believed that the file cannot hold. */
    static VdiHeader read(ImageFile file) {
        var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, bytes);
        if (bytes.getInt(SIGNATURE_OFFSET) != SIGNATURE) {
            throw corrupt(file, "is no vdi image: its signature is missing");
        }
        int version = bytes.getInt(0x44);
        if (version != VERSION) {
            throw unsupported(file, "has the version " + (version >>> 16) + "." + (version & 0xffff) + ", not 1.1");
        }
        int kind = bytes.getInt(0x4c);
        if (kind != DYNAMIC && kind != STATIC) {
            throw unsupported(file, "is no image of its own but a difference to another one; merge it with VBoxManage");
        }
        for (int at = 0x1a8; at < 0x1c8; at += Long.BYTES) {
            if (bytes.getLong(at) != 0) {
                throw unsupported(file, "is linked to another image; merge it with VBoxManage");
            }
        }
        if (bytes.getInt(0x168) != SECTOR_BYTES) {
            throw unsupported(file, "has sectors of " + bytes.getInt(0x168) + " bytes, not 512");
        }
        if (bytes.getInt(0x17c) != 0) {
            throw unsupported(file, "keeps " + bytes.getInt(0x17c) + " bytes of its own in front of each block");
        }
        var header = new VdiHeader(
                kind == STATIC,
                Integer.toUnsignedLong(bytes.getInt(0x154)),
                Integer.toUnsignedLong(bytes.getInt(0x158)),
                bytes.getLong(DISK_SIZE_OFFSET),
                bytes.getInt(0x178),
                bytes.getInt(BLOCKS_OFFSET),
                bytes.getInt(ALLOCATED_OFFSET));
        header.check(file);
        return header;
    }

    private void check(ImageFile file) {
        if (Integer.bitCount(blockBytes) != 1 || blockBytes < BLOCK_BYTES_MIN || blockBytes > BLOCK_BYTES_MAX) {
            throw corrupt(file, "has blocks of " + Integer.toUnsignedString(blockBytes) + " bytes");
        }
        if (blocks < 0 || diskBytes < 0 || diskBytes > (long) blocks * blockBytes) {
            throw corrupt(
                    file,
                    "has a disk of " + Long.toUnsignedString(diskBytes) + " bytes in "
                            + Integer.toUnsignedString(blocks) + " blocks of " + blockBytes);
        }
        // More than there are blocks is fine: a kill may leave places without owner.
        if (allocated < 0) {
            throw corrupt(file, "counts " + Integer.toUnsignedString(allocated) + " blocks with a place");
        }
        if (mapOffset < BYTES || mapOffset % SECTOR_BYTES != 0 || dataOffset % SECTOR_BYTES != 0) {
            throw corrupt(file, "has its block map at " + mapOffset + " and its blocks at " + dataOffset);
        }
        if (dataOffset < mapOffset + mapBytes()) {
            throw corrupt(file, "has its blocks at " + dataOffset + ", within its block map");
        }
        if (mapOffset + mapBytes() > file.length()) {
            throw corrupt(file, "is truncated within its block map");
        }
    }

    long mapBytes() {
        return (long) blocks * ENTRY_BYTES;
    }

    /** Where a block of the file lies. */
    long offsetOf(int place) {
        return dataOffset + Integer.toUnsignedLong(place) * blockBytes;
    }

    /** The bytes of a new image's header. */
    ByteBuffer encode(UUID image, UUID change) {
        var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, "<<< Posada Virtual Disk Image >>>\n".getBytes(US_ASCII));
        bytes.putInt(SIGNATURE_OFFSET, SIGNATURE)
                .putInt(0x44, VERSION)
                .putInt(0x48, HEADER_SIZE)
                .putInt(0x4c, fixed ? STATIC : DYNAMIC)
                .putInt(0x154, (int) mapOffset)
                .putInt(0x158, (int) dataOffset)
                .putInt(0x168, SECTOR_BYTES)
                .putLong(DISK_SIZE_OFFSET, diskBytes)
                .putInt(0x178, blockBytes)
                .putInt(BLOCKS_OFFSET, blocks)
                .putInt(ALLOCATED_OFFSET, allocated);
        putUuid(bytes, 0x188, image);
        putUuid(bytes, 0x198, change);
        return bytes;
    }

    /** The first three fields of a uuid are little-endian here too, the rest is in order. */
    private static void putUuid(ByteBuffer bytes, int offset, UUID uuid) {
        long high = uuid.getMostSignificantBits();
        bytes.putInt(offset, (int) (high >>> 32))
                .putShort(offset + 4, (short) (high >>> 16))
                .putShort(offset + 6, (short) high)
                .putLong(offset + 8, Long.reverseBytes(uuid.getLeastSignificantBits()));
    }

    private static ImageException corrupt(ImageFile file, String what) {
        return new ImageException(Kind.CORRUPT, file + " " + what);
    }

    private static ImageException unsupported(ImageFile file, String what) {
        return new ImageException(Kind.UNSUPPORTED, file + " " + what);
    }
}
