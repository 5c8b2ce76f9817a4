package dev.posada.xdr;

/**
 * Thrown when bytes are not the value they should be, or when a value does not fit the limits it is written under.
 *
 * <p>After it was thrown the reader or writer must be discarded: its position is unspecified.
 */
public final class XdrException extends RuntimeException {

    /** What is wrong; a small stable set to branch on. */
    public enum Kind {
        /** The input ends before the value does, or declares more elements than it has bytes for. */
        TRUNCATED,
        /** A length or count exceeds the limit stated for it. */
        TOO_LONG,
        /** A value that no peer may send here, for example the discriminant of a union without such a case. */
        INVALID,
        /** The writer has reached the maximum size of its message. */
        FULL
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final int offsetBytes;

    /**
     * Describes a failure.
     *
     * @param offsetBytes where the offending value begins, counted from the start of the message
     * @param detail one clause saying what was found and what was allowed
     */
    public XdrException(Kind kind, int offsetBytes, String detail) {
        super(detail + " at byte " + offsetBytes);
        this.kind = kind;
        this.offsetBytes = offsetBytes;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }

    /** Where the offending value begins, in bytes from the start of the message. */
    public int offsetBytes() {
        return offsetBytes;
    }
}
