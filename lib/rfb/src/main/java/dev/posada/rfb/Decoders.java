package dev.posada.rfb;

/** One decoder for each encoding, with what each remembers from rectangle to rectangle. */
final class Decoders implements AutoCloseable {
    private final PlainDecoders plain;
    private final HextileDecoder hextile;
    private final ZlibDecoder zlib;
    private final ZrleDecoder zrle;
    private final TightDecoder tight;

    Decoders(WireInput wire) {
        plain = new PlainDecoders(wire);
        hextile = new HextileDecoder(wire);
        zlib = new ZlibDecoder(wire);
        zrle = new ZrleDecoder(wire);
        tight = new TightDecoder(wire);
    }

    Decoder of(int number) {
        for (var encoding : Encoding.values()) {
            if (encoding.number() == number) {
                return of(encoding);
            }
        }
        throw RfbException.malformed("the server uses encoding " + number + ", which was not asked for");
    }

    private Decoder of(Encoding encoding) {
        return switch (encoding) {
            case RAW -> plain::raw;
            case COPY_RECT -> plain::copyRect;
            case RRE -> plain::rre;
            case HEXTILE -> hextile;
            case ZLIB -> zlib;
            case TIGHT -> tight;
            case ZRLE -> zrle;
        };
    }

    @Override
    public void close() {
        zlib.close();
        zrle.close();
        tight.close();
    }
}
