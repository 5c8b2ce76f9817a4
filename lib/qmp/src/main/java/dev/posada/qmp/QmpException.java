package dev.posada.qmp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A monitor did not do what it was asked. */
public final class QmpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final String errorClass;

    /** What went wrong, to branch on. */
    public enum Kind {
        /** The peer understood and answered with an error; see {@link #errorClass}. */
        REFUSED,
        /** No answer within the time given; it may still carry the command out. */
        TIMED_OUT,
        /** Nobody at the other end: an agent did not even answer the synchronisation, and was not given the command. */
        SILENT,
        /** The connection is gone or cannot be made; whether a pending command was carried out is not known. */
        DISCONNECTED,
        /** The peer sent what is not the protocol, or more than the stated limits allow. */
        MALFORMED,
        /** The calling thread was interrupted; its interrupt status is set. */
        INTERRUPTED
    }

    QmpException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.errorClass = "";
    }

    private QmpException(String errorClass, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Kind.REFUSED;
        this.errorClass = errorClass;
    }

    static QmpException refused(String errorClass, String description) {
        return new QmpException(errorClass, description, null);
    }

    static QmpException malformed(String message) {
        return new QmpException(Kind.MALFORMED, message, null);
    }

    static QmpException timedOut(String message) {
        return new QmpException(Kind.TIMED_OUT, message, null);
    }

    static QmpException silent(String message) {
        return new QmpException(Kind.SILENT, message, null);
    }

    static QmpException disconnected(String message, @Nullable Throwable cause) {
        return new QmpException(Kind.DISCONNECTED, message, cause);
    }

    /** A copy to be thrown in the caller's thread, so that its stack trace tells who asked. */
    static QmpException again(QmpException first) {
        return first.kind == Kind.REFUSED
                ? new QmpException(first.errorClass, first.description(), first)
                : new QmpException(first.kind, first.description(), first);
    }

    public Kind kind() {
        return kind;
    }

    /** QEMU's class of a refusal, such as {@code GenericError} or {@code CommandNotFound}; empty for other kinds. */
    public Optional<String> errorClass() {
        return kind == Kind.REFUSED ? Optional.of(errorClass) : Optional.empty();
    }

    /** QEMU's own sentence, or ours for the other kinds. */
    public String description() {
        return String.valueOf(getMessage());
    }
}
