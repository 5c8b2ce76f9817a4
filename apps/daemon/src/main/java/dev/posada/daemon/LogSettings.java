package dev.posada.daemon;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which messages are told, and where.
 *
 * @param level the least level, where no filter says otherwise
 * @param filters exceptions, the first that matches counts
 * @param outputs where messages go; each gets those that reach its own level too
 */
record LogSettings(LogLevel level, List<Filter> filters, List<Output> outputs) {
    static final LogLevel STANDARD_LEVEL = LogLevel.WARNING;

    private static final int PART_LIMIT = 100;

    LogSettings {
        filters = List.copyOf(filters);
        outputs = List.copyOf(outputs);
    }

    /** A level for the parts of the program whose name contains a word. */
    record Filter(LogLevel level, String part) {}

    /** A place for messages of at least a level. */
    record Output(LogLevel level, Place place) {}

    /** Where messages can go. */
    sealed interface Place {}

    /** The process's standard error. */
    record StandardError() implements Place {}

    /** A file that is appended to. */
    record LogFile(Path path) implements Place {}

    /** The journal, which systemd has connected standard error to: lines bear their priority, sd-daemon(3). */
    record Journal() implements Place {}

    /** Warnings and errors, to standard error. */
    static LogSettings standard() {
        return new LogSettings(STANDARD_LEVEL, List.of(), List.of(new Output(LogLevel.DEBUG, new StandardError())));
    }

    /** The level a part of the program tells from. */
    LogLevel levelOf(String part) {
        for (var filter : filters) {
            if (part.contains(filter.part())) {
                return filter.level();
            }
        }
        return level;
    }

    LogSettings withLevel(LogLevel other) {
        return new LogSettings(other, filters, outputs);
    }

    LogSettings withOutputs(List<Output> others) {
        return new LogSettings(level, filters, others);
    }

    /** Reads {@code log_level}. */
    static LogLevel level(String number) {
        return switch (number) {
            case "1" -> LogLevel.DEBUG;
            case "2" -> LogLevel.INFO;
            case "3" -> LogLevel.WARNING;
            case "4" -> LogLevel.ERROR;
            default -> throw new IllegalArgumentException("'" + number + "' is no level; there are 1, 2, 3 and 4");
        };
    }

    /** Reads {@code log_filters}: {@code LEVEL:PART} with spaces between. */
    static List<Filter> filters(String text) {
        var filters = new ArrayList<Filter>();
        for (var word : words(text)) {
            var parts = word.split(":", 2);
            if (parts.length < 2 || parts[1].isEmpty()) {
                throw new IllegalArgumentException("'" + word + "' is no filter; they are LEVEL:PART, as 1:qemu");
            }
            // A plus asks libvirt for a stack trace with each message; globs at the ends are what we do anyway.
            var part = parts[1].startsWith("+") ? parts[1].substring(1) : parts[1];
            filters.add(new Filter(level(parts[0]), part.replace("*", "")));
        }
        return filters;
    }

    /**
     * Reads {@code log_outputs}: {@code LEVEL:PLACE} with spaces between.
     *
     * @param underJournal whether standard error is connected to the journal
     */
    static List<Output> outputs(String text, boolean underJournal) {
        var outputs = new ArrayList<Output>();
        for (var word : words(text)) {
            var parts = word.split(":", 3);
            if (parts.length < 2) {
                throw new IllegalArgumentException("'" + word + "' is no output; they are LEVEL:PLACE, as 3:stderr");
            }
            var rest = parts.length == 3 ? Optional.of(parts[2]) : Optional.<String>empty();
            outputs.add(new Output(level(parts[0]), place(word, parts[1], rest, underJournal)));
        }
        return outputs;
    }

    private static Place place(String word, String kind, Optional<String> rest, boolean underJournal) {
        return switch (kind) {
            case "stderr" -> new StandardError();
            case "file" ->
                new LogFile(rest.filter(path -> path.startsWith("/"))
                        .map(LogSettings::path)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "'" + word + "' needs an absolute path, as 3:file:/var/log/posada/posadad.log")));
            case "journald" -> {
                if (!underJournal) {
                    throw new IllegalArgumentException("'" + word + "' can be had only where systemd has connected"
                            + " standard error to the journal, as its services have it; use LEVEL:stderr or"
                            + " LEVEL:file:PATH");
                }
                yield new Journal();
            }
            case "syslog" ->
                throw new IllegalArgumentException("'" + word + "': there is no syslog output; use LEVEL:journald,"
                        + " LEVEL:stderr or LEVEL:file:PATH");
            default ->
                throw new IllegalArgumentException(
                        "'" + word + "' is no output; there are stderr, file:PATH and journald");
        };
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is no path", e);
        }
    }

    private static List<String> words(String text) {
        var words = List.of(text.strip().split("\\s+", PART_LIMIT));
        return words.equals(List.of("")) ? List.of() : words;
    }
}
