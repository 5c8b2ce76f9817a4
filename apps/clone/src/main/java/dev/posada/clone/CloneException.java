package dev.posada.clone;

/** Why there is no clone, in one line for the user. */
final class CloneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CloneException(String message) {
        super(message);
    }

    CloneException(String message, Throwable cause) {
        super(message, cause);
    }
}
