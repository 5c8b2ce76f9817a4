package dev.posada.protocol;

import java.util.Optional;

/** What a message is, the fifth word of its header. */
public enum MessageType {
    CALL(0),
    REPLY(1),
    /** An event, or a sign of life; nobody answers by the same serial. */
    MESSAGE(2),
    /** Data, end or abort of a stream. */
    STREAM(3),
    /** A call with descriptors; a count stands before its arguments. */
    CALL_WITH_FDS(4),
    /** A reply with descriptors; a count stands before its results. */
    REPLY_WITH_FDS(5),
    /** A run of zeros in a stream. */
    STREAM_HOLE(6);

    private final int number;

    MessageType(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The type with this number; empty for one that does not exist, whose messages are ignored. */
    public static Optional<MessageType> of(int number) {
        return number >= 0 && number < values().length ? Optional.of(values()[number]) : Optional.empty();
    }
}
