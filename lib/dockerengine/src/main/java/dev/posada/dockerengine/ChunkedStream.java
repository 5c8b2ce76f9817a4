package dev.posada.dockerengine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body in chunks (RFC 9112, section 7.1), each with its length in hexadecimal before it; trailers are read and dropped. */
final class ChunkedStream extends InputStream {
    private static final long CHUNK_BYTES_AT_MOST = 1L << 40;

    private final InputStream source;
    private long left;
    private boolean begun;
    private boolean ended;

    ChunkedStream(InputStream source) {
        this.source = source;
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
        if (!nextChunk()) {
            return -1;
        }
        int count = source.read(into, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("the connection ended within an answer");
        }
        left -= count;
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

    private boolean nextChunk() throws IOException {
        if (ended || left > 0) {
            return !ended;
        }
        if (begun) {
            HttpHead.line(source);
        }
        begun = true;
        left = size(HttpHead.line(source));
        if (left == 0) {
            ended = true;
            for (int lines = 0;
                    lines < HttpHead.LINES_AT_MOST && !HttpHead.line(source).isEmpty();
                    lines++) {
                // A trailer nobody asked for.
            }
        }
        return !ended;
    }

    private static long size(String line) throws IOException {
        int end = line.indexOf(';');
        try {
            long size = Long.parseLong((end < 0 ? line : line.substring(0, end)).strip(), 16);
            if (size >= 0 && size <= CHUNK_BYTES_AT_MOST) {
                return size;
            }
        } catch (NumberFormatException e) {
            throw new IOException("the engine sent a chunk without a length", e);
        }
        throw new IOException("the engine sent a chunk of an impossible length");
    }
}
