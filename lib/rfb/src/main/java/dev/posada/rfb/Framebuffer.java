package dev.posada.rfb;

import java.util.Arrays;

/**
 * The pixels of a server's screen, each {@code 0x00RRGGBB}, row by row.
 *
 * <p>Its size never changes: when the screen's does there is another one. The client's thread writes while others may
 * read: they see each pixel old or new, which is as much as a screen can promise; what an {@link RfbListener} was told
 * of has been written.
 */
public final class Framebuffer {
    /** More than a screen of 7680 by 4320. */
    static final int MAX_PIXELS = 7680 * 4320;

    private final int width;
    private final int height;
    private final int[] pixels;

    Framebuffer(int width, int height) {
        if ((long) width * height > MAX_PIXELS) {
            throw RfbException.malformed(
                    "the server's screen of " + width + "x" + height + " has more than " + MAX_PIXELS + " pixels");
        }
        this.width = width;
        this.height = height;
        this.pixels = new int[width * height];
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** The array itself, {@code width * height} long, so that a window can draw from it without a copy. To be read only. */
    public int[] pixels() {
        return pixels;
    }

    /** One pixel. */
    public int rgb(int x, int y) {
        return pixels[y * width + x];
    }

    /** All of it. */
    public Area bounds() {
        return new Area(0, 0, width, height);
    }

    void require(Area area) {
        if (area.x() + area.width() > width || area.y() + area.height() > height) {
            throw RfbException.malformed("a rectangle " + area.width() + "x" + area.height() + " at " + area.x() + ","
                    + area.y() + " outside the screen of " + width + "x" + height);
        }
    }

    void set(int x, int y, int rgb) {
        pixels[y * width + x] = rgb;
    }

    void fill(Area area, int rgb) {
        for (int y = area.y(); y < area.y() + area.height(); y++) {
            int start = y * width + area.x();
            Arrays.fill(pixels, start, start + area.width(), rgb);
        }
    }

    /** Copies pixels from elsewhere on the screen; the two places may overlap. */
    void copy(int fromX, int fromY, Area to) {
        boolean upwards = fromY >= to.y();
        for (int i = 0; i < to.height(); i++) {
            int row = upwards ? i : to.height() - 1 - i;
            System.arraycopy(
                    pixels, (fromY + row) * width + fromX, pixels, (to.y() + row) * width + to.x(), to.width());
        }
    }

    /** Takes over what fits of an older screen, so that a change of size does not flash. */
    void takeOver(Framebuffer older) {
        int columns = Math.min(width, older.width);
        for (int y = 0; y < Math.min(height, older.height); y++) {
            System.arraycopy(older.pixels, y * older.width, pixels, y * width, columns);
        }
    }
}
