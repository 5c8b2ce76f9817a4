package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import dev.posada.image.ImportedDisk.BlockPlaces;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Hyper-V's format (.vhdx), fixed and dynamic, for reading.
 *
 * <pre>
 * 0      "vhdxfile"
 * 64 K   header 1, 4096 bytes    128 K   header 2: the sound one with the higher number counts
 *          0  4  "head"      4  4  CRC-32C of the header, these 4 bytes as zeroes
 *          8  8  number     48 16  id of the log: zeroes when there is nothing to replay
 * 192 K  region table 1, 64 KiB  256 K   region table 2
 *          0  4  "regi"      4  4  CRC-32C      8  4  entries
 *         16     entries of 32 bytes: id (16), file offset (8), length (4), flags (4)
 *
 * The metadata region
 *          0  8  "metadata" 10  2  entries
 *         32     entries of 32 bytes: id (16), offset within the region (4), length (4), flags (4), reserved (4)
 *   items: file parameters: block size (4), flags (4), of which 2 means a difference · disk size (8) · logical sector size (4)
 *
 * The block table: 8 bytes for each block, state in bits 0-2, file offset in bits 20-63. Behind each 2^23 sectors' worth of
 * blocks stands an entry for a bitmap, which only differences use.
 *   states: 0 not there, 1 undefined, 2 zeroes, 3 unmapped, 6 there, 7 partly there (differences only)
 * </pre>
 *
 * All numbers are little-endian, and so are the first three fields of an id.
 */
final class VhdxFormat implements FormatSupport {
    private static final long MAGIC = 0x7668647866696c65L;
    private static final int HEADER_SIGNATURE = 0x64616568;
    private static final int REGION_SIGNATURE = 0x69676572;
    private static final long METADATA_SIGNATURE = 0x617461646174656dL;
    private static final int KIBI_64 = 64 << 10;
    private static final int HEADER_BYTES = 4096;
    private static final int ENTRY_BYTES = 32;
    private static final int ENTRIES_MAX = 2047;
    private static final long CHUNK_SECTORS = 1 << 23;
    private static final int BLOCK_BYTES_MIN = 1 << 20;
    private static final int BLOCK_BYTES_MAX = 256 << 20;
    private static final long DISK_BYTES_MAX = 64L << 40;
    private static final long OFFSET_MASK = -1L << 20;
    private static final int HAS_PARENT = 2;

    private static final UUID BLOCK_TABLE = UUID.fromString("2dc27766-f623-4200-9d64-115e9bfd4a08");
    private static final UUID METADATA = UUID.fromString("8b7ca206-4790-4b9a-b8fe-575f050f886e");
    private static final UUID FILE_PARAMETERS = UUID.fromString("caa16737-fa36-4d43-b3b6-33f0aa44e76b");
    private static final UUID DISK_SIZE = UUID.fromString("2fa54224-cd1b-4876-b211-5dbed83bf4b8");
    private static final UUID SECTOR_SIZE = UUID.fromString("8141bf1d-a96f-4709-ba47-f233a8faab5f");

    /** A part of the file. */
    private record Region(long offset, long length) {}

    /** What the metadata say. */
    private record Parameters(int blockBytes, boolean difference, long diskBytes, int sectorBytes) {
        long blocksPerBitmap() {
            return CHUNK_SECTORS * sectorBytes / blockBytes;
        }

        /** Entries of the block table, those of bitmaps included. */
        long entries() {
            long blocks = Math.ceilDiv(diskBytes, blockBytes);
            return blocks == 0 ? 0 : blocks + (blocks - 1) / blocksPerBitmap();
        }
    }

    @Override
    public boolean recognises(ByteBuffer head, ImageFile file) {
        return head.limit() >= Long.BYTES && head.getLong(0) == MAGIC;
    }

    @Override
    public ImageDescription describe(ImageFile file) {
        var parameters = parameters(file, region(file, METADATA));
        return ImageDescription.plain(
                file, Format.VHDX, parameters.diskBytes(), OptionalLong.of(parameters.blockBytes()));
    }

    @Override
    public Disk open(ImageFile file, OpenContext context) {
        ReadOnlyFormats.require(Format.VHDX, file, context);
        requireClosedProperly(file);
        var parameters = parameters(file, region(file, METADATA));
        if (parameters.difference()) {
            throw new ImageException(
                    Kind.UNSUPPORTED, file + " is no image of its own but a difference to another one; merge it first");
        }
        var region = region(file, BLOCK_TABLE);
        long bytes = parameters.entries() * Long.BYTES;
        if (bytes > region.length()) {
            throw corrupt(file, "has a block table of " + region.length() + " bytes instead of " + bytes);
        }
        var table = ReadOnlyFormats.table(file, region.offset(), bytes, context.bounds())
                .order(ByteOrder.LITTLE_ENDIAN);
        long blocksPerBitmap = parameters.blocksPerBitmap();
        BlockPlaces places = block -> place(file, table.getLong((int) (block + block / blocksPerBitmap) * Long.BYTES));
        return new ImportedDisk(file, Format.VHDX, parameters.diskBytes(), parameters.blockBytes(), places);
    }

    private static long place(ImageFile file, long entry) {
        return switch ((int) entry & 7) {
            case 0, 1, 3 -> BlockPlaces.ABSENT;
            case 2 -> BlockPlaces.ZERO;
            case 6 -> {
                long offset = entry & OFFSET_MASK;
                if (offset <= 0) {
                    throw corrupt(file, "has a block at an impossible place");
                }
                yield offset;
            }
            default -> throw corrupt(file, "has a block in a state that only differences have");
        };
    }

    private static void requireClosedProperly(ImageFile file) {
        var first = header(file, KIBI_64);
        var second = header(file, 2L * KIBI_64);
        var current = first.filter(one -> second.isEmpty()
                        || Long.compareUnsigned(one.getLong(8), second.get().getLong(8)) >= 0)
                .or(() -> second)
                .orElseThrow(() -> corrupt(file, "has no sound header"));
        if (current.getLong(48) != 0 || current.getLong(56) != 0) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    file
                            + " was not closed properly: its log must be replayed, by Hyper-V or by qemu-img check -r all");
        }
    }

    private static Optional<ByteBuffer> header(ImageFile file, long offset) {
        var bytes = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(offset, bytes);
        return bytes.getInt(0) == HEADER_SIGNATURE && isSound(bytes) ? Optional.of(bytes) : Optional.empty();
    }

    private static boolean isSound(ByteBuffer bytes) {
        int expected = bytes.getInt(4);
        bytes.putInt(4, 0);
        var sum = new CRC32C();
        sum.update(bytes.duplicate().rewind());
        bytes.putInt(4, expected);
        return (int) sum.getValue() == expected;
    }

    private static Region region(ImageFile file, UUID id) {
        for (long offset : new long[] {3L * KIBI_64, 4L * KIBI_64}) {
            var bytes = ByteBuffer.allocate(KIBI_64).order(ByteOrder.LITTLE_ENDIAN);
            file.read(offset, bytes);
            int entries = bytes.getInt(8);
            if (bytes.getInt(0) != REGION_SIGNATURE || !isSound(bytes) || entries < 0 || entries > ENTRIES_MAX) {
                continue;
            }
            for (int at = 16; at < 16 + entries * ENTRY_BYTES; at += ENTRY_BYTES) {
                if (uuid(bytes, at).equals(id)) {
                    return new Region(bytes.getLong(at + 16), Integer.toUnsignedLong(bytes.getInt(at + 24)));
                }
            }
        }
        throw corrupt(file, "lacks the region " + id);
    }

    private static Parameters parameters(ImageFile file, Region region) {
        var bytes = ByteBuffer.allocate(KIBI_64).order(ByteOrder.LITTLE_ENDIAN);
        file.read(region.offset(), bytes);
        int entries = Short.toUnsignedInt(bytes.getShort(10));
        if (bytes.getLong(0) != METADATA_SIGNATURE || entries > ENTRIES_MAX) {
            throw corrupt(file, "has damaged metadata");
        }
        var behaviour = item(file, region, bytes, FILE_PARAMETERS, 8);
        var parameters = new Parameters(
                behaviour.getInt(0),
                (behaviour.getInt(4) & HAS_PARENT) != 0,
                item(file, region, bytes, DISK_SIZE, 8).getLong(0),
                item(file, region, bytes, SECTOR_SIZE, 4).getInt(0));
        int block = parameters.blockBytes();
        if (Integer.bitCount(block) != 1 || block < BLOCK_BYTES_MIN || block > BLOCK_BYTES_MAX) {
            throw corrupt(file, "has blocks of " + Integer.toUnsignedString(block) + " bytes");
        }
        if (parameters.sectorBytes() != 512 && parameters.sectorBytes() != 4096) {
            throw corrupt(file, "has sectors of " + Integer.toUnsignedString(parameters.sectorBytes()) + " bytes");
        }
        if (parameters.diskBytes() < 0 || parameters.diskBytes() > DISK_BYTES_MAX) {
            throw corrupt(file, "has a disk of " + Long.toUnsignedString(parameters.diskBytes()) + " bytes");
        }
        return parameters;
    }

    private static ByteBuffer item(ImageFile file, Region region, ByteBuffer table, UUID id, int length) {
        int entries = Short.toUnsignedInt(table.getShort(10));
        for (int at = ENTRY_BYTES; at < ENTRY_BYTES + entries * ENTRY_BYTES; at += ENTRY_BYTES) {
            long offset = Integer.toUnsignedLong(table.getInt(at + 16));
            if (uuid(table, at).equals(id) && offset <= region.length() - length) {
                var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
                file.read(region.offset() + offset, bytes);
                return bytes;
            }
        }
        throw corrupt(file, "lacks the metadata " + id);
    }

    private static UUID uuid(ByteBuffer bytes, int at) {
        return new UUID(
                Integer.toUnsignedLong(bytes.getInt(at)) << 32
                        | Short.toUnsignedLong(bytes.getShort(at + 4)) << 16
                        | Short.toUnsignedLong(bytes.getShort(at + 6)),
                Long.reverseBytes(bytes.getLong(at + 8)));
    }

    @Override
    public void create(ImageFile file, CreateRequest request) {
        throw ReadOnlyFormats.refuseToMake(request);
    }

    private static ImageException corrupt(ImageFile file, String what) {
        return new ImageException(Kind.CORRUPT, file + " " + what);
    }
}
