package dev.posada.jvm;

import org.jspecify.annotations.Nullable;

/** A running JVM could not be asked, or refused what it was asked. */
final class AttachException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Why. */
    enum Kind {
        /** It takes no questions: it was told so, is no HotSpot JVM, is starting or ending. */
        CLOSED,
        /** We may not. */
        FORBIDDEN,
        /** No answer in time: it stands still, or has much to do. */
        TIMED_OUT,
        /** It understood and said no; the message is what it said. */
        REFUSED,
        /** It said more than can be passed on. */
        TOO_LONG
    }

    AttachException(Kind kind, String message) {
        this(kind, message, null);
    }

    AttachException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** What happened, never null. */
    String description() {
        return String.valueOf(getMessage());
    }
}
