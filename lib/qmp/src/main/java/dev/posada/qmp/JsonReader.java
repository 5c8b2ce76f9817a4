package dev.posada.qmp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Reads JSON values one after the other from a channel, within limits, taking no more memory than the value at hand needs.
 *
 * <p>Between values any amount of white space may stand, or none. Bytes that are not UTF-8 become U+FFFD. After a
 * MALFORMED exception the place in the stream is lost; only {@link #skipPastSentinel} finds a new one.
 *
 * <p>For one thread.
 */
final class JsonReader {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int SCRATCH_BYTES = 256;

    /** A double never needs more digits than that to be told from its neighbours; whole numbers have 20. */
    private static final int NUMBER_LENGTH_MAX = 1024;

    private static final int END = -1;
    private static final int NO_SENTINEL = Integer.MAX_VALUE;

    private final ReadableByteChannel source;
    private final JsonLimits limits;
    private final int sentinel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private byte[] scratch = new byte[SCRATCH_BYTES];
    private int bytesLeft;
    private int valuesLeft;

    /** The stream begins anew behind the sentinel that was just read. */
    static final class SentinelException extends IOException {
        private static final long serialVersionUID = 1;

        SentinelException() {
            super("the stream begins anew");
        }
    }

    JsonReader(ReadableByteChannel source, JsonLimits limits) {
        this(source, limits, NO_SENTINEL);
    }

    /**
     * @param sentinel a byte that is no part of any value; wherever it is met, {@link #next} throws
     *     {@link SentinelException}
     */
    JsonReader(ReadableByteChannel source, JsonLimits limits, int sentinel) {
        this.source = source;
        this.limits = limits;
        this.sentinel = sentinel;
    }

    static Json parse(String text, JsonLimits limits) {
        var reader = new JsonReader(new TextChannel(text.getBytes(StandardCharsets.UTF_8)), limits);
        try {
            var value = reader.next().orElseThrow(() -> QmpException.malformed("an empty text is not JSON"));
            reader.skipWhiteSpace();
            if (reader.read() != END) {
                throw QmpException.malformed("more behind the end of a JSON value");
            }
            return value;
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /**
     * The next value, waiting for it; empty when the stream ends before one begins.
     *
     * @throws QmpException MALFORMED
     */
    Optional<Json> next() throws IOException {
        if (scratch.length > BUFFER_BYTES) {
            // What one long string took must not be held while we wait for the next message.
            scratch = new byte[SCRATCH_BYTES];
        }
        int first = skipWhiteSpace();
        if (first == END) {
            return Optional.empty();
        }
        valuesLeft = limits.valuesMax();
        return Optional.of(value(read(), limits.depthMax()));
    }

    /** Whether the stream has a sentinel, behind which reading can go on after an error. */
    boolean recovers() {
        return sentinel != NO_SENTINEL;
    }

    /** Discards everything up to and with the sentinel; false when the stream ends before. */
    boolean skipPastSentinel() throws IOException {
        while (true) {
            while (buffer.hasRemaining()) {
                if ((buffer.get() & 0xff) == sentinel) {
                    return true;
                }
            }
            if (!fill()) {
                return false;
            }
        }
    }

    /** Leaves the first byte of the next value in the buffer and answers it. White space counts for nothing. */
    private int skipWhiteSpace() throws IOException {
        while (true) {
            bytesLeft = limits.bytesMax();
            int c = read();
            if (c == END) {
                return END;
            }
            if (!isWhiteSpace(c)) {
                putBack();
                return c;
            }
        }
    }

    private static boolean isWhiteSpace(int c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private Json value(int first, int depthLeft) throws IOException {
        if (--valuesLeft < 0) {
            throw QmpException.malformed("a message of more than " + limits.valuesMax() + " values");
        }
        return switch (first) {
            case '{' -> object(deeper(depthLeft));
            case '[' -> array(deeper(depthLeft));
            case '"' -> new Json.TextValue(text());
            case 't' -> literal("true", new Json.BooleanValue(true));
            case 'f' -> literal("false", new Json.BooleanValue(false));
            case 'n' -> literal("null", new Json.NullValue());
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(first);
            default -> throw unexpected(first, "a value");
        };
    }

    private int deeper(int depthLeft) {
        if (depthLeft == 0) {
            throw QmpException.malformed("a message nested deeper than " + limits.depthMax());
        }
        return depthLeft - 1;
    }

    private Json object(int depthLeft) throws IOException {
        var members = new LinkedHashMap<String, Json>();
        int c = readSignificant();
        if (c == '}') {
            return Json.ObjectValue.EMPTY;
        }
        while (true) {
            if (c != '"') {
                throw unexpected(c, "a member's name");
            }
            String name = text();
            int colon = readSignificant();
            if (colon != ':') {
                throw unexpected(colon, "':'");
            }
            var value = value(readSignificant(), depthLeft);
            if (members.putIfAbsent(name, value) != null) {
                throw QmpException.malformed("two members of one object have the same name");
            }
            c = readSignificant();
            if (c == '}') {
                return new Json.ObjectValue(members);
            }
            if (c != ',') {
                throw unexpected(c, "',' or '}'");
            }
            c = readSignificant();
        }
    }

    private Json array(int depthLeft) throws IOException {
        var elements = new ArrayList<Json>();
        int c = readSignificant();
        if (c == ']') {
            return new Json.ArrayValue(elements);
        }
        while (true) {
            elements.add(value(c, depthLeft));
            c = readSignificant();
            if (c == ']') {
                return new Json.ArrayValue(elements);
            }
            if (c != ',') {
                throw unexpected(c, "',' or ']'");
            }
            c = readSignificant();
        }
    }

    private Json literal(String word, Json meaning) throws IOException {
        for (int i = 1; i < word.length(); i++) {
            int c = read();
            if (c != word.charAt(i)) {
                throw unexpected(c, word);
            }
        }
        return meaning;
    }

    /** The rest of a string whose opening quote has been read. Collected as UTF-8, or as Java text once escapes come. */
    private String text() throws IOException {
        int length = 0;
        while (true) {
            int c = read();
            if (c == '"') {
                return new String(scratch, 0, length, StandardCharsets.UTF_8);
            }
            if (c == '\\') {
                return textWithEscapes(new StringBuilder(new String(scratch, 0, length, StandardCharsets.UTF_8)));
            }
            requireTextByte(c);
            length = keep(c, length);
        }
    }

    private String textWithEscapes(StringBuilder out) throws IOException {
        int length = 0;
        int c = '\\';
        while (true) {
            if (c == '"' || c == '\\') {
                out.append(new String(scratch, 0, length, StandardCharsets.UTF_8));
                length = 0;
                if (c == '"') {
                    return out.toString();
                }
                out.append(escape());
            } else {
                requireTextByte(c);
                length = keep(c, length);
            }
            c = read();
        }
    }

    private void requireTextByte(int c) {
        if (c < 0x20) {
            throw unexpected(c, "the rest of a string");
        }
    }

    private int keep(int c, int length) {
        if (length == scratch.length) {
            scratch = Arrays.copyOf(scratch, length * 2);
        }
        scratch[length] = (byte) c;
        return length + 1;
    }

    private char escape() throws IOException {
        int c = read();
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> fourDigits();
            default -> throw unexpected(c, "an escape");
        };
    }

    private char fourDigits() throws IOException {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int c = read();
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw unexpected(c, "a hexadecimal digit");
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    /** A number ends where it cannot go on, so one byte is read ahead and put back. */
    private Json number(int first) throws IOException {
        var text = new StringBuilder();
        int c = first;
        while ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E') {
            text.append((char) c);
            if (text.length() > NUMBER_LENGTH_MAX) {
                throw QmpException.malformed("a number of more than " + NUMBER_LENGTH_MAX + " characters");
            }
            c = read();
        }
        if (c != END) {
            putBack();
        }
        return Numerals.parse(text.toString())
                .orElseThrow(() -> QmpException.malformed("\"" + text + "\" is not a number"));
    }

    private int readSignificant() throws IOException {
        int c;
        do {
            c = read();
        } while (isWhiteSpace(c));
        return c;
    }

    /** The next byte of the message, or END; counted, and looked at for the sentinel. */
    private int read() throws IOException {
        if (!buffer.hasRemaining() && !fill()) {
            return END;
        }
        int c = buffer.get() & 0xff;
        if (c == sentinel) {
            throw new SentinelException();
        }
        if (--bytesLeft < 0) {
            throw QmpException.malformed("a message of more than " + limits.bytesMax() + " bytes");
        }
        return c;
    }

    /** Undoes the last read, which was not the end. */
    private void putBack() {
        buffer.position(buffer.position() - 1);
        bytesLeft++;
    }

    private boolean fill() throws IOException {
        buffer.clear();
        int count;
        try {
            do {
                count = source.read(buffer);
            } while (count == 0);
        } finally {
            buffer.flip();
        }
        return count > 0;
    }

    private static QmpException unexpected(int c, String wanted) {
        return QmpException.malformed(
                c == END
                        ? "the stream ends where " + wanted + " should be"
                        : "byte 0x" + Integer.toHexString(c) + " where " + wanted + " should be");
    }

    /** A text that is all there. */
    private static final class TextChannel implements ReadableByteChannel {
        private final ByteBuffer bytes;

        private TextChannel(byte[] bytes) {
            this.bytes = ByteBuffer.wrap(bytes);
        }

        @Override
        public int read(ByteBuffer into) {
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int count = Math.min(bytes.remaining(), into.remaining());
            into.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
