package dev.posada.dockerengine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body that ends after so many bytes: where its length is known, and where it may not be longer. */
final class BoundedStream extends InputStream {
    private final InputStream source;
    private final boolean exact;
    private long left;

    private BoundedStream(InputStream source, long bytes, boolean exact) {
        this.source = source;
        this.left = bytes;
        this.exact = exact;
    }

    /** Exactly so many bytes: fewer are an error, what follows is not touched. */
    static InputStream exactly(InputStream source, long bytes) {
        return new BoundedStream(source, bytes, true);
    }

    /** At most so many bytes: more are an error. */
    static InputStream atMost(InputStream source, long bytes) {
        return new BoundedStream(source, bytes, false);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && exact) {
            return -1;
        }
        int count = source.read(into, offset, left == 0 ? 1 : (int) Math.min(length, left));
        if (count < 0 && exact) {
            throw new EOFException("the connection ended within an answer");
        }
        if (count > left) {
            throw new IOException("the engine's answer is larger than anything it has to say");
        }
        left -= Math.max(count, 0);
        return count;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(left, source.available());
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
