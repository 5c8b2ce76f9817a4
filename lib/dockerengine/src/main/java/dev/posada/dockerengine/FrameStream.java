package dev.posada.dockerengine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * What a program without a terminal prints, its output and its errors in their order. On the wire each piece has a head of
 * eight bytes: which stream it is (1 output, 2 errors), three of zero, and its length, most significant byte first.
 */
final class FrameStream extends InputStream {
    private static final int HEAD_BYTES = 8;
    private static final int LENGTH_OFFSET = 4;

    private final InputStream source;
    private long left;

    FrameStream(InputStream source) {
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
        while (left == 0) {
            var head = source.readNBytes(HEAD_BYTES);
            if (head.length < HEAD_BYTES) {
                return -1;
            }
            left = Integer.toUnsignedLong(ByteBuffer.wrap(head).getInt(LENGTH_OFFSET));
        }
        int count = source.read(into, offset, (int) Math.min(length, left));
        left -= Math.max(count, 0);
        return count;
    }
}
