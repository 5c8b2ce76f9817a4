package dev.posada.driver;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a volume on their way in. One thread at a time. */
public interface VolumeWriter extends AutoCloseable {
    /** Takes all of the buffer. */
    void write(ByteBuffer data) throws IOException;

    /** Takes a run of zeroes, and makes a hole of it where that can be. */
    void hole(long bytes) throws IOException;

    /** All has been given: returns when it lasts. */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
