package dev.posada.rfb;

/**
 * A rectangle of a screen, in pixels.
 *
 * @param x left edge, not negative
 * @param y upper edge, not negative
 * @param width not negative
 * @param height not negative
 */
public record Area(int x, int y, int width, int height) {

    public Area {
        if (x < 0 || y < 0 || width < 0 || height < 0) {
            throw new IllegalArgumentException("an area of negative size or place");
        }
    }

    /** Whether it has no pixels. */
    public boolean isEmpty() {
        return width == 0 || height == 0;
    }

    /** How many pixels it has. */
    public int pixels() {
        return Math.multiplyExact(width, height);
    }

    /** The smallest area that holds both; one that is empty adds nothing. */
    public Area with(Area other) {
        if (isEmpty()) {
            return other;
        }
        if (other.isEmpty()) {
            return this;
        }
        int left = Math.min(x, other.x);
        int top = Math.min(y, other.y);
        int right = Math.max(x + width, other.x + other.width);
        int bottom = Math.max(y + height, other.y + other.height);
        return new Area(left, top, right - left, bottom - top);
    }
}
