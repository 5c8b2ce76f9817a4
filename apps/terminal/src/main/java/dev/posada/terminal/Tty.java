package dev.posada.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/**
 * The terminal the user sits at: lines with history and completion, and single bytes in raw mode.
 *
 * <p>One thread at a time reads from it.
 */
public final class Tty implements AutoCloseable {
    private static final int HISTORY_LINES = 1000;

    private final Terminal terminal;

    private Tty(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Proposes words for a line that is typed. */
    @FunctionalInterface
    public interface Proposer {
        /**
         * Words that could stand where the cursor is.
         *
         * @param line what stands before the cursor
         */
        List<String> propose(String line);
    }

    /**
     * Opens the terminal on standard input and output.
     *
     * @throws IOException when there is none
     */
    public static Tty open() throws IOException {
        var terminal = TerminalBuilder.builder()
                .system(true)
                .dumb(false)
                // Else it asks the terminal what it can, and the answers are typed into a guest's console.
                .graphemeCluster(false)
                .provider("ffm")
                .signalHandler(Terminal.SignalHandler.SIG_DFL)
                .build();
        return new Tty(terminal);
    }

    /** Whether it says how large it is, without which no line can be edited; serial lines often do not. */
    public boolean hasSize() {
        return terminal.getSize().getColumns() > 0;
    }

    /**
     * The size of its window.
     *
     * @param rows 1 to 65535
     * @param columns 1 to 65535
     */
    public record WindowSize(int rows, int columns) {}

    /** How large its window is now; empty when it does not say. */
    public Optional<WindowSize> windowSize() {
        var size = terminal.getSize();
        return size.getRows() > 0 && size.getColumns() > 0
                ? Optional.of(new WindowSize(size.getRows(), size.getColumns()))
                : Optional.empty();
    }

    /** A line editor with the history that a file keeps; the file is made when the first line is kept. */
    public Lines lines(Path history, Proposer proposer) {
        var reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .completer((_, parsed, candidates) -> {
                    var before = parsed.line()
                            .substring(
                                    0, Math.min(parsed.cursor(), parsed.line().length()));
                    for (var word : proposer.propose(before)) {
                        candidates.add(new Candidate(word));
                    }
                })
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                // As readline has it: the first Tab completes what is certain, the second shows the rest.
                .option(LineReader.Option.AUTO_MENU, false)
                .variable(LineReader.HISTORY_FILE, writable(history))
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
                .build();
        return new Lines(reader);
    }

    /** A history that cannot be kept is no reason not to work. */
    private static Path writable(Path history) {
        try {
            Files.createDirectories(history.toAbsolutePath().getParent());
            return history;
        } catch (IOException e) {
            return Path.of("/dev/null");
        }
    }

    /** Reads lines. */
    public static final class Lines {
        private final LineReader reader;

        private Lines(LineReader reader) {
            this.reader = reader;
        }

        /** The next line; empty at the end of input. A line given up with Ctrl-C is an empty text. */
        public Optional<String> read(String prompt) {
            try {
                return Optional.of(reader.readLine(prompt));
            } catch (UserInterruptException e) {
                return Optional.of("");
            } catch (EndOfFileException e) {
                return Optional.empty();
            }
        }
    }

    /** Hands over every byte as it is typed, control characters included, until it is closed. */
    public Raw raw() {
        return new Raw();
    }

    /** The terminal without echo, lines or signals. */
    public final class Raw implements AutoCloseable {
        /** So often a reader looks whether it is still wanted. */
        private static final long LOOK_MILLIS = 200;

        private final Attributes before = terminal.enterRawMode();

        private Raw() {
            var attributes = terminal.getAttributes();
            attributes.setLocalFlag(Attributes.LocalFlag.ISIG, false);
            attributes.setLocalFlag(Attributes.LocalFlag.IEXTEN, false);
            attributes.setOutputFlag(Attributes.OutputFlag.OPOST, false);
            attributes.setInputFlag(Attributes.InputFlag.ICRNL, false);
            terminal.setAttributes(attributes);
        }

        /**
         * Waits a moment for a character.
         *
         * @return the character, {@link #NOTHING} when none came in time, {@link #END} when none will
         */
        public int read() throws IOException {
            NonBlockingReader reader = terminal.reader();
            return reader.read(LOOK_MILLIS);
        }

        /** Nothing was typed. */
        public static final int NOTHING = NonBlockingReader.READ_EXPIRED;

        /** The terminal has gone. */
        public static final int END = NonBlockingReader.EOF;

        /** What is written here goes to the screen as it is. */
        public OutputStream output() {
            return terminal.output();
        }

        @Override
        public void close() {
            terminal.setAttributes(before);
        }
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException e) {
            // It is gone already, and so is the user.
        }
    }
}
