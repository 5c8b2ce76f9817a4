package dev.posada.daemon;

/**
 * The daemon cannot start. The message is one line for whoever started it: what was tried, what is in the way, what
 * would help.
 */
final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exit;

    StartException(ExitCode exit, String message) {
        super(message);
        this.exit = exit;
    }

    StartException(ExitCode exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    ExitCode exit() {
        return exit;
    }
}
