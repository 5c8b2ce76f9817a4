package dev.posada.rfb;

/** The one form of pixels this client asks for: 32 bits, of which 24 count, little-endian, red in the highest. */
final class PixelFormat {
    static final int BYTES = 4;

    private static final int BITS = 32;
    private static final int DEPTH = 24;
    private static final int MAX_VALUE = 255;

    private PixelFormat() {}

    static void write(WireOutput out) {
        out.u8(BITS).u8(DEPTH).u8(0).u8(1);
        out.u16(MAX_VALUE).u16(MAX_VALUE).u16(MAX_VALUE);
        out.u8(16).u8(8).u8(0);
        out.padding(3);
    }
}
