package dev.posada.storage;

import dev.posada.storage.Partition.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * Reads tables of partitions. All numbers are little-endian; sectors are the disk's own.
 *
 * <p>A dos table is the first sector: four entries of 16 bytes from 446, then the mark 55 AA at 510. An entry has a flag (0
 * or 0x80) at 0, its type at 4, its first sector at 8 and their count at 12. The entry of an extended partition leads to a
 * sector like the first one, whose first entry is a logical partition, counted from that sector, and whose second leads to
 * the next such sector, counted from the beginning of the extended partition.
 *
 * <p>A gpt table has such a first sector too, with an entry of type EE, and its header in the second: "EFI PART", the
 * header's length at 12, its checksum at 16 (CRC-32 with that field as zero), first and last usable sector at 40 and 48, the
 * sector of the entries at 72, their count at 80, the length of each at 84, their checksum at 88. An entry has the type's
 * uuid at 0 (zero for none), first and last sector at 32 and 40. The disk's last sector holds the header once more.
 */
final class PartitionTableReader {
    private static final int ENTRIES_AT = 446;
    private static final int ENTRY_BYTES = 16;
    private static final int ENTRIES = 4;
    private static final int MARK_AT = 510;
    private static final int MARK = 0xAA55;
    private static final int PROTECTIVE = 0xEE;
    private static final int FIRST_LOGICAL = 5;

    /** As many as Linux shows of a disk; a chain that goes on has no end. */
    private static final int MAX_LOGICALS = 256;

    private static final long GPT_SIGNATURE = 0x5452415020494645L;
    private static final int GPT_HEADER_BYTES = 92;
    private static final int GPT_MAX_ENTRIES = 1024;
    private static final int GPT_MIN_ENTRY_BYTES = 128;
    private static final int GPT_MAX_ENTRY_BYTES = 4096;

    private static final String NONE = "none";
    private static final String EXTENDED = "extended";
    private static final Map<Integer, String> DOS_FORMATS = dosFormats();
    private static final Map<UUID, String> GPT_FORMATS = Map.of(
            UUID.fromString("0fc63daf-8483-4772-8e79-3d69d8477de4"), "linux",
            UUID.fromString("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"), "linux-swap",
            UUID.fromString("e6d6d379-f507-44c2-a23c-238f2a3df928"), "linux-lvm",
            UUID.fromString("a19d880f-05fc-4d3b-a006-743f0f84911e"), "linux-raid");

    private final FileChannel disk;
    private final int sectorBytes;
    private final long sizeBytes;

    private PartitionTableReader(FileChannel disk, int sectorBytes, long sizeBytes) {
        this.disk = disk;
        this.sectorBytes = sectorBytes;
        this.sizeBytes = sizeBytes;
    }

    private static Map<Integer, String> dosFormats() {
        var formats = new HashMap<Integer, String>();
        formats.put(0x83, "linux");
        formats.put(0x82, "linux-swap");
        formats.put(0x8e, "linux-lvm");
        formats.put(0xfd, "linux-raid");
        for (int type : new int[] {0x04, 0x06, 0x0e}) {
            formats.put(type, "fat16");
        }
        for (int type : new int[] {0x0b, 0x0c}) {
            formats.put(type, "fat32");
        }
        for (int type : new int[] {0x05, 0x0f, 0x85}) {
            formats.put(type, EXTENDED);
        }
        return Map.copyOf(formats);
    }

    /**
     * Reads a disk's table.
     *
     * @return empty when there is none of a kind that is known here
     * @throws IOException when it cannot be read, or contradicts itself
     */
    static Optional<PartitionTable> read(FileChannel disk, int sectorBytes) throws IOException {
        var reader = new PartitionTableReader(disk, sectorBytes, disk.size());
        var first = reader.sector(0);
        if (first.isEmpty() || Short.toUnsignedInt(first.get().getShort(MARK_AT)) != MARK) {
            return Optional.empty();
        }
        for (int entry = 0; entry < ENTRIES; entry++) {
            if (type(first.get(), entry) == PROTECTIVE) {
                return Optional.of(reader.gpt());
            }
            int flag = Byte.toUnsignedInt(first.get().get(ENTRIES_AT + entry * ENTRY_BYTES));
            if (flag != 0 && flag != 0x80) {
                return Optional.empty(); // the first sector of a file system, say
            }
        }
        return Optional.of(reader.dos(first.get()));
    }

    private static int type(ByteBuffer sector, int entry) {
        return Byte.toUnsignedInt(sector.get(ENTRIES_AT + entry * ENTRY_BYTES + 4));
    }

    private long first(ByteBuffer sector, int entry) {
        return Integer.toUnsignedLong(sector.getInt(ENTRIES_AT + entry * ENTRY_BYTES + 8)) * sectorBytes;
    }

    private long length(ByteBuffer sector, int entry) {
        return Integer.toUnsignedLong(sector.getInt(ENTRIES_AT + entry * ENTRY_BYTES + 12)) * sectorBytes;
    }

    private PartitionTable dos(ByteBuffer sector) throws IOException {
        var partitions = new ArrayList<Partition>();
        for (int entry = 0; entry < ENTRIES; entry++) {
            int type = type(sector, entry);
            long start = first(sector, entry);
            long length = length(sector, entry);
            if (type == 0 || length == 0) {
                continue;
            }
            var format = DOS_FORMATS.getOrDefault(type, NONE);
            boolean extended = format.equals(EXTENDED);
            partitions.add(new Partition(
                    entry + 1, extended ? Role.EXTENDED : Role.PRIMARY, start, inside(start, start + length), format));
            if (extended) {
                partitions.addAll(logicals(start));
            }
        }
        return new PartitionTable("dos", sectorBytes, sectorBytes, sizeBytes, partitions);
    }

    private List<Partition> logicals(long extendedStart) throws IOException {
        var logicals = new ArrayList<Partition>();
        var seen = new HashSet<Long>();
        long place = extendedStart;
        while (seen.add(place) && logicals.size() < MAX_LOGICALS) {
            var sector = sector(place);
            if (sector.isEmpty() || Short.toUnsignedInt(sector.get().getShort(MARK_AT)) != MARK) {
                return logicals; // nothing was ever made in it
            }
            int type = type(sector.get(), 0);
            long start = place + first(sector.get(), 0);
            long length = length(sector.get(), 0);
            if (type != 0 && length != 0) {
                logicals.add(new Partition(
                        FIRST_LOGICAL + logicals.size(),
                        Role.LOGICAL,
                        start,
                        inside(start, start + length),
                        DOS_FORMATS.getOrDefault(type, NONE)));
            }
            if (type(sector.get(), 1) == 0 || length(sector.get(), 1) == 0) {
                return logicals;
            }
            place = extendedStart + first(sector.get(), 1);
        }
        throw new IOException("its chain of logical partitions has no end");
    }

    private long inside(long start, long end) throws IOException {
        if (start <= 0 || end <= start || end > sizeBytes) {
            throw new IOException("its partition from byte " + start + " to " + end + " is not on the disk");
        }
        return end;
    }

    private PartitionTable gpt() throws IOException {
        var table = gpt(sectorBytes).or(() -> gptAtEnd());
        return table.orElseThrow(() -> new IOException("both headers of its gpt table are damaged"));
    }

    private Optional<PartitionTable> gptAtEnd() {
        try {
            return gpt((sizeBytes / sectorBytes - 1) * sectorBytes);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The table whose header is at a place, if it is whole. */
    private Optional<PartitionTable> gpt(long place) throws IOException {
        var header = sector(place);
        if (header.isEmpty() || header.get().getLong(0) != GPT_SIGNATURE || !intact(header.get())) {
            return Optional.empty();
        }
        long start = header.get().getLong(40) * sectorBytes;
        long end = (header.get().getLong(48) + 1) * sectorBytes;
        int count = header.get().getInt(80);
        int entryBytes = header.get().getInt(84);
        boolean possible = start > 0
                && end > start
                && end <= sizeBytes
                && count > 0
                && count <= GPT_MAX_ENTRIES
                && entryBytes >= GPT_MIN_ENTRY_BYTES
                && entryBytes <= GPT_MAX_ENTRY_BYTES;
        if (!possible) {
            return Optional.empty();
        }
        var entries = bytes(header.get().getLong(72) * sectorBytes, count * entryBytes);
        if (entries.isEmpty()
                || checksum(entries.get(), count * entryBytes) != header.get().getInt(88)) {
            return Optional.empty();
        }
        var partitions = new ArrayList<Partition>();
        for (int entry = 0; entry < count; entry++) {
            var partition = gptEntry(entries.get().slice(entry * entryBytes, entryBytes), entry + 1);
            partition.ifPresent(partitions::add);
        }
        for (var partition : partitions) {
            inside(partition.startBytes(), partition.endBytes());
        }
        return Optional.of(new PartitionTable("gpt", sectorBytes, start, end, partitions));
    }

    private static boolean intact(ByteBuffer header) {
        int length = header.getInt(12);
        if (length < GPT_HEADER_BYTES || length > header.capacity()) {
            return false;
        }
        var copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, header, 0, length).putInt(16, 0);
        return checksum(copy, length) == header.getInt(16);
    }

    private static int checksum(ByteBuffer bytes, int length) {
        var crc = new CRC32();
        crc.update(bytes.slice(0, length));
        return (int) crc.getValue();
    }

    private Optional<Partition> gptEntry(ByteBuffer slice, int number) {
        var entry = slice.order(ByteOrder.LITTLE_ENDIAN);
        if (entry.getLong(0) == 0 && entry.getLong(8) == 0) {
            return Optional.empty();
        }
        // The first three groups of a uuid are little-endian, the others as they are read.
        long high = Integer.toUnsignedLong(entry.getInt(0)) << 32
                | (long) Short.toUnsignedInt(entry.getShort(4)) << 16
                | Short.toUnsignedInt(entry.getShort(6));
        long low = Long.reverseBytes(entry.getLong(8));
        return Optional.of(new Partition(
                number,
                Role.PRIMARY,
                entry.getLong(32) * sectorBytes,
                (entry.getLong(40) + 1) * sectorBytes,
                GPT_FORMATS.getOrDefault(new UUID(high, low), NONE)));
    }

    private Optional<ByteBuffer> sector(long place) throws IOException {
        return bytes(place, sectorBytes);
    }

    private Optional<ByteBuffer> bytes(long place, int length) throws IOException {
        if (place < 0 || place > sizeBytes - length) {
            return Optional.empty();
        }
        var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (disk.read(bytes, place + bytes.position()) < 0) {
                throw new IOException("it ends before its size");
            }
        }
        return Optional.of(bytes.flip());
    }
}
