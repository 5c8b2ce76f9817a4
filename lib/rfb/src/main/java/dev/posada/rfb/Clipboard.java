package dev.posada.rfb;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The clipboards of both sides: Latin-1 by the original messages, or UTF-8 by the extension, where one side says that
 * there is text and the other fetches it.
 *
 * <pre>
 * extension:  s32 -length · u32 flags and formats · by kind
 *   caps      u32 size per format    what the sender does, and how much it takes without being asked
 *   notify    -                      there is something
 *   request   -                      send it
 *   provide   zlib of u32 length, text with CR LF and a NUL at its end
 * </pre>
 *
 * <p>The reader's thread calls {@link #received}; {@link #offer} may come from any other.
 */
final class Clipboard {
    private static final int CUT_TEXT = 6;
    static final int MAX_BYTES = 4 << 20;

    private static final int TEXT = 1;
    private static final int FORMATS = 0xffff;
    private static final int CAPS = 1 << 24;
    private static final int REQUEST = 1 << 25;
    private static final int PEEK = 1 << 26;
    private static final int NOTIFY = 1 << 27;
    private static final int PROVIDE = 1 << 28;

    private final WireInput input;
    private final WireOutput output;
    private volatile boolean extended;
    private volatile String ours = "";

    Clipboard(WireInput input, WireOutput output) {
        this.input = input;
        this.output = output;
    }

    /** There is text here now: the server may have it. */
    void offer(String text) {
        ours = text;
        if (extended) {
            sendExtended(NOTIFY | TEXT, new byte[0]);
        } else {
            byte[] bytes = text.replace("\r\n", "\n").getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length <= MAX_BYTES) {
                output.send(message ->
                        message.u8(CUT_TEXT).padding(3).s32(bytes.length).bytes(bytes));
            }
        }
    }

    /** Reads a message about the server's clipboard; the text, if it brings some. */
    Optional<String> received() {
        input.skip(3);
        int length = input.s32();
        boolean extension = length < 0;
        int bytes = extension ? -length : length;
        if (bytes < 0 || bytes > MAX_BYTES || (extension && bytes < Integer.BYTES)) {
            throw RfbException.malformed("the server announces " + bytes + " bytes of clipboard");
        }
        if (!extension) {
            return Optional.of(new String(input.bytes(bytes), StandardCharsets.ISO_8859_1));
        }
        int flags = input.s32();
        byte[] content = input.bytes(bytes - Integer.BYTES);
        if ((flags & CAPS) != 0) {
            extended = true;
            sendExtended(CAPS | REQUEST | PEEK | NOTIFY | PROVIDE | TEXT, big(MAX_BYTES));
        } else if ((flags & NOTIFY) != 0 && (flags & TEXT) != 0) {
            sendExtended(REQUEST | TEXT, new byte[0]);
        } else if ((flags & PEEK) != 0) {
            sendExtended(NOTIFY | (ours.isEmpty() ? 0 : TEXT), new byte[0]);
        } else if ((flags & REQUEST) != 0 && (flags & TEXT) != 0) {
            sendExtended(PROVIDE | TEXT, packed(ours));
        } else if ((flags & PROVIDE) != 0 && (flags & FORMATS & TEXT) != 0) {
            return Optional.of(unpacked(content));
        }
        return Optional.empty();
    }

    private void sendExtended(int flags, byte[] content) {
        output.send(message -> message.u8(CUT_TEXT)
                .padding(3)
                .s32(-(Integer.BYTES + content.length))
                .s32(flags)
                .bytes(content));
    }

    private static byte[] big(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    static byte[] packed(String text) {
        String lines = text.replace("\r\n", "\n").replace("\n", "\r\n") + "\0";
        byte[] plain = lines.getBytes(StandardCharsets.UTF_8);
        var packed = new ByteArrayOutputStream();
        try (var deflater = new Deflater()) {
            byte[] chunk = new byte[8192];
            deflater.setInput(big(plain.length));
            while (!deflater.needsInput()) {
                packed.write(chunk, 0, deflater.deflate(chunk));
            }
            deflater.setInput(plain);
            deflater.finish();
            while (!deflater.finished()) {
                packed.write(chunk, 0, deflater.deflate(chunk));
            }
        }
        return packed.toByteArray();
    }

    static String unpacked(byte[] content) {
        try (var inflater = new Inflater()) {
            inflater.setInput(content);
            byte[] head = new byte[Integer.BYTES];
            fill(inflater, head);
            int length = (head[0] & 0xff) << 24 | (head[1] & 0xff) << 16 | (head[2] & 0xff) << 8 | (head[3] & 0xff);
            if (length < 0 || length > MAX_BYTES) {
                throw RfbException.malformed(
                        "the server's clipboard is " + Integer.toUnsignedString(length) + " bytes");
            }
            byte[] text = new byte[length];
            fill(inflater, text);
            while (length > 0 && text[length - 1] == 0) {
                length--;
            }
            return new String(text, 0, length, StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (DataFormatException e) {
            throw RfbException.malformed("the server's clipboard is damaged: " + e.getMessage());
        }
    }

    private static void fill(Inflater inflater, byte[] target) throws DataFormatException {
        for (int done = 0; done < target.length; ) {
            int count = inflater.inflate(target, done, target.length - done);
            if (count == 0) {
                throw RfbException.malformed("the server's clipboard ends early");
            }
            done += count;
        }
    }
}
