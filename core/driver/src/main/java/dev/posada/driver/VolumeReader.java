package dev.posada.driver;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a volume on their way out, with its holes. One thread at a time. */
public interface VolumeReader extends AutoCloseable {
    /** What came next. */
    enum Part {
        /** Bytes, now in the buffer. */
        DATA,
        /** A run of zeroes, {@link #holeBytes} long; the buffer is as it was. */
        HOLE,
        /** Nothing more will come. */
        END
    }

    /**
     * Waits for what comes next.
     *
     * @param sparse whether holes are wanted as such; otherwise they come as data
     */
    Part read(ByteBuffer into, boolean sparse) throws IOException;

    /** The length of the hole that was read last. */
    long holeBytes();

    @Override
    void close() throws IOException;
}
