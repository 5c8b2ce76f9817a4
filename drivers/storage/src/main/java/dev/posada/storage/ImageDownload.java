package dev.posada.storage;

import dev.posada.driver.VolumeReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** An image on its way out, as the archive the engine makes of it; it has no holes. */
final class ImageDownload implements VolumeReader {
    private static final int PIECE_BYTES = 1 << 16;

    private final InputStream archive;
    private final byte[] piece = new byte[PIECE_BYTES];
    private long left;

    /**
     * @param archive closed with this
     * @param lengthBytes how much of it at most; 0 for all
     */
    ImageDownload(InputStream archive, long offsetBytes, long lengthBytes) throws IOException {
        this.archive = archive;
        this.left = lengthBytes > 0 ? lengthBytes : Long.MAX_VALUE;
        try {
            for (long skipped = 0; skipped < offsetBytes; ) {
                int count = archive.read(piece, 0, (int) Math.min(piece.length, offsetBytes - skipped));
                if (count < 0) {
                    break;
                }
                skipped += count;
            }
        } catch (IOException e) {
            archive.close();
            throw e;
        }
    }

    @Override
    public Part read(ByteBuffer into, boolean sparse) throws IOException {
        int wanted = (int) Math.min(Math.min(into.remaining(), piece.length), left);
        int count = wanted == 0 ? -1 : archive.read(piece, 0, wanted);
        if (count < 0) {
            return Part.END;
        }
        into.put(piece, 0, count);
        left -= count;
        return Part.DATA;
    }

    @Override
    public long holeBytes() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
