package dev.posada.jvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The performance counters a HotSpot JVM keeps in a file that others may map, at one moment.
 *
 * <p>Layout, version 2: a prologue of 32 bytes, which is the magic number CA FE C0 C0, the byte order (0 big, 1 little), the
 * version (major, minor), whether the rest can be read yet, the bytes used (int at 8), the bytes that found no room (12), the
 * time of the last change (long at 16), where entries begin (24) and how many there are (28). An entry is its length (int at 0),
 * where its name begins (4), how many elements it has or 0 for a single value (8), the type's letter as in class files (12),
 * flags, unit, variability, and where its data begins (16), all counted from the entry's first byte.
 *
 * <p>The process that writes it is not to be trusted: what does not fit the layout ends the reading there, and what was read
 * until then holds. The same happens, without ill will, to an entry that is just being added.
 */
final class PerfData {
    /** More than any JVM writes that was not told to: 32 KiB is the usual size. */
    static final int BYTES_MAX = 1 << 20;

    private static final int ENTRIES_MAX = 8192;
    private static final int NAME_BYTES_MAX = 256;
    private static final int TEXT_BYTES_MAX = 64 << 10;

    private static final int MAGIC = 0xcafe_c0c0;
    private static final int MAJOR = 2;
    private static final int PROLOGUE_BYTES = 32;
    private static final int ENTRY_HEADER_BYTES = 20;

    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();

    private PerfData() {}

    /** The counters of a JVM that keeps none, or keeps them to itself. */
    static PerfData none() {
        return new PerfData();
    }

    /** Reads a file's content; empty when it is no counters of this version, or none can be read yet. */
    static Optional<PerfData> parse(byte[] content) {
        var bytes = ByteBuffer.wrap(content);
        if (content.length < PROLOGUE_BYTES || bytes.getInt(0) != MAGIC || bytes.get(5) != MAJOR || bytes.get(7) == 0) {
            return Optional.empty();
        }
        bytes.order(bytes.get(4) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        var data = new PerfData();
        int entries = bytes.getInt(28);
        int offset = bytes.getInt(24);
        for (int i = 0; i < Math.min(entries, ENTRIES_MAX); i++) {
            int length = data.entry(bytes, offset);
            if (length == 0) {
                break;
            }
            offset += length;
        }
        return data.numbers.isEmpty() ? Optional.empty() : Optional.of(data);
    }

    /** Takes one entry in; answers its length, 0 when it is none. */
    private int entry(ByteBuffer bytes, int offset) {
        if (offset < PROLOGUE_BYTES || offset > bytes.limit() - ENTRY_HEADER_BYTES) {
            return 0;
        }
        int length = bytes.getInt(offset);
        if (length < ENTRY_HEADER_BYTES || length > bytes.limit() - offset) {
            return 0;
        }
        int nameOffset = bytes.getInt(offset + 4);
        int elements = bytes.getInt(offset + 8);
        int dataOffset = bytes.getInt(offset + 16);
        if (nameOffset < ENTRY_HEADER_BYTES || nameOffset >= length || dataOffset < nameOffset || elements < 0) {
            return 0;
        }
        var name = text(bytes, offset + nameOffset, Math.min(dataOffset - nameOffset, NAME_BYTES_MAX));
        byte type = bytes.get(offset + 12);
        if (type == 'J' && elements == 0 && dataOffset <= length - Long.BYTES) {
            numbers.put(name, bytes.getLong(offset + dataOffset));
        } else if (type == 'B' && elements > 0 && dataOffset <= length && elements <= length - dataOffset) {
            texts.put(name, text(bytes, offset + dataOffset, Math.min(elements, TEXT_BYTES_MAX)));
        }
        return length;
    }

    /** Up to so many bytes, or to a zero byte. */
    private static String text(ByteBuffer bytes, int offset, int lengthMax) {
        int end = offset;
        int limit = Math.min(bytes.limit(), offset + lengthMax);
        while (end < limit && bytes.get(end) != 0) {
            end++;
        }
        var text = new byte[end - offset];
        bytes.get(offset, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    OptionalLong number(String name) {
        var value = numbers.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(texts.get(name));
    }
}
