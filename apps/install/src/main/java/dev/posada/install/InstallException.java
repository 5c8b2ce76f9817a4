package dev.posada.install;

import org.jspecify.annotations.Nullable;

/** What was asked for cannot be done; the message is for the user, as {@code ERROR    message}. */
sealed class InstallException extends RuntimeException permits BadWord {
    private static final long serialVersionUID = 1L;

    InstallException(String message) {
        super(message);
    }

    InstallException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The message, never null. */
    String told() {
        var message = getMessage();
        return message == null ? "" : message;
    }
}
