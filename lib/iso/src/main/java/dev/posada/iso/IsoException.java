package dev.posada.iso;

import java.io.Serial;

/** An image is not what it should be, or something cannot be put into one. The message says which, in one line. */
public final class IsoException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    IsoException(String message) {
        super(message);
    }

    IsoException(String message, Throwable cause) {
        super(message, cause);
    }
}
