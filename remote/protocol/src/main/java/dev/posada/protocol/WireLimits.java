package dev.posada.protocol;

/** The bounds of every message, whatever the program; limits of single arrays are in the generated classes. */
public final class WireLimits {

    /** The size of the length word that opens a message. */
    public static final int LENGTH_BYTES = 4;

    /** The size of the header including the length word, which is also the smallest message. */
    public static final int HEADER_BYTES = 28;

    /** The largest value of the length word, which counts itself; a larger one ends the connection. */
    public static final int MAX_MESSAGE_BYTES = 33_554_436;

    /** The most payload a message can carry. */
    public static final int MAX_PAYLOAD_BYTES = MAX_MESSAGE_BYTES - HEADER_BYTES;

    /** The most data one stream packet carries; peers of any age accept this much. */
    public static final int MAX_STREAM_DATA_BYTES = 262_120;

    /** The most file descriptors that accompany a message. */
    public static final int MAX_DESCRIPTORS = 32;

    /** The longest string, in bytes of UTF-8. */
    public static final int MAX_STRING_BYTES = 4_194_304;

    private WireLimits() {}
}
