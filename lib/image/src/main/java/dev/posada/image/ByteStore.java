package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Where the bytes of an image lie: what a format needs of a file. The file itself is {@link ImageFile}; a test can stand in
 * between to see each change in its order.
 */
interface ByteStore extends AutoCloseable {
    /** The name for messages. */
    Path path();

    boolean blockDevice();

    /** Where the file ends. */
    long length();

    /**
     * Fills all of the target.
     *
     * @throws ImageException CORRUPT when the file ends before
     */
    void read(long offset, ByteBuffer target);

    /** Fills the target as far as the file reaches, and answers how many bytes these were. */
    int readAvailable(long offset, ByteBuffer target);

    /** Writes all of the source; the file grows if need be. */
    void write(long offset, ByteBuffer source);

    /** Makes a range read as zeroes; the file grows if it ends before. */
    void writeZeroes(long offset, long length, boolean mayDeallocate);

    /** Gives the room of a range back if that can be done; it reads as zeroes then, and is unchanged otherwise. */
    boolean tryPunch(long offset, long length);

    /** Reserves room for a range; the file grows if it ends before. */
    void allocate(long offset, long length);

    /** Makes the file end at the given place; a device keeps its size. */
    void truncate(long length);

    /** Returns when all written bytes are on the medium. */
    void flush();

    @Override
    void close();
}
