package dev.posada.rfb;

/** The picture of a pointer. */
public final class CursorShape {
    private final int width;
    private final int height;
    private final int hotX;
    private final int hotY;
    private final int[] argb;

    CursorShape(int width, int height, int hotX, int hotY, int[] argb) {
        this.width = width;
        this.height = height;
        this.hotX = hotX;
        this.hotY = hotY;
        this.argb = argb;
    }

    /** 0 when the server wants no pointer to be seen. */
    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** The column of the picture that points. */
    public int hotX() {
        return hotX;
    }

    /** The row of the picture that points. */
    public int hotY() {
        return hotY;
    }

    /** A copy of the pixels, {@code 0xAARRGGBB}, row by row; the colours are not multiplied with alpha. */
    public int[] argb() {
        return argb.clone();
    }
}
