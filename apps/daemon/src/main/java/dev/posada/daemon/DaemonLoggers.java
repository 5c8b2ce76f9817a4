package dev.posada.daemon;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Gives {@link System.Logger}s that write to one {@link LogBook}; found by the JDK as a service. {@code java.util.logging}
 * would do as well but for the time and memory it takes to load.
 *
 * <p>There is one per process because the JDK has it so; it is the program's {@code main} that opens its book, daemons
 * living together in one process only write to it.
 */
public final class DaemonLoggers extends System.LoggerFinder {
    private static final String OURS = "posada.";

    private final LogBook book = new LogBook();

    /** Made by the JDK. */
    public DaemonLoggers() {}

    /** The book all loggers of this process write to. */
    static LogBook ofProcess() {
        if (getLoggerFinder() instanceof DaemonLoggers ours) {
            return ours.book;
        }
        // Only where somebody embeds the daemon and brings loggers of his own: then ours is written to by nobody.
        return new LogBook();
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new PartLogger(name, name.startsWith(OURS) ? name.substring(OURS.length()) : name, book);
    }

    /** The logger of one part of the program. */
    private record PartLogger(String name, String part, LogBook book) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level != Level.OFF && book.tells(part, LogLevel.of(level));
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                book.tell(LogLevel.of(level), part, LogLine.message(localized(bundle, message), null, thrown));
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                Object @Nullable ... parameters) {
            if (isLoggable(level)) {
                book.tell(LogLevel.of(level), part, LogLine.message(localized(bundle, format), parameters, null));
            }
        }

        private static @Nullable String localized(@Nullable ResourceBundle bundle, @Nullable String key) {
            return bundle != null && key != null && bundle.containsKey(key) ? bundle.getString(key) : key;
        }
    }
}
