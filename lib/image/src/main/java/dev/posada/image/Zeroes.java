package dev.posada.image;

import java.nio.ByteBuffer;

/** Fills with zeroes and finds them. */
final class Zeroes {
    private Zeroes() {}

    /** Fills all that remains of the target. */
    static void fill(ByteBuffer target) {
        while (target.remaining() >= Long.BYTES) {
            target.putLong(0);
        }
        while (target.hasRemaining()) {
            target.put((byte) 0);
        }
    }

    /** Whether a part of the buffer is all zeroes. Absolute: position and limit do not matter. */
    static boolean only(ByteBuffer buffer, int offset, int length) {
        int at = offset;
        int end = offset + length;
        // Four at once: the compiler then needs a quarter of the branches, and data differs in the first bytes mostly.
        for (; at <= end - 4 * Long.BYTES; at += 4 * Long.BYTES) {
            if ((buffer.getLong(at) | buffer.getLong(at + 8) | buffer.getLong(at + 16) | buffer.getLong(at + 24))
                    != 0) {
                return false;
            }
        }
        for (; at < end; at++) {
            if (buffer.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
