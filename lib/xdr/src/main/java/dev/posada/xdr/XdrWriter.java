package dev.posada.xdr;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Writes values one after the other into an array that grows up to a stated maximum.
 *
 * <p>A value that would exceed its own limit or the maximum is refused with {@link XdrException}; what was written
 * before stays, so the caller can {@linkplain #truncate cut back} and write something else, an error reply for
 * example. Not safe for use by several threads.
 */
public final class XdrWriter {

    private static final int WORD_BYTES = 4;
    private static final int INITIAL_BYTES = 256;

    private final int maxBytes;
    private ByteBuffer buffer;

    /** A writer for at most {@code maxBytes} bytes. */
    public XdrWriter(int maxBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("negative maximum: " + maxBytes);
        }
        this.maxBytes = maxBytes;
        this.buffer = ByteBuffer.allocate(Math.min(maxBytes, INITIAL_BYTES));
    }

    /** The number of bytes written. */
    public int size() {
        return buffer.position();
    }

    /** A fresh array with all bytes written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** A read-only view of all bytes written, valid until the next write. */
    public ByteBuffer written() {
        return buffer.duplicate().flip().asReadOnlyBuffer();
    }

    /**
     * Forgets everything after the first {@code sizeBytes} bytes.
     *
     * @throws IllegalArgumentException when fewer bytes were written
     */
    public void truncate(int sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > size()) {
            throw new IllegalArgumentException("cannot cut " + size() + " bytes to " + sizeBytes);
        }
        buffer.position(sizeBytes);
    }

    /**
     * Overwrites a word written earlier, such as a length known only at the end.
     *
     * @throws IndexOutOfBoundsException when no word was written there
     */
    public void int32At(int offset, int value) {
        if (offset < 0 || offset > size() - WORD_BYTES) {
            throw new IndexOutOfBoundsException("no word at " + offset + " of " + size() + " bytes");
        }
        buffer.putInt(offset, value);
    }

    /** A 32-bit integer, signed or unsigned. */
    public void int32(int value) {
        require(WORD_BYTES);
        buffer.putInt(value);
    }

    /** A 64-bit integer, signed or unsigned. */
    public void int64(long value) {
        require(Long.BYTES);
        buffer.putLong(value);
    }

    /** An IEEE 754 double. */
    public void float64(double value) {
        int64(Double.doubleToRawLongBits(value));
    }

    /** A boolean, as a word of 0 or 1. */
    public void bool(boolean value) {
        int32(value ? 1 : 0);
    }

    /** Says whether the value of an optional follows. */
    public void optional(boolean present) {
        bool(present);
    }

    /** A 16-byte identifier in network byte order. */
    public void uuid(UUID value) {
        int64(value.getMostSignificantBits());
        int64(value.getLeastSignificantBits());
    }

    /** The low eight bits of {@code value} in a word. */
    public void octet(int value) {
        int32(value & 0xff);
    }

    /** The low sixteen bits of {@code value} in a word. */
    public void uint16(int value) {
        int32(value & 0xffff);
    }

    /** The element count of an array, at most {@code maxCount}. */
    public void count(int count, int maxCount) {
        if (count < 0 || count > maxCount) {
            throw new XdrException(XdrException.Kind.TOO_LONG, size(), "count of " + count + " exceeds " + maxCount);
        }
        int32(count);
    }

    /** UTF-8 text of at most {@code maxBytes}. */
    public void string(String value, int maxBytes) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        count(bytes.length, maxBytes);
        padded(bytes);
    }

    /** A counted run of at most {@code maxBytes} bytes. */
    public void opaque(Opaque value, int maxBytes) {
        count(value.size(), maxBytes);
        padded(value.shared());
    }

    /** A run of exactly {@code length} bytes. */
    public void opaqueFixed(Opaque value, int length) {
        requireSize(value, length);
        padded(value.shared());
    }

    /** A counted array of at most {@code maxCount} characters, each in a word of its own. */
    public void octets(Opaque value, int maxCount) {
        count(value.size(), maxCount);
        words(value.shared());
    }

    /** Exactly {@code count} characters, each in a word of its own. */
    public void octetsFixed(Opaque value, int count) {
        requireSize(value, count);
        words(value.shared());
    }

    /** Bytes as they are, without count or padding. */
    public void raw(ByteBuffer bytes) {
        require(bytes.remaining());
        buffer.put(bytes.duplicate());
    }

    private void requireSize(Opaque value, int size) {
        if (value.size() != size) {
            throw new XdrException(
                    XdrException.Kind.INVALID, size(), value.size() + " bytes given where exactly " + size + " belong");
        }
    }

    private void words(byte[] bytes) {
        require((long) bytes.length * WORD_BYTES);
        for (byte octet : bytes) {
            buffer.putInt(octet & 0xff);
        }
    }

    private void padded(byte[] bytes) {
        int padding = -bytes.length & 3;
        require((long) bytes.length + padding);
        buffer.put(bytes);
        for (int i = 0; i < padding; i++) {
            buffer.put((byte) 0);
        }
    }

    private void require(long bytes) {
        if (bytes > buffer.remaining()) {
            grow(bytes);
        }
    }

    private void grow(long bytes) {
        long needed = size() + bytes;
        if (needed > maxBytes) {
            throw new XdrException(
                    XdrException.Kind.FULL, size(), needed + " bytes do not fit the maximum of " + maxBytes);
        }
        // Doubling keeps the total copying linear in the size of the message.
        int capacity = (int) Math.min(maxBytes, Math.max(needed, 2L * buffer.capacity()));
        buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
    }
}
