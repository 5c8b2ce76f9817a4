package dev.posada.rfb;

/**
 * Tiles of 64 by 64 in one stream of zlib; a pixel is three bytes.
 *
 * <pre>
 * tile:  u8 kind   0 raw pixels · 1 one pixel for all · 2..16 so many colours, then indexes packed into bytes, each
 *                  row by itself · 128 runs: pixel, length · 130..255 kind-128 colours, then runs: index, and with
 *                  its highest bit set a length
 * length: bytes added up, each 255 but for the last, plus one
 * </pre>
 */
final class ZrleDecoder implements Decoder, AutoCloseable {
    private static final int SIDE = 64;
    private static final int RUNS = 128;
    private static final int MAX_PACKED_COLOURS = 16;

    private final WireInput wire;
    private final ZlibSource source;
    private final int[] palette = new int[128];

    ZrleDecoder(WireInput wire) {
        this.wire = wire;
        this.source = new ZlibSource(wire);
    }

    @Override
    public void decode(Area area, Framebuffer screen) {
        source.begin(wire.length(ZlibDecoder.maxCompressed(area.pixels() * (long) PixelFormat.BYTES), "ZRLE"));
        for (int y = 0; y < area.height(); y += SIDE) {
            for (int x = 0; x < area.width(); x += SIDE) {
                tile(
                        new Area(
                                area.x() + x,
                                area.y() + y,
                                Math.min(SIDE, area.width() - x),
                                Math.min(SIDE, area.height() - y)),
                        screen);
            }
        }
        source.end();
    }

    private void tile(Area tile, Framebuffer screen) {
        int kind = source.u8();
        if (kind == 0) {
            for (int i = 0; i < tile.pixels(); i++) {
                put(tile, screen, i, source.smallPixel());
            }
        } else if (kind == 1) {
            screen.fill(tile, source.smallPixel());
        } else if (kind <= MAX_PACKED_COLOURS) {
            readPalette(kind);
            packed(tile, screen, kind);
        } else if (kind == RUNS) {
            for (int at = 0; at < tile.pixels(); ) {
                int rgb = source.smallPixel();
                at = run(tile, screen, at, rgb, runLength());
            }
        } else if (kind >= RUNS + 2) {
            int colours = kind - RUNS;
            readPalette(colours);
            for (int at = 0; at < tile.pixels(); ) {
                int index = source.u8();
                int length = index >= RUNS ? runLength() : 1;
                at = run(tile, screen, at, colour(index & 127, colours), length);
            }
        } else {
            throw RfbException.malformed("a tile of unknown kind " + kind);
        }
    }

    private void packed(Area tile, Framebuffer screen, int colours) {
        int bits = bitsOfIndex(colours);
        int mask = (1 << bits) - 1;
        for (int y = 0; y < tile.height(); y++) {
            int left = 0;
            int packed = 0;
            for (int x = 0; x < tile.width(); x++) {
                if (left == 0) {
                    packed = source.u8();
                    left = 8;
                }
                left -= bits;
                screen.set(tile.x() + x, tile.y() + y, colour(packed >> left & mask, colours));
            }
        }
    }

    private static int bitsOfIndex(int colours) {
        if (colours == 2) {
            return 1;
        }
        return colours <= 4 ? 2 : 4;
    }

    private void readPalette(int colours) {
        for (int i = 0; i < colours; i++) {
            palette[i] = source.smallPixel();
        }
    }

    private int colour(int index, int colours) {
        if (index >= colours) {
            throw RfbException.malformed("colour " + index + " of a tile with " + colours);
        }
        return palette[index];
    }

    private int runLength() {
        int length = 1;
        while (length <= SIDE * SIDE) {
            int more = source.u8();
            length += more;
            if (more < 255) {
                return length;
            }
        }
        throw RfbException.malformed("a run is longer than its tile");
    }

    private static int run(Area tile, Framebuffer screen, int at, int rgb, int length) {
        if (length > tile.pixels() - at) {
            throw RfbException.malformed("a run is longer than its tile");
        }
        for (int i = at; i < at + length; i++) {
            put(tile, screen, i, rgb);
        }
        return at + length;
    }

    private static void put(Area tile, Framebuffer screen, int index, int rgb) {
        screen.set(tile.x() + index % tile.width(), tile.y() + index / tile.width(), rgb);
    }

    @Override
    public void close() {
        source.close();
    }
}
