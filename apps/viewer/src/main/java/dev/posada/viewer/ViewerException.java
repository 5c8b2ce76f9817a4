package dev.posada.viewer;

/** There is nothing to be seen; the message says why, in one line. */
final class ViewerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ViewerException(String message) {
        super(message);
    }

    ViewerException(String message, Throwable cause) {
        super(message, cause);
    }
}
