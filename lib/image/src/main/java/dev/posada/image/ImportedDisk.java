package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The disk in an image of blocks that each lie somewhere in the file, for reading. */
final class ImportedDisk implements Disk {
    /** Most blocks that are looked at for one extent: a header can claim more than there is time for. */
    private static final int BLOCKS_AT_ONCE = 1 << 16;

    private final ImageFile file;
    private final Format format;
    private final long size;
    private final int blockBytes;
    private final BlockPlaces places;

    /** @param size of the guest's disk */
    ImportedDisk(ImageFile file, Format format, long size, int blockBytes, BlockPlaces places) {
        this.file = file;
        this.format = format;
        this.size = size;
        this.blockBytes = blockBytes;
        this.places = places;
    }

    /** Where the blocks of a disk lie. */
    interface BlockPlaces {
        /** Instead of an offset: the block has no place and reads as zeroes. */
        long ABSENT = -1;

        /** Instead of an offset: the block is known to be zeroes. */
        long ZERO = -2;

        /** The file offset of a block's bytes, or one of the two above. Called by several threads. */
        long of(long block);

        /** Whether the bytes at the offsets are compressed and {@link #inflate} gets them. */
        default boolean compressed() {
            return false;
        }

        /** Fills the target from a block's bytes on. Called by one thread at a time. */
        default void inflate(long offset, int within, ByteBuffer target) {
            throw new IllegalStateException("not compressed");
        }
    }

    @Override
    public Format format() {
        return format;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public boolean readsInParallel() {
        return !places.compressed();
    }

    @Override
    public void read(long position, ByteBuffer target) {
        Ranges.require(this, position, target.remaining());
        int end = target.limit();
        long at = position;
        while (target.position() < end) {
            long run = run(at, end - target.position());
            target.limit(target.position() + (int) run);
            long place = places.of(at / blockBytes);
            int within = (int) (at % blockBytes);
            if (place < 0) {
                Zeroes.fill(target);
            } else if (places.compressed()) {
                places.inflate(place, within, target);
            } else {
                file.read(place + within, target);
            }
            at += run;
        }
        target.limit(end);
    }

    /** How many bytes from a position on follow each other in the file, or have no place. */
    private long run(long position, long limit) {
        long block = position / blockBytes;
        long first = places.of(block);
        long length = blockBytes - position % blockBytes;
        for (long next = block + 1; length < limit && next - block < BLOCKS_AT_ONCE; next++, length += blockBytes) {
            long place = places.of(next);
            boolean follows =
                    first < 0 ? place == first : !places.compressed() && place == first + (next - block) * blockBytes;
            if (!follows) {
                break;
            }
        }
        return Math.min(length, limit);
    }

    @Override
    public Extent extent(long position, long limit) {
        Ranges.require(this, position, limit);
        long run = run(position, limit);
        long place = places.of(position / blockBytes);
        if (place == BlockPlaces.ABSENT) {
            return Extent.absent(run);
        }
        if (place == BlockPlaces.ZERO) {
            return Extent.zero(run);
        }
        return places.compressed()
                ? Extent.compressed(run)
                : Holes.refine(file, Extent.data(run, place + position % blockBytes));
    }

    @Override
    public void write(long position, ByteBuffer source) {
        throw readingOnly();
    }

    @Override
    public void writeZeroes(long position, long length, boolean mayDeallocate) {
        throw readingOnly();
    }

    @Override
    public void discard(long position, long length) {
        throw readingOnly();
    }

    @Override
    public void resize(long bytes) {
        throw readingOnly();
    }

    private ImageException readingOnly() {
        return new ImageException(
                Kind.UNSUPPORTED, "images of the format " + format + " are read, not written; convert " + file);
    }

    @Override
    public void flush() {
        // Nothing was written.
    }

    @Override
    public void close() {
        file.close();
    }
}
