package dev.posada.rfb;

import java.util.List;

/** The ways in which this client can be told of pixels. */
public enum Encoding {
    RAW(0),
    COPY_RECT(1),
    RRE(2),
    HEXTILE(5),
    ZLIB(6),
    TIGHT(7),
    ZRLE(16);

    /** For a server nearby, where processor time is dearer than bytes. */
    public static final List<Encoding> NEARBY = List.of(COPY_RECT, RAW, HEXTILE, ZRLE, TIGHT, ZLIB, RRE);

    /** For a server far away, where bytes are dearer. */
    public static final List<Encoding> FAR_AWAY = List.of(COPY_RECT, TIGHT, ZRLE, ZLIB, HEXTILE, RRE, RAW);

    private final int number;

    Encoding(int number) {
        this.number = number;
    }

    /** Its number on the wire. */
    int number() {
        return number;
    }
}
