package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The disk in a vdi image.
 *
 * <p>The block map is in memory as a whole. A new block gets its place at the end of the file, in an order that a kill cannot harm:
 * first the header counts it, so that nobody gives the place away again; then its bytes are written; then the map refers to it.
 * What is left behind at worst is a place that nobody refers to.
 */
final class VdiDisk implements Disk {
    private static final int SECTOR_BYTES = 512;

    static final int NO_PLACE = 0xffffffff;

    /** This entry and the one above it are no places. */
    static final int DISCARDED = 0xfffffffe;

    private final ImageFile file;
    private final boolean readOnly;
    private int[] map;
    private VdiHeader header;
    private int allocated;

    VdiDisk(ImageFile file, VdiHeader header, OpenContext context) {
        this.file = file;
        this.header = header;
        this.readOnly = context.readOnly();
        if (header.mapBytes() > context.bounds().tableBytes()) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    file + " has a block map of " + header.mapBytes() + " bytes, more than the "
                            + context.bounds().tableBytes() + " allowed");
        }
        var bytes = ByteBuffer.allocateDirect((int) header.mapBytes()).order(ByteOrder.LITTLE_ENDIAN);
        file.read(header.mapOffset(), bytes);
        bytes.flip();
        map = new int[header.blocks()];
        bytes.asIntBuffer().get(map);
        allocated = header.allocated();
        long length = file.length();
        for (int place : map) {
            // A count that lags behind the map would have us give a place away twice.
            if (hasPlace(place)) {
                // Places count from zero without sign; no file has room for those beyond the largest int.
                long offset = header.offsetOf(place);
                if (Integer.compareUnsigned(place, Integer.MAX_VALUE) >= 0 || offset >= length) {
                    throw new ImageException(
                            Kind.CORRUPT,
                            file + " is truncated: a block should be at " + offset + ", but it ends at " + length);
                }
                allocated = Math.max(allocated, place + 1);
            }
        }
    }

    private static boolean hasPlace(int entry) {
        return Integer.compareUnsigned(entry, DISCARDED) < 0;
    }

    @Override
    public Format format() {
        return Format.VDI;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public long size() {
        return header.diskBytes();
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public boolean readsInParallel() {
        return true;
    }

    @Override
    public void read(long position, ByteBuffer target) {
        Ranges.require(this, position, target.remaining());
        int end = target.limit();
        long at = position;
        while (target.position() < end) {
            long run = run(at, end - target.position());
            target.limit(target.position() + (int) run);
            int place = map[blockOf(at)];
            if (hasPlace(place)) {
                file.read(header.offsetOf(place) + within(at), target);
            } else {
                Zeroes.fill(target);
            }
            at += run;
        }
        target.limit(end);
    }

    /** How many bytes from a position on are of blocks that follow each other in the file, or of blocks without place. */
    private long run(long position, long limit) {
        int block = blockOf(position);
        int first = map[block];
        boolean placed = hasPlace(first);
        long length = (long) header.blockBytes() - within(position);
        for (int next = block + 1; length < limit; next++, length += header.blockBytes()) {
            if (placed ? map[next] != first + (next - block) : hasPlace(map[next])) {
                break;
            }
        }
        return Math.min(length, limit);
    }

    private int blockOf(long position) {
        return (int) (position / header.blockBytes());
    }

    private int within(long position) {
        return (int) (position % header.blockBytes());
    }

    @Override
    public void write(long position, ByteBuffer source) {
        Ranges.requireWritable(this, position, source.remaining());
        int end = source.limit();
        long at = position;
        while (source.position() < end) {
            long run = run(at, end - source.position());
            if (hasPlace(map[blockOf(at)])) {
                source.limit(source.position() + (int) run);
                file.write(header.offsetOf(map[blockOf(at)]) + within(at), source);
            } else {
                int blocks = blockOf(at + run - 1) - blockOf(at) + 1;
                source.limit(source.position() + (int) run);
                writeNew(at, source, blocks);
            }
            at += run;
            source.limit(end);
        }
    }

    /** Gives consecutive blocks places at the end of the file. */
    private void writeNew(long position, ByteBuffer source, int blocks) {
        int place = allocated;
        if (blocks > Integer.MAX_VALUE - place) {
            throw new ImageException(Kind.CORRUPT, file + " counts " + place + " blocks: there is no place left");
        }
        count(place + blocks);
        long begin = header.offsetOf(place);
        long end = header.offsetOf(place + blocks);
        long length = file.length();
        if (length > begin) {
            file.writeZeroes(begin, length - begin, true);
        }
        if (length < end) {
            file.truncate(end);
        }
        file.write(begin + within(position), source);
        var entries = ByteBuffer.allocate(blocks * VdiHeader.ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int first = blockOf(position);
        for (int i = 0; i < blocks; i++) {
            entries.putInt(place + i);
        }
        file.write(header.mapOffset() + (long) first * VdiHeader.ENTRY_BYTES, entries.flip());
        for (int i = 0; i < blocks; i++) {
            map[first + i] = place + i;
        }
    }

    private void count(int blocksWithPlace) {
        file.write(VdiHeader.ALLOCATED_OFFSET, littleEndian(blocksWithPlace));
        allocated = blocksWithPlace;
    }

    private static ByteBuffer littleEndian(int value) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
    }

    /** Blocks keep their places, since places without an owner could not be told from used ones; only their room goes. */
    @Override
    public void writeZeroes(long position, long length, boolean mayDeallocate) {
        Ranges.requireWritable(this, position, length);
        eachPlaced(position, length, (offset, bytes) -> file.writeZeroes(offset, bytes, mayDeallocate));
    }

    @Override
    public void discard(long position, long length) {
        Ranges.requireWritable(this, position, length);
        eachPlaced(position, length, file::tryPunch);
    }

    private void eachPlaced(long position, long length, PlacedRange action) {
        long end = position + length;
        for (long at = position; at < end; ) {
            long run = run(at, end - at);
            int place = map[blockOf(at)];
            if (hasPlace(place)) {
                action.on(header.offsetOf(place) + within(at), run);
            }
            at += run;
        }
    }

    private interface PlacedRange {
        void on(long offset, long bytes);
    }

    @Override
    public Extent extent(long position, long limit) {
        Ranges.require(this, position, limit);
        long run = run(position, limit);
        int place = map[blockOf(position)];
        return hasPlace(place)
                ? Holes.refine(file, Extent.data(run, header.offsetOf(place) + within(position)))
                : Extent.absent(run);
    }

    /** Grows as far as there is room behind the block map; VirtualBox and we leave some, QEMU hardly any. */
    @Override
    public void resize(long bytes) {
        Ranges.requireWritable(this, 0, 0);
        long size = bytes < 0 ? bytes : Math.ceilDiv(bytes, SECTOR_BYTES) * SECTOR_BYTES;
        long blocks = Math.ceilDiv(size, header.blockBytes());
        long room = (header.dataOffset() - header.mapOffset()) / VdiHeader.ENTRY_BYTES;
        if (header.fixed() || size < header.diskBytes() || blocks > room) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    file + " is a vdi image, which cannot get " + bytes
                            + " bytes in its place; convert it to another one of that size");
        }
        grow(size, (int) blocks);
    }

    /** First what the map says of the new blocks, then, in one write, the header that has them. */
    private void grow(long size, int blocks) {
        int before = map.length;
        var larger = Arrays.copyOf(map, blocks);
        Arrays.fill(larger, before, blocks, NO_PLACE);
        var entries = ByteBuffer.allocate((blocks - before) * VdiHeader.ENTRY_BYTES);
        while (entries.hasRemaining()) {
            entries.putInt(NO_PLACE);
        }
        file.write(header.mapOffset() + (long) before * VdiHeader.ENTRY_BYTES, entries.flip());
        var sizes = ByteBuffer.allocate(VdiHeader.ALLOCATED_OFFSET - VdiHeader.DISK_SIZE_OFFSET)
                .order(ByteOrder.LITTLE_ENDIAN);
        sizes.putLong(size).putInt(header.blockBytes()).putInt(0).putInt(blocks);
        file.write(VdiHeader.DISK_SIZE_OFFSET, sizes.flip());
        map = larger;
        header = new VdiHeader(
                header.fixed(),
                header.mapOffset(),
                header.dataOffset(),
                size,
                header.blockBytes(),
                blocks,
                header.allocated());
    }

    @Override
    public void flush() {
        if (!readOnly) {
            file.flush();
        }
    }

    @Override
    public void close() {
        try (file) {
            flush();
        }
    }
}
