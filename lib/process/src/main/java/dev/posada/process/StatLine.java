package dev.posada.process;

import java.util.List;
import java.util.Optional;

/**
 * The line of /proc/PID/stat, proc(5): numbers between blanks, but for the second field, the name in parentheses, which may
 * itself hold blanks and parentheses. Fields are counted from 1 as in the manual.
 */
final class StatLine {
    private static final int FIRST_FIELD_BEHIND_NAME = 3;
    private static final int FIELDS_MIN = 39;

    private final String name;
    private final List<String> fields;

    private StatLine(String name, List<String> fields) {
        this.name = name;
        this.fields = fields;
    }

    /** Empty when the text is not such a line. */
    static Optional<StatLine> parse(String text) {
        int open = text.indexOf('(');
        int close = text.lastIndexOf(')');
        if (open < 0 || close < open) {
            return Optional.empty();
        }
        var rest = List.of(text.substring(close + 1).strip().split(" ", -1));
        if (rest.size() < FIELDS_MIN - FIRST_FIELD_BEHIND_NAME + 1) {
            return Optional.empty();
        }
        return Optional.of(new StatLine(text.substring(open + 1, close), rest));
    }

    String name() {
        return name;
    }

    char state() {
        return field(3).charAt(0);
    }

    int parent() {
        return (int) number(4);
    }

    /** Number of the terminal it is controlled by, as devices are numbered; 0 for none. */
    int terminal() {
        return Integer.parseInt(field(7));
    }

    long userTicks() {
        return number(14);
    }

    long systemTicks() {
        return number(15);
    }

    int threadCount() {
        return (int) number(20);
    }

    long startTicks() {
        return number(22);
    }

    long residentPages() {
        return number(24);
    }

    int lastCpu() {
        return (int) number(39);
    }

    private long number(int field) {
        return Long.parseUnsignedLong(field(field));
    }

    private String field(int field) {
        return fields.get(field - FIRST_FIELD_BEHIND_NAME);
    }
}
