package dev.posada.protocol;

import java.util.Optional;

/** How it stands with a message, the last word of its header. */
public enum MessageStatus {
    /** A call, a successful reply, the end of a stream. */
    OK(0),
    /** A failed reply or an aborted stream; the payload is a {@link MessageError}, or nothing from clients. */
    ERROR(1),
    /** Data or a hole: more of the stream follows. */
    CONTINUE(2);

    private final int number;

    MessageStatus(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The status with this number; empty for one that does not exist. */
    public static Optional<MessageStatus> of(int number) {
        return number >= 0 && number < values().length ? Optional.of(values()[number]) : Optional.empty();
    }
}
