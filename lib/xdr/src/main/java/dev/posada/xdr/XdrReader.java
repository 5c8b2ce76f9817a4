package dev.posada.xdr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Reads values one after the other from a slice of bytes.
 *
 * <p>Every read either returns a value and moves on, or throws {@link XdrException}; afterwards the reader is of no
 * use. Bytes that remain unread are no error: newer peers append fields. The reader looks at the caller's array
 * without copying it, so the array must not change while it is read. Not safe for use by several threads.
 */
public final class XdrReader {

    private static final int WORD_BYTES = 4;

    private final ByteBuffer buffer;
    private final int start;
    private final int end;
    private int position;

    private XdrReader(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.BIG_ENDIAN);
        this.start = buffer.position();
        this.end = buffer.limit();
        this.position = start;
    }

    /** Reads all of {@code bytes}. */
    public static XdrReader of(byte[] bytes) {
        return new XdrReader(ByteBuffer.wrap(bytes));
    }

    /**
     * Reads {@code length} bytes from {@code offset} on.
     *
     * @throws IndexOutOfBoundsException when the slice is not inside the array
     */
    public static XdrReader of(byte[] bytes, int offset, int length) {
        return new XdrReader(ByteBuffer.wrap(bytes, offset, length));
    }

    /** Reads from the buffer's position to its limit; the buffer's own position stays where it is. */
    public static XdrReader of(ByteBuffer bytes) {
        return new XdrReader(bytes.duplicate());
    }

    /** The number of bytes not yet read. */
    public int remaining() {
        return end - position;
    }

    /** The number of bytes read so far. */
    public int offset() {
        return position - start;
    }

    /** A signed 32-bit integer; also the bits of an unsigned one, for {@link Integer#toUnsignedLong}. */
    public int int32() {
        require(WORD_BYTES);
        int value = buffer.getInt(position);
        position += WORD_BYTES;
        return value;
    }

    /** A signed 64-bit integer; also the bits of an unsigned one. */
    public long int64() {
        require(Long.BYTES);
        long value = buffer.getLong(position);
        position += Long.BYTES;
        return value;
    }

    /** An IEEE 754 double. */
    public double float64() {
        return Double.longBitsToDouble(int64());
    }

    /** A boolean word: 0 is false, anything else true, as the C library's decoder reads it. */
    public boolean bool() {
        return int32() != 0;
    }

    /** Whether the value of an optional follows. */
    public boolean optional() {
        return bool();
    }

    /** A 16-byte identifier in network byte order. */
    public UUID uuid() {
        return new UUID(int64(), int64());
    }

    /** The low eight bits of a word, zero-extended; how {@code char} and {@code uchar} travel. */
    public int octet() {
        return int32() & 0xff;
    }

    /** The low sixteen bits of a word, zero-extended; how {@code ushort} travels. */
    public int uint16() {
        return int32() & 0xffff;
    }

    /**
     * The element count of an array.
     *
     * @param maxCount the most elements allowed
     * @param minElementBytes the size of the smallest possible element; the count is refused when the rest of the input
     *     could not hold so many
     */
    public int count(int maxCount, int minElementBytes) {
        int at = offset();
        int count = int32();
        if (Integer.compareUnsigned(count, maxCount) > 0) {
            throw new XdrException(
                    XdrException.Kind.TOO_LONG,
                    at,
                    "count of " + Integer.toUnsignedString(count) + " exceeds " + maxCount);
        }
        if ((long) count * minElementBytes > remaining()) {
            throw new XdrException(
                    XdrException.Kind.TRUNCATED,
                    at,
                    count + " elements declared with only " + remaining() + " bytes left");
        }
        return count;
    }

    /** UTF-8 text of at most {@code maxBytes}; an embedded zero byte ends it, malformed bytes become U+FFFD. */
    public String string(int maxBytes) {
        int length = count(maxBytes, 1);
        int from = skipPadded(length);
        if (!buffer.hasArray()) {
            byte[] copy = new byte[length];
            buffer.get(from, copy);
            return text(copy, 0, length);
        }
        return text(buffer.array(), buffer.arrayOffset() + from, length);
    }

    /** A counted run of at most {@code maxBytes} bytes. */
    public Opaque opaque(int maxBytes) {
        return opaqueFixed(count(maxBytes, 1));
    }

    /** A run of exactly {@code length} bytes, which the input must hold before anything is allocated. */
    public Opaque opaqueFixed(int length) {
        int from = skipPadded(length);
        byte[] bytes = new byte[length];
        buffer.get(from, bytes);
        return Opaque.owning(bytes);
    }

    /** A counted array of at most {@code maxCount} characters, each in a word of its own. */
    public Opaque octets(int maxCount) {
        return octetsFixed(count(maxCount, WORD_BYTES));
    }

    /** Exactly {@code count} characters, each in a word of its own. */
    public Opaque octetsFixed(int count) {
        require((long) count * WORD_BYTES);
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) buffer.getInt(position);
            position += WORD_BYTES;
        }
        return Opaque.owning(bytes);
    }

    /** Refuses a discriminant or enumeration value no case exists for; the word was the last one read. */
    public XdrException unknownCase(String type, int value) {
        return new XdrException(XdrException.Kind.INVALID, offset() - WORD_BYTES, type + " has no case " + value);
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private int skipPadded(int length) {
        long padded = (length + 3L) & ~3L;
        require(padded);
        int from = position;
        position += (int) padded;
        return from;
    }

    private void require(long bytes) {
        if (bytes > end - position) {
            throw new XdrException(
                    XdrException.Kind.TRUNCATED, offset(), bytes + " bytes needed, " + remaining() + " left");
        }
    }
}
