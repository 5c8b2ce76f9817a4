package dev.posada.engine;

import dev.posada.driver.Abilities.WindowSize;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The line of a domain's monitor that tells a console the size of the window it is shown in. The streams of the protocol carry
 * what is typed and shown and nothing else, so this is said beside them, by whoever shows the console.
 *
 * @param alias the console's; empty for the first
 */
record ConsoleResize(String alias, WindowSize size) {
    /** How it is written. */
    static final String FORM = "console-resize [ALIAS] ROWS COLUMNS";

    /** The largest number of rows or columns. */
    static final int LARGEST = 65_535;

    private static final String WORD = "console-resize";

    /** More digits than the largest number has are not looked at. */
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,4}");

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** The command, up to three words, and one that is too many. */
    private static final int WORDS_MAX = 5;

    /** Whether a line of a monitor is this one, well written or not. */
    static boolean isOne(String line) {
        return BLANKS.split(line.strip(), 2)[0].equals(WORD);
    }

    /** Reads it; empty when it is not written as {@link #FORM} says. */
    static Optional<ConsoleResize> parse(String line) {
        var words = List.of(BLANKS.split(line.strip(), WORDS_MAX));
        boolean named = words.size() == 4;
        if (!named && words.size() != 3) {
            return Optional.empty();
        }
        var rows = number(words.get(words.size() - 2));
        var columns = number(words.getLast());
        return rows.isEmpty() || columns.isEmpty()
                ? Optional.empty()
                : Optional.of(new ConsoleResize(named ? words.get(1) : "", new WindowSize(rows.get(), columns.get())));
    }

    private static Optional<Integer> number(String word) {
        return Optional.of(word)
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Integer::valueOf)
                .filter(value -> value <= LARGEST);
    }
}
