package dev.posada.daemon;

import java.util.Locale;

/** How grave a message is, numbered as in libvirt's settings. */
enum LogLevel {
    DEBUG(1),
    INFO(2),
    WARNING(3),
    ERROR(4);

    private final int number;
    private final String word;

    LogLevel(int number) {
        this.number = number;
        this.word = name().toLowerCase(Locale.ROOT);
    }

    int number() {
        return number;
    }

    /** The word in a line of the log. */
    String word() {
        return word;
    }

    /** Whether a message of this level passes where {@code least} is asked for. */
    boolean reaches(LogLevel least) {
        return number >= least.number;
    }

    static LogLevel of(System.Logger.Level level) {
        return switch (level) {
            case ALL, TRACE, DEBUG -> DEBUG;
            case INFO -> INFO;
            case WARNING -> WARNING;
            case ERROR, OFF -> ERROR;
        };
    }
}
