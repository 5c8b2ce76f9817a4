package dev.posada.rfb;

/** Raw pixels in one stream of zlib. */
final class ZlibDecoder implements Decoder, AutoCloseable {
    private final WireInput wire;
    private final ZlibSource inflated;

    ZlibDecoder(WireInput wire) {
        this.wire = wire;
        this.inflated = new ZlibSource(wire);
    }

    @Override
    public void decode(Area area, Framebuffer screen) {
        inflated.begin(wire.length(maxCompressed(area.pixels() * (long) PixelFormat.BYTES), "compressed pixels"));
        PlainDecoders.raw(inflated, area, screen);
        inflated.end();
    }

    /** The most that zlib may make of so many bytes: it can grow them by a little, never double them. */
    static int maxCompressed(long plainBytes) {
        return (int) Math.min(Integer.MAX_VALUE, plainBytes * 2 + 4096);
    }

    @Override
    public void close() {
        inflated.close();
    }
}
