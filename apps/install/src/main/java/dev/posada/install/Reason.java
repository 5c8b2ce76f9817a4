package dev.posada.install;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why something could not be read or written, in words: many of the JDK's exceptions have only a name, or none. */
final class Reason {
    private Reason() {}

    static String of(Throwable problem) {
        String message = problem.getMessage();
        return switch (problem) {
            case NoSuchFileException missing -> "No such file or directory: '" + missing.getFile() + "'";
            case FileNotFoundException missing -> "No such file or directory: '" + message + "'";
            case AccessDeniedException denied -> "Permission denied: '" + denied.getFile() + "'";
            case NotDirectoryException file -> "Not a directory: '" + file.getFile() + "'";
            case UnknownHostException unknown -> "the host '" + message + "' is not known";
            case ConnectException refused -> "the server cannot be reached";
            case HttpTimeoutException late -> "the server does not answer";
            case IOException other when message == null -> "it cannot be read";
            default -> String.valueOf(message);
        };
    }
}
