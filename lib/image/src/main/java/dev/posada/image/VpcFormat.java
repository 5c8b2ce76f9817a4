package dev.posada.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.posada.image.ImageException.Kind;
import dev.posada.image.ImportedDisk.BlockPlaces;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Virtual PC's and Hyper-V's older format (.vhd), fixed and dynamic, for reading.
 *
 * <pre>
 * The footer, 512 bytes: the last of the file, and of a dynamic image the first too
 *   0   8  "conectix"
 *  16   8  where the dynamic header lies
 *  28   4  the program that made it
 *  40   8  size at first            48   8  size now
 *  56   2  cylinders   58  1  heads   59  1  sectors of each track
 *  60   4  kind: 2 fixed, 3 dynamic, 4 difference
 *
 * The dynamic header, 1024 bytes
 *   0   8  "cxsparse"
 *  16   8  where the block table lies
 *  28   4  entries of the table     32   4  size of a block
 *
 * The block table: 4 bytes for each block, the sector it begins at, or 0xffffffff. A block begins with a bitmap of its
 * sectors, filled up to a whole sector; then come its bytes. In an image of its own, unlike in a difference, what the bitmap
 * lacks is zeroes anyway.
 * </pre>
 *
 * All numbers are big-endian.
 */
final class VpcFormat implements FormatSupport {
    private static final long COOKIE = 0x636f6e6563746978L;
    private static final long DYNAMIC_COOKIE = 0x6378737061727365L;
    private static final int FOOTER_BYTES = 512;
    private static final int DYNAMIC_BYTES = 1024;
    private static final int SECTOR_BYTES = 512;
    private static final int FIXED = 2;
    private static final int DYNAMIC = 3;
    private static final int NO_PLACE = 0xffffffff;
    private static final int BLOCK_BYTES_MAX = 1 << 28;

    /** Programs that mean the size they write; others mean the geometry, which is rounded. */
    private static final Set<String> MEAN_THE_SIZE = Set.of("win ", "qem2", "d2v ", "tap\0", "CTXS", "wa\0\0");

    /** A geometry that is full says nothing: the disk is larger. */
    private static final long GEOMETRY_SECTORS_MAX = 65535L * 16 * 255;

    /** What the footer says. */
    private record Footer(int kind, long diskBytes, long dynamicOffset) {}

    /** What the dynamic header says. */
    private record Dynamic(long tableOffset, int blocks, int blockBytes) {
        int bitmapBytes() {
            return Math.ceilDiv(blockBytes / SECTOR_BYTES / Byte.SIZE, SECTOR_BYTES) * SECTOR_BYTES;
        }
    }

    @Override
    public boolean recognises(ByteBuffer head, ImageFile file) {
        return head.limit() >= Long.BYTES && head.getLong(0) == COOKIE;
    }

    @Override
    public ImageDescription describe(ImageFile file) {
        var footer = footer(file);
        return ImageDescription.plain(
                file,
                Format.VPC,
                footer.diskBytes(),
                footer.kind() == FIXED
                        ? OptionalLong.empty()
                        : OptionalLong.of(dynamic(file, footer).blockBytes()));
    }

    private static Footer footer(ImageFile file) {
        var bytes = ByteBuffer.allocate(FOOTER_BYTES);
        long length = file.length();
        if (length < FOOTER_BYTES) {
            throw corrupt(file, "is no vpc image: it is shorter than a footer");
        }
        file.read(0, bytes);
        if (bytes.getLong(0) != COOKIE) {
            file.read(length - FOOTER_BYTES, bytes.clear());
        }
        if (bytes.getLong(0) != COOKIE) {
            throw corrupt(file, "is no vpc image, or is truncated: it has no footer");
        }
        long geometry = (long) Short.toUnsignedInt(bytes.getShort(56))
                * Byte.toUnsignedInt(bytes.get(58))
                * Byte.toUnsignedInt(bytes.get(59));
        var maker = new String(bytes.array(), 28, 4, ISO_8859_1);
        long size = MEAN_THE_SIZE.contains(maker) || geometry == GEOMETRY_SECTORS_MAX
                ? bytes.getLong(48) / SECTOR_BYTES * SECTOR_BYTES
                : geometry * SECTOR_BYTES;
        int kind = bytes.getInt(60);
        if (size < 0) {
            throw corrupt(file, "has an impossible size");
        }
        if (kind == FIXED && size > length - FOOTER_BYTES) {
            throw corrupt(file, "is truncated: its disk has " + size + " bytes, the file " + length);
        }
        if (kind != FIXED && kind != DYNAMIC) {
            throw new ImageException(
                    Kind.UNSUPPORTED, file + " is no image of its own but a difference to another one; merge it first");
        }
        return new Footer(kind, size, bytes.getLong(16));
    }

    private static Dynamic dynamic(ImageFile file, Footer footer) {
        var bytes = ByteBuffer.allocate(DYNAMIC_BYTES);
        file.read(footer.dynamicOffset(), bytes);
        if (bytes.getLong(0) != DYNAMIC_COOKIE) {
            throw corrupt(file, "has no dynamic header where its footer says");
        }
        int blocks = bytes.getInt(28);
        int blockBytes = bytes.getInt(32);
        if (Integer.bitCount(blockBytes) != 1 || blockBytes < SECTOR_BYTES || blockBytes > BLOCK_BYTES_MAX) {
            throw corrupt(file, "has blocks of " + Integer.toUnsignedString(blockBytes) + " bytes");
        }
        if (blocks < 0 || (long) blocks * blockBytes < footer.diskBytes()) {
            throw corrupt(
                    file,
                    "has " + Integer.toUnsignedString(blocks) + " blocks of " + blockBytes + " bytes for a disk of "
                            + footer.diskBytes());
        }
        return new Dynamic(bytes.getLong(16), blocks, blockBytes);
    }

    @Override
    public Disk open(ImageFile file, OpenContext context) {
        ReadOnlyFormats.require(Format.VPC, file, context);
        var footer = footer(file);
        if (footer.kind() == FIXED) {
            // One block is as good as many: they follow each other anyway.
            int unit = 1 << 20;
            return new ImportedDisk(file, Format.VPC, footer.diskBytes(), unit, block -> block * unit);
        }
        var dynamic = dynamic(file, footer);
        var table = ReadOnlyFormats.table(
                file, dynamic.tableOffset(), (long) dynamic.blocks() * Integer.BYTES, context.bounds());
        BlockPlaces places = block -> {
            int sector = table.getInt((int) block * Integer.BYTES);
            return sector == NO_PLACE
                    ? BlockPlaces.ABSENT
                    : Integer.toUnsignedLong(sector) * SECTOR_BYTES + dynamic.bitmapBytes();
        };
        return new ImportedDisk(file, Format.VPC, footer.diskBytes(), dynamic.blockBytes(), places);
    }

    @Override
    public void create(ImageFile file, CreateRequest request) {
        throw ReadOnlyFormats.refuseToMake(request);
    }

    private static ImageException corrupt(ImageFile file, String what) {
        return new ImageException(Kind.CORRUPT, file + " " + what);
    }
}
