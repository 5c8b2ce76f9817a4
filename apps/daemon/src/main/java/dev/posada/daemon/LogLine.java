package dev.posada.daemon;

import java.text.MessageFormat;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Makes the lines of the log: {@code 2026-11-23T02:34:56.123Z warning qemu: message}. */
final class LogLine {
    private static final int MESSAGE_LIMIT = 8_192;
    private static final int FRAMES_LIMIT = 20;
    private static final int CAUSES_LIMIT = 5;

    private LogLine() {}

    /** The message with its parameters in place and whatever went wrong behind it. Never throws. */
    static String message(@Nullable String pattern, Object @Nullable [] parameters, @Nullable Throwable thrown) {
        var text = new StringBuilder();
        appendPlain(filled(String.valueOf(pattern), parameters), text);
        if (thrown != null) {
            appendTrace(thrown, text);
        }
        return text.toString();
    }

    private static String filled(String pattern, Object @Nullable [] parameters) {
        if (parameters == null || parameters.length == 0) {
            return pattern;
        }
        try {
            return new MessageFormat(pattern).format(parameters);
        } catch (RuntimeException wrongPatternOrParameter) {
            return pattern + " " + parameters.length + " parameters";
        }
    }

    /** Appends text as one line of bounded length: a message may quote what a peer or a guest said. */
    private static void appendPlain(String message, StringBuilder text) {
        int length = Math.min(message.length(), MESSAGE_LIMIT);
        for (int i = 0; i < length; i++) {
            char c = message.charAt(i);
            if (c == '\n' && i == length - 1) {
                return;
            }
            if (Character.isISOControl(c) && c != '\t') {
                text.append(c == '\n' ? "\\n" : "\\u%04x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        if (message.length() > length) {
            text.append("… (").append(message.length()).append(" characters)");
        }
    }

    private static void appendTrace(Throwable thrown, StringBuilder text) {
        var introduction = "";
        Throwable one = thrown;
        for (int depth = 0; one != null && depth < CAUSES_LIMIT; depth++) {
            appendTraceLine(introduction + described(one), text);
            var frames = one.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, FRAMES_LIMIT); i++) {
                appendTraceLine("at " + frames[i], text);
            }
            if (frames.length > FRAMES_LIMIT) {
                appendTraceLine("… " + (frames.length - FRAMES_LIMIT) + " more", text);
            }
            introduction = "caused by ";
            one = one.getCause();
        }
    }

    private static String described(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (RuntimeException inItsOwnMessage) {
            return thrown.getClass().getName();
        }
    }

    private static void appendTraceLine(String line, StringBuilder text) {
        text.append("\n    ");
        appendPlain(line, text);
    }

    /** A whole entry for a file or a terminal, with a line end. */
    static String dated(long epochMillis, LogLevel level, String part, String message) {
        var time = LocalDateTime.ofEpochSecond(
                Math.floorDiv(epochMillis, 1000L), (int) Math.floorMod(epochMillis, 1000L) * 1_000_000, ZoneOffset.UTC);
        // DateTimeFormatter takes longer to load than the daemon may take to start.
        var line = new StringBuilder(80 + message.length());
        padded(time.getYear(), 4, line).append('-');
        padded(time.getMonthValue(), 2, line).append('-');
        padded(time.getDayOfMonth(), 2, line).append('T');
        padded(time.getHour(), 2, line).append(':');
        padded(time.getMinute(), 2, line).append(':');
        padded(time.getSecond(), 2, line).append('.');
        padded(time.getNano() / 1_000_000, 3, line).append("Z ");
        return line.append(level.word())
                .append(' ')
                .append(part)
                .append(": ")
                .append(message)
                .append('\n')
                .toString();
    }

    /** A whole entry for the journal, which dates lines itself and takes their priority in front, sd-daemon(3). */
    static String forJournal(LogLevel level, String part, String message) {
        int priority = switch (level) {
            case DEBUG -> 7;
            case INFO -> 6;
            case WARNING -> 4;
            case ERROR -> 3;
        };
        var prefix = "<" + priority + ">";
        return prefix + part + ": " + message.replace("\n", "\n" + prefix) + "\n";
    }

    private static StringBuilder padded(int number, int width, StringBuilder line) {
        var digits = String.valueOf(number);
        return line.repeat("0", Math.max(0, width - digits.length())).append(digits);
    }
}
