package dev.posada.rfb;

import java.util.stream.Stream;

/**
 * Rectangles whose pixels are filtered and then compressed by one of four streams of zlib; a pixel is three bytes, red
 * first.
 *
 * <pre>
 * u8 control   bits 0-3: forget what stream 0-3 knew; bits 4-7: 8 one colour follows, 9 a JPEG picture follows,
 *              0-7: bits 4-5 the stream, bit 6: u8 filter follows (0 none, 1 palette, 2 gradient)
 * palette      u8 colours-1, the colours; then indexes, one bit each (rows begin with a byte) for two colours, else a byte
 * gradient     the difference to what the pixels above, left and above left let one expect
 * data         below 12 bytes as they are; else their compressed length in one to three bytes of seven bits, lowest first
 * </pre>
 *
 * <p>JPEG is not announced, as the JDK reads it only in its desktop module; a server sends it only to those who ask.
 */
final class TightDecoder implements Decoder, AutoCloseable {
    private static final int STREAMS = 4;
    private static final int FILL = 8;
    private static final int JPEG = 9;
    private static final int SMALLEST_COMPRESSED = 12;
    /** What the encoding's own rules allow. */
    private static final int MAX_WIDTH = 2048;

    private final WireInput wire;
    private final ZlibSource[] streams;
    private final byte[] row = new byte[MAX_WIDTH * 3];
    private final int[] palette = new int[256];

    TightDecoder(WireInput wire) {
        this.wire = wire;
        this.streams =
                Stream.generate(() -> new ZlibSource(wire)).limit(STREAMS).toArray(ZlibSource[]::new);
    }

    @Override
    public void decode(Area area, Framebuffer screen) {
        int control = wire.u8();
        for (int i = 0; i < STREAMS; i++) {
            if ((control >> i & 1) != 0) {
                streams[i].reset();
            }
        }
        int kind = control >> 4;
        if (kind == FILL) {
            screen.fill(area, colour());
        } else if (kind == JPEG) {
            throw RfbException.malformed("the server sends JPEG, which was not asked for");
        } else if (kind > JPEG) {
            throw RfbException.malformed("a Tight rectangle of unknown kind " + kind);
        } else {
            basic(streams[kind & 3], (kind & 4) != 0 ? wire.u8() : 0, area, screen);
        }
    }

    private void basic(ZlibSource stream, int filter, Area area, Framebuffer screen) {
        if (area.width() > MAX_WIDTH) {
            throw RfbException.malformed("a Tight rectangle is " + area.width() + " pixels wide");
        }
        int colours = 0;
        if (filter == 1) {
            colours = wire.u8() + 1;
            for (int i = 0; i < colours; i++) {
                palette[i] = colour();
            }
        } else if (filter != 0 && filter != 2) {
            throw RfbException.malformed("a Tight rectangle with unknown filter " + filter);
        }
        int rowBytes = area.width() * 3;
        if (filter == 1) {
            rowBytes = colours <= 2 ? (area.width() + 7) / 8 : area.width();
        }
        long plainBytes = (long) rowBytes * area.height();
        boolean compressed = plainBytes >= SMALLEST_COMPRESSED;
        ByteSource source = compressed ? stream : wire;
        if (compressed) {
            int length = compactLength();
            if (length > ZlibDecoder.maxCompressed(plainBytes)) {
                throw RfbException.malformed(length + " bytes of compressed pixels where " + plainBytes + " would do");
            }
            stream.begin(length);
        }
        switch (filter) {
            case 0 -> copy(source, area, screen);
            case 1 -> indexed(source, area, screen, colours, rowBytes);
            default -> gradient(source, area, screen);
        }
        if (compressed) {
            stream.end();
        }
    }

    private void copy(ByteSource source, Area area, Framebuffer screen) {
        for (int y = 0; y < area.height(); y++) {
            source.read(row, 0, area.width() * 3);
            for (int x = 0; x < area.width(); x++) {
                screen.set(
                        area.x() + x,
                        area.y() + y,
                        (row[3 * x] & 0xff) << 16 | (row[3 * x + 1] & 0xff) << 8 | (row[3 * x + 2] & 0xff));
            }
        }
    }

    private void indexed(ByteSource source, Area area, Framebuffer screen, int colours, int rowBytes) {
        for (int y = 0; y < area.height(); y++) {
            source.read(row, 0, rowBytes);
            for (int x = 0; x < area.width(); x++) {
                int index = colours <= 2 ? row[x / 8] >> (7 - x % 8) & 1 : row[x] & 0xff;
                if (index >= colours) {
                    throw RfbException.malformed("colour " + index + " of a rectangle with " + colours);
                }
                screen.set(area.x() + x, area.y() + y, palette[index]);
            }
        }
    }

    private void gradient(ByteSource source, Area area, Framebuffer screen) {
        byte[] above = new byte[area.width() * 3];
        byte[] current = new byte[area.width() * 3];
        for (int y = 0; y < area.height(); y++) {
            source.read(current, 0, current.length);
            for (int i = 0; i < current.length; i++) {
                int left = i < 3 ? 0 : current[i - 3] & 0xff;
                int corner = i < 3 ? 0 : above[i - 3] & 0xff;
                int expected = Math.clamp((long) left + (above[i] & 0xff) - corner, 0, 255);
                current[i] = (byte) (current[i] + expected);
            }
            for (int x = 0; x < area.width(); x++) {
                screen.set(
                        area.x() + x,
                        area.y() + y,
                        (current[3 * x] & 0xff) << 16 | (current[3 * x + 1] & 0xff) << 8 | (current[3 * x + 2] & 0xff));
            }
            byte[] swap = above;
            above = current;
            current = swap;
        }
    }

    private int colour() {
        return wire.u8() << 16 | wire.u8() << 8 | wire.u8();
    }

    private int compactLength() {
        int length = 0;
        for (int shift = 0; shift <= 14; shift += 7) {
            int next = wire.u8();
            length |= (shift == 14 ? next : next & 0x7f) << shift;
            if (shift == 14 || next < 0x80) {
                break;
            }
        }
        return length;
    }

    @Override
    public void close() {
        for (var stream : streams) {
            stream.close();
        }
    }
}
