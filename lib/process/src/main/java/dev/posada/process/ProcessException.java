package dev.posada.process;

import org.jspecify.annotations.Nullable;

/** A child could not be started, watched or waited for. */
public final class ProcessException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** What went wrong, to branch on. */
    public enum Kind {
        /** The program, its directory, its log or its pid file cannot be used; nothing runs. */
        CANNOT_START,
        /** A tool did not end in time and was killed. */
        TIMED_OUT,
        /** A tool wrote more than allowed and was killed. */
        TOO_MUCH_OUTPUT,
        /** The watch was closed while somebody waited for a child, which runs on. */
        CLOSED,
        /** The calling thread was interrupted; its interrupt status is set. */
        INTERRUPTED
    }

    ProcessException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
