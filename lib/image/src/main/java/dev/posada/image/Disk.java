package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A guest's disk: a row of bytes as the guest sees them, kept by an image of some format and the images it is based on.
 *
 * <p>Positions and lengths are bytes of the guest's disk and need no alignment. Whatever reaches behind {@link #size} is
 * refused with {@link ImageException.Kind#INVALID}; what changes a disk opened read-only with {@link
 * ImageException.Kind#DENIED}. After a failed change the disk holds the old or the new bytes at each place of the range, and
 * stays usable. Calls block. One thread at a time uses a disk, unless {@link #readsInParallel}.
 *
 * <p>Changes are on the medium after {@link #flush}; {@link #close} flushes too.
 */
public interface Disk extends AutoCloseable {
    /** The format of the image that is written to. */
    Format format();

    /** The image's file, by the name it was opened by. */
    Path path();

    /** Size of the disk as the guest sees it, in bytes. */
    long size();

    /** Whether changes are refused. */
    boolean readOnly();

    /** Fills all that remains of the target; places where nothing was ever written read as zeroes. */
    void read(long position, ByteBuffer target);

    /** Writes all that remains of the source. */
    void write(long position, ByteBuffer source);

    /**
     * Makes the range read as zeroes, without writing them where the format can do better.
     *
     * @param mayDeallocate whether the room that the range occupies may be given back
     */
    void writeZeroes(long position, long length, boolean mayDeallocate);

    /**
     * Says that the guest no longer needs the range: what can be given back is given back and reads as zeroes, or as the format
     * has it for discarded places; the rest stays as it is.
     */
    void discard(long position, long length);

    /**
     * What lies at a position, in this layer only: nothing is asked of the backing image.
     *
     * @param limit most bytes to look at, at least 1; the range must lie within the disk
     */
    Extent extent(long position, long limit);

    /**
     * Grows or shrinks the disk. What is new reads as zeroes; what is cut off is gone.
     *
     * @throws ImageException UNSUPPORTED when the format or image cannot
     */
    void resize(long bytes);

    /** Returns when all changes made so far would survive a power cut. */
    void flush();

    /** The image below, if there is one and it was opened too; it closes together with this one. */
    default Optional<Disk> backing() {
        return Optional.empty();
    }

    /** Whether several threads may call {@link #read} and {@link #extent} at once as long as nobody changes the disk. */
    default boolean readsInParallel() {
        return false;
    }

    /**
     * Flushes, gives the locks back and closes the files, those of the backing images too. A second call does nothing.
     *
     * @throws ImageException when flushing failed; all is closed nevertheless
     */
    @Override
    void close();
}
