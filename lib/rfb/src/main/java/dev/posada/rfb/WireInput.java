package dev.posada.rfb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.Charset;

/** Reads from a server through a buffer of fixed size. One thread at a time. */
final class WireInput implements ByteSource {
    private static final int BUFFER_BYTES = 64 << 10;

    private final ReadableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();

    WireInput(ReadableByteChannel channel) {
        this.channel = channel;
    }

    private void fill() {
        buffer.clear();
        try {
            int count = channel.read(buffer);
            buffer.flip();
            if (count < 0) {
                throw RfbException.lost("the server closed the connection", null);
            }
        } catch (IOException e) {
            buffer.flip();
            throw RfbException.broken(e);
        }
    }

    @Override
    public int u8() {
        while (!buffer.hasRemaining()) {
            fill();
        }
        return buffer.get() & 0xff;
    }

    @Override
    public void read(byte[] target, int offset, int length) {
        int done = 0;
        while (done < length) {
            while (!buffer.hasRemaining()) {
                fill();
            }
            int count = Math.min(length - done, buffer.remaining());
            buffer.get(target, offset + done, count);
            done += count;
        }
    }

    /** Reads some bytes, at least one and at most {@code length}. */
    int readSome(byte[] target, int length) {
        while (!buffer.hasRemaining()) {
            fill();
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, 0, count);
        return count;
    }

    void skip(int count) {
        for (int i = 0; i < count; i++) {
            u8();
        }
    }

    /** A length of at most {@code max}, of what {@code what} names. */
    int length(int max, String what) {
        int length = s32();
        if (length < 0 || length > max) {
            throw RfbException.malformed("the server announces " + Integer.toUnsignedString(length) + " bytes of "
                    + what + ", more than the " + max + " it may send");
        }
        return length;
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        read(bytes, 0, length);
        return bytes;
    }

    /** A length and so many bytes of text. */
    String text(int maxBytes, String what, Charset charset) {
        return new String(bytes(length(maxBytes, what)), charset);
    }
}
