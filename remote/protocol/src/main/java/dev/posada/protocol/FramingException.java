package dev.posada.protocol;

/** Thrown when bytes cannot be cut into messages; the connection they came from is of no use any more. */
public final class FramingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FramingException(String detail) {
        super(detail);
    }
}
