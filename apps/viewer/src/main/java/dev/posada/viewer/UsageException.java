package dev.posada.viewer;

/** A command line that is none of ours; the message is what the user is told before the pointer to the help. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
