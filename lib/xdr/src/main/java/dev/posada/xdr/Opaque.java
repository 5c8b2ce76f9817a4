package dev.posada.xdr;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable run of bytes whose meaning the encoding does not know: a CPU map, a secret's value, a picture. */
public final class Opaque {

    private static final Opaque EMPTY = new Opaque(new byte[0]);

    private final byte[] bytes;

    private Opaque(byte[] bytes) {
        this.bytes = bytes;
    }

    /** No bytes at all. */
    public static Opaque empty() {
        return EMPTY;
    }

    /** A copy of {@code bytes}. */
    public static Opaque copyOf(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Opaque(bytes.clone());
    }

    /** The UTF-8 form of {@code text}, without a terminating zero. */
    public static Opaque ofText(String text) {
        return text.isEmpty() ? EMPTY : new Opaque(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes the array over without a copy; nobody else may hold it. */
    static Opaque owning(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Opaque(bytes);
    }

    /** The number of bytes. */
    public int size() {
        return bytes.length;
    }

    /**
     * The byte at {@code index}, between 0 and {@link #size()} - 1.
     *
     * @throws IndexOutOfBoundsException when there is no such byte
     */
    public byte at(int index) {
        return bytes[index];
    }

    /** A fresh array with all bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** A read-only view of all bytes. */
    public ByteBuffer asBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The bytes as UTF-8 text up to the first zero byte, which is how C peers send labels and model names. */
    public String text() {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** The array itself, for the writer of this package only. */
    byte[] shared() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Opaque that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The size only: the content may be a secret and must not reach a log by accident. */
    @Override
    public String toString() {
        return "Opaque[" + bytes.length + " bytes]";
    }
}
