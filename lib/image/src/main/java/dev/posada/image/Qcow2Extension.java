package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One header extension: four bytes of type, four of length, the data, zeroes up to a multiple of eight.
 *
 * @param type what the data means; the constants below, or something we keep without understanding it
 * @param data read-only, from position 0 to its limit
 */
record Qcow2Extension(int type, ByteBuffer data) {
    static final int END = 0;
    static final int BACKING_FORMAT = 0xe2792aca;
    static final int FEATURE_NAMES = 0x6803f857;
    static final int BITMAPS = 0x23852875;
    static final int ENCRYPTION = 0x0537be77;
    static final int DATA_FILE = 0x44415441;

    /** Type and length. */
    static final int PREFIX_BYTES = 8;

    Qcow2Extension {
        data = data.slice().asReadOnlyBuffer();
    }

    static Qcow2Extension ofText(int type, String text) {
        return new Qcow2Extension(type, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    String text() {
        return StandardCharsets.UTF_8.decode(data.duplicate()).toString();
    }

    /** The bytes it takes in the header, the padding counted. */
    int paddedBytes() {
        return PREFIX_BYTES + (data.remaining() + 7) / 8 * 8;
    }

    void writeTo(ByteBuffer target) {
        int end = target.position() + paddedBytes();
        target.putInt(type).putInt(data.remaining()).put(data.duplicate());
        while (target.position() < end) {
            target.put((byte) 0);
        }
    }
}
