package dev.posada.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Where the data of a stream to a client comes from. Closing it makes a {@link #read} under way fail. */
interface StreamSource extends AutoCloseable {
    /** What came next. */
    enum Part {
        /** Bytes, now in the buffer. */
        DATA,
        /** A run of zeros of {@link #holeBytes} bytes; the buffer is as it was. */
        HOLE,
        /** Nothing more will come. */
        END
    }

    /** Waits for what comes next. */
    Part read(ByteBuffer into) throws IOException;

    /** The length of the hole that was read last. */
    default long holeBytes() {
        return 0;
    }

    @Override
    void close() throws IOException;

    /** A source without holes. */
    static StreamSource of(ReadableByteChannel channel) {
        return new StreamSource() {
            @Override
            public Part read(ByteBuffer into) throws IOException {
                return channel.read(into) < 0 ? Part.END : Part.DATA;
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
