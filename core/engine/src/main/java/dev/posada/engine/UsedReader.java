package dev.posada.engine;

import dev.posada.driver.VolumeReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A reader that keeps its volume from being changed until it is closed.
 *
 * @param reader reads
 * @param use is ended with it
 */
record UsedReader(VolumeReader reader, VolumeTable.Use use) implements VolumeReader {
    @Override
    public Part read(ByteBuffer into, boolean sparse) throws IOException {
        return reader.read(into, sparse);
    }

    @Override
    public long holeBytes() {
        return reader.holeBytes();
    }

    @Override
    public void close() throws IOException {
        try (use) {
            reader.close();
        }
    }
}
