package dev.posada.rfb;

/**
 * Tiles of 16 by 16, each raw or a background with rectangles upon it.
 *
 * <pre>
 * tile:  u8 flags (1 raw, 2 background follows, 4 foreground follows, 8 rectangles follow, 16 each has its colour)
 *        [pixel background] [pixel foreground] [u8 count, count times ([pixel colour] u8 x&lt;&lt;4|y, u8 (w-1)&lt;&lt;4|(h-1))]
 * </pre>
 *
 * <p>A colour that does not follow is the one of the tile before.
 */
final class HextileDecoder implements Decoder {
    private static final int SIDE = 16;
    private static final int RAW = 1;
    private static final int BACKGROUND = 2;
    private static final int FOREGROUND = 4;
    private static final int RECTANGLES = 8;
    private static final int COLOURED = 16;

    private final ByteSource source;
    private int background;
    private int foreground;

    HextileDecoder(ByteSource source) {
        this.source = source;
    }

    @Override
    public void decode(Area area, Framebuffer screen) {
        background = 0;
        foreground = 0;
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
    }

    private void tile(Area tile, Framebuffer screen) {
        int flags = source.u8();
        if ((flags & RAW) != 0) {
            PlainDecoders.raw(source, tile, screen);
            return;
        }
        if ((flags & BACKGROUND) != 0) {
            background = source.pixel();
        }
        if ((flags & FOREGROUND) != 0) {
            foreground = source.pixel();
        }
        screen.fill(tile, background);
        int count = (flags & RECTANGLES) != 0 ? source.u8() : 0;
        for (int i = 0; i < count; i++) {
            int rgb = (flags & COLOURED) != 0 ? source.pixel() : foreground;
            int place = source.u8();
            int size = source.u8();
            screen.fill(PlainDecoders.within(tile, place >> 4, place & 15, (size >> 4) + 1, (size & 15) + 1), rgb);
        }
    }
}
