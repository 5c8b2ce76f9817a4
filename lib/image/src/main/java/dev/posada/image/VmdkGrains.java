package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Where the grains of a VMware image lie; remembers the grain tables last used, and the grain last inflated. */
final class VmdkGrains implements ImportedDisk.BlockPlaces {
    private static final int TABLES_REMEMBERED = 256;
    private static final int MARKER_BYTES = 12;

    private final ImageFile file;
    private final VmdkHeader header;
    private final ByteBuffer directory;
    private final Map<Integer, int[]> tables = new LinkedHashMap<>(TABLES_REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, int[]> eldest) {
            return size() > TABLES_REMEMBERED;
        }
    };
    private final byte[] grain;
    private long grainPlace = -1;

    VmdkGrains(ImageFile file, VmdkHeader header, Bounds bounds) {
        this.file = file;
        this.header = header;
        if (header.tables() > bounds.tableBytes() / Integer.BYTES) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    file + " has a disk of " + header.diskBytes() + " bytes, too large for its grains");
        }
        directory = ReadOnlyFormats.table(file, header.directoryOffset(), header.tables() * Integer.BYTES, bounds)
                .order(ByteOrder.LITTLE_ENDIAN);
        grain = new byte[header.compressed() ? header.grainBytes() : 0];
    }

    @Override
    public long of(long block) {
        int table = (int) (block / header.tableEntries());
        int sector = entries(table)[(int) (block % header.tableEntries())];
        return switch (sector) {
            case 0 -> ABSENT;
            case 1 -> header.zeroGrains() ? ZERO : VmdkHeader.SECTOR_BYTES;
            default -> Integer.toUnsignedLong(sector) * VmdkHeader.SECTOR_BYTES;
        };
    }

    private int[] entries(int table) {
        synchronized (tables) {
            return tables.computeIfAbsent(table, this::read);
        }
    }

    private int[] read(int table) {
        int[] entries = new int[header.tableEntries()];
        long offset = Integer.toUnsignedLong(directory.getInt(table * Integer.BYTES)) * VmdkHeader.SECTOR_BYTES;
        if (offset != 0) {
            var bytes = ByteBuffer.allocate(entries.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.read(offset, bytes);
            bytes.flip().asIntBuffer().get(entries);
        }
        return entries;
    }

    @Override
    public boolean compressed() {
        return header.compressed();
    }

    @Override
    public void inflate(long offset, int within, ByteBuffer target) {
        if (offset != grainPlace) {
            grainPlace = -1;
            inflate(offset);
            grainPlace = offset;
        }
        target.put(grain, within, target.remaining());
    }

    private void inflate(long offset) {
        var marker = ByteBuffer.allocate(MARKER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(offset, marker);
        int length = marker.getInt(Long.BYTES);
        // Deflate never makes twice as much of anything.
        if (length < 1 || length > 2 * header.grainBytes()) {
            throw damaged(offset);
        }
        var bytes = ByteBuffer.allocate(length);
        file.read(offset + MARKER_BYTES, bytes);
        try (var inflater = new Inflater()) {
            inflater.setInput(bytes.flip());
            int count = 0;
            while (count < grain.length) {
                int more = inflater.inflate(grain, count, grain.length - count);
                if (more == 0) {
                    // The last grain of a disk may be shorter.
                    if (!inflater.finished()) {
                        throw damaged(offset);
                    }
                    Arrays.fill(grain, count, grain.length, (byte) 0);
                    break;
                }
                count += more;
            }
        } catch (DataFormatException e) {
            throw damaged(offset);
        }
    }

    private ImageException damaged(long offset) {
        return new ImageException(Kind.CORRUPT, file + " has a damaged compressed grain at " + offset);
    }
}
