package dev.posada.rfb;

/** Where the bytes of a rectangle come from: the connection, or what is inflated from it. All numbers are big-endian. */
interface ByteSource {

    /** Fills that part of the array. */
    void read(byte[] target, int offset, int length);

    /** The next byte, 0 to 255. */
    int u8();

    default int u16() {
        return u8() << 8 | u8();
    }

    default int s32() {
        return u16() << 16 | u16();
    }

    /** A pixel of the format that {@link PixelFormat} asks for: blue, green, red and a byte of nothing. */
    default int pixel() {
        int rgb = smallPixel();
        u8();
        return rgb;
    }

    /** The same without the byte of nothing, as ZRLE packs it. */
    default int smallPixel() {
        return u8() | u8() << 8 | u8() << 16;
    }
}
