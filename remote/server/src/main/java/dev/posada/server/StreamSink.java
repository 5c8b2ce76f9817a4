package dev.posada.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Where the data of a stream from a client goes. Closing it makes a {@link #write} under way fail. */
interface StreamSink extends AutoCloseable {
    /** Takes all of the buffer, waiting as long as that needs. */
    void write(ByteBuffer data) throws IOException;

    /** Takes a run of zeros. */
    void hole(long bytes) throws IOException;

    /** All has been given: makes it last. Whether that worked is what the client is told at the end. */
    void finish() throws IOException;

    /** Lets go; without {@link #finish} before it, the data is of no use. */
    @Override
    void close() throws IOException;

    /** A sink without holes that has nothing to do at the end. */
    static StreamSink of(WritableByteChannel channel) {
        return new StreamSink() {
            @Override
            public void write(ByteBuffer data) throws IOException {
                while (data.hasRemaining()) {
                    channel.write(data);
                }
            }

            @Override
            public void hole(long bytes) throws IOException {
                throw new IOException("this stream cannot have holes");
            }

            @Override
            public void finish() {
                // What was written is already where it belongs.
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
