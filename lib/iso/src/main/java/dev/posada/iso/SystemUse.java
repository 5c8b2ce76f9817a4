package dev.posada.iso;

import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the fields after a directory record's name say, by the System Use Sharing Protocol and Rock Ridge: two letters, a
 * length, a version, data. {@code CE} continues in another block, {@code NM} is a piece of the name, {@code SL} a piece
 * of a link's target, {@code CL} the place of a folder that was moved because it was too deep, {@code RE} marks where it
 * was moved to.
 */
final class SystemUse {
    /** How often the fields of one entry may continue elsewhere. */
    static final int MAX_CONTINUATIONS = 32;

    /** The longest name or link target. */
    static final int MAX_TEXT_BYTES = 4096;

    private static final int FIELD_HEADER = 4;
    private static final int NAME_CONTINUES = 1;
    private static final int CURRENT = 2;
    private static final int PARENT = 4;
    private static final int ROOT = 8;

    private final StringBuilder name = new StringBuilder();
    private final StringBuilder link = new StringBuilder();
    private boolean linkPieceOpen;
    private boolean rockRidge;
    private boolean moved;
    private long childBlock = -1;
    private int skip = -1;

    private SystemUse() {}

    /**
     * Reads the fields of one record.
     *
     * @param blocks gives the bytes of a block
     */
    static SystemUse read(byte[] record, int from, int to, LongFunction<byte[]> blocks) {
        var use = new SystemUse();
        byte[] area = record;
        int at = from;
        int end = to;
        for (int round = 0; round <= MAX_CONTINUATIONS; round++) {
            Continuation next = use.area(area, at, end);
            if (next == null) {
                return use;
            }
            area = blocks.apply(next.block);
            if (next.offset > area.length) {
                return use;
            }
            at = (int) next.offset;
            end = (int) Math.min(area.length, next.offset + next.length);
        }
        throw new IsoException("a directory record continues more than " + MAX_CONTINUATIONS + " times");
    }

    private record Continuation(long block, long offset, long length) {}

    private @Nullable Continuation area(byte[] bytes, int from, int end) {
        Continuation next = null;
        int at = from;
        while (at + FIELD_HEADER <= end) {
            int length = Bytes.unsigned(bytes, at + 2);
            if (length < FIELD_HEADER || at + length > end) {
                break;
            }
            int data = at + FIELD_HEADER;
            int kind = Bytes.unsigned(bytes, at) << 8 | Bytes.unsigned(bytes, at + 1);
            switch (kind) {
                case 'N' << 8 | 'M' -> name(bytes, data, at + length);
                case 'S' << 8 | 'L' -> link(bytes, data, at + length);
                case 'C' << 8 | 'L' -> {
                    if (length >= FIELD_HEADER + 8) {
                        childBlock = Bytes.int32(bytes, data);
                    }
                }
                case 'R' << 8 | 'E' -> moved = true;
                case 'P' << 8 | 'X', 'R' << 8 | 'R' -> rockRidge = true;
                case 'S' << 8 | 'P' -> {
                    if (length >= 7 && Bytes.unsigned(bytes, data) == 0xbe && Bytes.unsigned(bytes, data + 1) == 0xef) {
                        skip = Bytes.unsigned(bytes, data + 2);
                    }
                }
                case 'C' << 8 | 'E' -> {
                    if (length >= FIELD_HEADER + 24) {
                        next = new Continuation(
                                Bytes.int32(bytes, data), Bytes.int32(bytes, data + 8), Bytes.int32(bytes, data + 16));
                    }
                }
                case 'S' << 8 | 'T' -> {
                    return next;
                }
                default -> {}
            }
            at += length;
        }
        return next;
    }

    private void name(byte[] bytes, int at, int end) {
        // Flags of "this folder" and "the one above" carry no text; their records have names of their own.
        if (at < end && (Bytes.unsigned(bytes, at) & ~NAME_CONTINUES) == 0) {
            append(name, bytes, at + 1, end);
            rockRidge = true;
        }
    }

    private void link(byte[] bytes, int from, int end) {
        int at = from + 1;
        while (at + 2 <= end) {
            int flags = Bytes.unsigned(bytes, at);
            int length = Bytes.unsigned(bytes, at + 1);
            if (at + 2 + length > end) {
                return;
            }
            if (!link.isEmpty() && !linkPieceOpen && link.charAt(link.length() - 1) != '/') {
                link.append('/');
            }
            if ((flags & ROOT) != 0) {
                link.append('/');
            } else if ((flags & PARENT) != 0) {
                link.append("..");
            } else if ((flags & CURRENT) != 0) {
                link.append('.');
            } else {
                append(link, bytes, at + 2, at + 2 + length);
            }
            linkPieceOpen = (flags & NAME_CONTINUES) != 0;
            at += 2 + length;
        }
    }

    private static void append(StringBuilder text, byte[] bytes, int from, int end) {
        if (text.length() + (end - from) > MAX_TEXT_BYTES) {
            throw new IsoException("a name in the image is longer than " + MAX_TEXT_BYTES + " bytes");
        }
        // Latin 1 keeps each byte: a character may be cut in two by the pieces, so all are decoded together at the end.
        text.append(new String(bytes, from, end - from, StandardCharsets.ISO_8859_1));
    }

    private static String decoded(StringBuilder pieces) {
        return new String(pieces.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    String name() {
        return decoded(name);
    }

    String link() {
        return decoded(link);
    }

    boolean rockRidge() {
        return rockRidge;
    }

    /** Whether this is the new place of a folder that another record points to. */
    boolean moved() {
        return moved;
    }

    /** The block of the folder that this record stands for, below 0 when it stands for itself. */
    long childBlock() {
        return childBlock;
    }

    /** How many bytes to pass over before the fields of every record, below 0 where the protocol is not used. */
    int skip() {
        return skip;
    }
}
