package dev.posada.dockerengine;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An engine did not do what it was asked. The message is one line: what was tried, and the engine's own words. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What engines say of a path they do not know, Podman's first. */
    private static final Set<String> UNKNOWN_REQUEST = Set.of("Not Found", "page not found", "404 page not found");

    private final Kind kind;
    private final int httpStatus;

    /** What went wrong, to branch on. */
    public enum Kind {
        /** Nobody answers at the socket, or the connection broke before the answer was complete. */
        UNREACHABLE,
        /** The engine is there and did not answer in time. */
        TIMEOUT,
        /** There is no such container, image, network or volume. */
        NOT_FOUND,
        /** What exists or runs is in the way: a taken name, an image in use, a container that runs. */
        CONFLICT,
        /** The engine does not accept the request as it is. */
        INVALID,
        /** The engine tried and failed, or answered something we do not understand. */
        FAILED,
        /** The engine cannot do this at all. */
        UNSUPPORTED
    }

    EngineException(Kind kind, int httpStatus, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.httpStatus = httpStatus;
    }

    static EngineException unreachable(String what, String why, @Nullable Throwable cause) {
        return new EngineException(Kind.UNREACHABLE, 0, what + ": " + why, cause);
    }

    static EngineException failed(String what, String why, @Nullable Throwable cause) {
        return new EngineException(Kind.FAILED, 0, what + ": " + why, cause);
    }

    /** What an answer of this status means. */
    static EngineException answered(String what, int status, String words, @Nullable Throwable cause) {
        var kind = switch (status) {
            case 400 -> Kind.INVALID;
            case 404 -> UNKNOWN_REQUEST.contains(words) ? Kind.UNSUPPORTED : Kind.NOT_FOUND;
            case 409 -> Kind.CONFLICT;
            case 501 -> Kind.UNSUPPORTED;
            default -> Kind.FAILED;
        };
        return new EngineException(
                kind,
                status,
                what + ": " + (UNKNOWN_REQUEST.contains(words) ? "this engine cannot do that" : words),
                cause);
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /** The status of the engine's answer; 0 where there was none. */
    public int httpStatus() {
        return httpStatus;
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
