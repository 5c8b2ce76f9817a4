package dev.posada.engine;

import dev.posada.driver.VolumeWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A writer that keeps its volume to itself until it is closed.
 *
 * @param writer writes
 * @param use is ended with it
 * @param whenClosed runs at the end, whatever was written
 */
record UsedWriter(VolumeWriter writer, VolumeTable.Use use, Runnable whenClosed) implements VolumeWriter {
    @Override
    public void write(ByteBuffer data) throws IOException {
        writer.write(data);
    }

    @Override
    public void hole(long bytes) throws IOException {
        writer.hole(bytes);
    }

    @Override
    public void finish() throws IOException {
        writer.finish();
    }

    @Override
    public void close() throws IOException {
        try (use) {
            writer.close();
        } finally {
            whenClosed.run();
        }
    }
}
