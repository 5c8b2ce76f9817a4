package dev.posada.rfb;

/** The encodings without compression that are a few lines each. */
final class PlainDecoders {
    private final WireInput wire;

    PlainDecoders(WireInput wire) {
        this.wire = wire;
    }

    void raw(Area area, Framebuffer screen) {
        raw(wire, area, screen);
    }

    static void raw(ByteSource source, Area area, Framebuffer screen) {
        byte[] row = new byte[area.width() * PixelFormat.BYTES];
        for (int y = area.y(); y < area.y() + area.height(); y++) {
            source.read(row, 0, row.length);
            for (int i = 0, at = 0; i < area.width(); i++, at += PixelFormat.BYTES) {
                screen.set(area.x() + i, y, (row[at] & 0xff) | (row[at + 1] & 0xff) << 8 | (row[at + 2] & 0xff) << 16);
            }
        }
    }

    void copyRect(Area area, Framebuffer screen) {
        var from = new Area(wire.u16(), wire.u16(), area.width(), area.height());
        screen.require(from);
        screen.copy(from.x(), from.y(), area);
    }

    /** A background and rectangles upon it. */
    void rre(Area area, Framebuffer screen) {
        int count = wire.s32();
        screen.fill(area, wire.pixel());
        if (count < 0 || count > area.pixels()) {
            throw RfbException.malformed("a rectangle of " + Integer.toUnsignedString(count) + " parts has only "
                    + area.pixels() + " pixels");
        }
        for (int i = 0; i < count; i++) {
            int rgb = wire.pixel();
            screen.fill(within(area, wire.u16(), wire.u16(), wire.u16(), wire.u16()), rgb);
        }
    }

    static Area within(Area area, int x, int y, int width, int height) {
        if (x + width > area.width() || y + height > area.height()) {
            throw RfbException.malformed("a part " + width + "x" + height + " at " + x + "," + y
                    + " outside its rectangle of " + area.width() + "x" + area.height());
        }
        return new Area(area.x() + x, area.y() + y, width, height);
    }
}
