package dev.posada.rfb;

/** Reads the shapes of pointers that servers send. */
final class CursorDecoder {
    private static final int MAX_SIDE = 1024;

    private final WireInput wire;

    CursorDecoder(WireInput wire) {
        this.wire = wire;
    }

    /** Pixels, then a mask of a bit for each, rows beginning with a byte. */
    CursorShape withMask(Area place) {
        require(place);
        int[] argb = new int[place.pixels()];
        for (int i = 0; i < argb.length; i++) {
            argb[i] = wire.pixel();
        }
        byte[] row = new byte[(place.width() + 7) / 8];
        for (int y = 0; y < place.height(); y++) {
            wire.read(row, 0, row.length);
            for (int x = 0; x < place.width(); x++) {
                boolean seen = (row[x / 8] >> (7 - x % 8) & 1) != 0;
                int at = y * place.width() + x;
                argb[at] = seen ? argb[at] | 0xff00_0000 : 0;
            }
        }
        return shape(place, argb);
    }

    /** Red, green, blue, alpha; the colours are multiplied with alpha. Servers send it raw. */
    CursorShape withAlpha(Area place) {
        require(place);
        int encoding = wire.s32();
        if (encoding != Encoding.RAW.number()) {
            throw RfbException.malformed("a pointer's shape in encoding " + encoding + " instead of raw");
        }
        int[] argb = new int[place.pixels()];
        for (int i = 0; i < argb.length; i++) {
            int red = wire.u8();
            int green = wire.u8();
            int blue = wire.u8();
            int alpha = wire.u8();
            argb[i] = alpha << 24 | divided(red, alpha) << 16 | divided(green, alpha) << 8 | divided(blue, alpha);
        }
        return shape(place, argb);
    }

    private static int divided(int colour, int alpha) {
        return alpha == 0 ? 0 : Math.min(255, colour * 255 / alpha);
    }

    private static void require(Area place) {
        if (place.width() > MAX_SIDE || place.height() > MAX_SIDE) {
            throw RfbException.malformed("a pointer of " + place.width() + "x" + place.height() + " pixels");
        }
    }

    private static CursorShape shape(Area place, int[] argb) {
        return new CursorShape(place.width(), place.height(), place.x(), place.y(), argb);
    }
}
