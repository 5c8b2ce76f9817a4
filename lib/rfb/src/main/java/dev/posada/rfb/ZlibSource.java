package dev.posada.rfb;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What a stream of zlib inflates to. The stream lives as long as the connection; each rectangle brings a piece. */
final class ZlibSource implements ByteSource, AutoCloseable {
    private static final int CHUNK_BYTES = 16 << 10;

    private final WireInput wire;
    private final Inflater inflater = new Inflater();
    private final byte[] compressed = new byte[CHUNK_BYTES];
    private final byte[] single = new byte[1];
    private int remaining;

    ZlibSource(WireInput wire) {
        this.wire = wire;
    }

    /** Begins with a piece of so many compressed bytes. */
    void begin(int compressedBytes) {
        remaining = compressedBytes;
    }

    /** Ends the piece; what it holds beyond the rectangle can only be the compressor's own marks. */
    void end() {
        while (remaining > 0 || !inflater.needsInput()) {
            if (inflate(single, 0, 1) > 0) {
                throw RfbException.malformed("a compressed rectangle holds more than its pixels");
            }
        }
    }

    /** Forgets what came before, as the server does. */
    void reset() {
        inflater.reset();
    }

    @Override
    public int u8() {
        read(single, 0, 1);
        return single[0] & 0xff;
    }

    @Override
    public void read(byte[] target, int offset, int length) {
        int done = 0;
        while (done < length) {
            if (remaining == 0 && inflater.needsInput()) {
                int last = inflate(target, offset + done, length - done);
                if (last == 0) {
                    throw RfbException.malformed("a compressed rectangle ends before its pixels do");
                }
                done += last;
            } else {
                done += inflate(target, offset + done, length - done);
            }
        }
    }

    private int inflate(byte[] target, int offset, int length) {
        try {
            if (inflater.needsInput() && remaining > 0) {
                int count = wire.readSome(compressed, Math.min(remaining, CHUNK_BYTES));
                remaining -= count;
                inflater.setInput(compressed, 0, count);
            }
            int count = inflater.inflate(target, offset, length);
            if (count == 0 && (inflater.finished() || inflater.needsDictionary())) {
                throw RfbException.malformed("a compressed stream ended before the connection did");
            }
            return count;
        } catch (DataFormatException e) {
            throw RfbException.malformed("compressed data is damaged: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
