package dev.posada.iso;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The number forms of ISO 9660: each number stands in one order, the other, or both one after the other (7.2.3, 7.3.3).
 * Of a pair only the first is read, as every system does.
 */
final class Bytes {
    private Bytes() {}

    static int unsigned(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    static int short16(byte[] bytes, int at) {
        return unsigned(bytes, at) | unsigned(bytes, at + 1) << 8;
    }

    static long int32(byte[] bytes, int at) {
        return Integer.toUnsignedLong(
                ByteBuffer.wrap(bytes, at, 4).order(ByteOrder.LITTLE_ENDIAN).getInt());
    }

    static String text(byte[] bytes, int at, int length) {
        int end = at + length;
        while (end > at && (bytes[end - 1] == ' ' || bytes[end - 1] == 0)) {
            end--;
        }
        return new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
    }

    static void put16Both(ByteBuffer to, int value) {
        to.order(ByteOrder.LITTLE_ENDIAN).putShort((short) value);
        to.order(ByteOrder.BIG_ENDIAN).putShort((short) value);
    }

    static void put32Both(ByteBuffer to, long value) {
        to.order(ByteOrder.LITTLE_ENDIAN).putInt((int) value);
        to.order(ByteOrder.BIG_ENDIAN).putInt((int) value);
    }

    static void putPadded(ByteBuffer to, byte[] text, int length, byte[] filler) {
        int used = Math.min(text.length, length);
        to.put(text, 0, used);
        for (int i = used; i < length; i++) {
            to.put(filler[i % filler.length]);
        }
    }
}
