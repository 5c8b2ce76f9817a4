package dev.posada.xml;

import dev.posada.model.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an attribute or a text may be: one of some words, a number in a range, or anything of some kinds.
 *
 * @param words the words that may stand there as they are
 * @param kinds the kinds, in the order they are tried
 * @param least the least number of a range
 * @param most the largest number of a range; less than {@code least} when there is no range
 * @param mayBeEmpty whether the text may be missing
 * @param wrong the error that another value is
 */
record Value(List<String> words, List<Kind> kinds, long least, long most, boolean mayBeEmpty, ErrorCode wrong) {
    Value {
        words = List.copyOf(words);
        kinds = List.copyOf(kinds);
    }

    /** Reads the notation of the outline: {@code on|off}, {@code reset|Delta}, {@code 1..255}, {@code Path?}, {@code ~a|b}. */
    static Value of(String notation, Map<String, Kind> kindsByWord) {
        boolean optional = notation.endsWith("?");
        var mark = switch (notation.charAt(0)) {
            case '~' -> Optional.of(ErrorCode.CONFIG_UNSUPPORTED);
            case '^' -> Optional.of(ErrorCode.INTERNAL_ERROR);
            default -> Optional.<ErrorCode>empty();
        };
        var text = notation.substring(mark.isPresent() ? 1 : 0, notation.length() - (optional ? 1 : 0));
        int dots = text.indexOf("..");
        if (dots > 0) {
            long least = Long.parseLong(text.substring(0, dots));
            return new Value(
                    List.of(),
                    List.of(),
                    least,
                    Long.parseLong(text.substring(dots + 2)),
                    optional,
                    mark.orElse(ErrorCode.XML_ERROR));
        }
        var words = new ArrayList<String>();
        var kinds = new ArrayList<Kind>();
        for (var word : Outline.split(text, '|')) {
            var kind = kindsByWord.get(word);
            if (kind != null) {
                kinds.add(kind);
            } else if (Character.isUpperCase(word.charAt(0))) {
                throw new IllegalStateException("no such kind of value: " + word);
            } else {
                words.add(word);
            }
        }
        var usual = kinds.isEmpty() ? ErrorCode.XML_ERROR : kinds.getFirst().wrong();
        return new Value(words, kinds, 0, -1, optional, mark.orElse(usual));
    }

    /** Whether a value is one of these. */
    boolean accepts(String value) {
        if ((value.isEmpty() && mayBeEmpty) || words.contains(value)) {
            return true;
        }
        if (isRange()) {
            return Kind.inRange(value, least, most);
        }
        for (var kind : kinds) {
            if (kind.accepts(value)) {
                return true;
            }
        }
        return false;
    }

    /** Whether other values are refused even when no strict validation is asked for. */
    boolean isFirm() {
        return kinds.isEmpty() || kinds.getFirst().isFirm() || wrong != ErrorCode.XML_ERROR;
    }

    /** The error that a value is which is not accepted; what should be a number and is none is always an XML error. */
    ErrorCode errorFor(String value) {
        boolean numeric = isRange() || kinds.contains(Kind.QUOTA);
        return numeric && !Kind.LONG.accepts(value) ? ErrorCode.XML_ERROR : wrong;
    }

    /** The canonical form of a value; one that is not accepted stays as it is. */
    String normal(String value) {
        if (kinds.isEmpty() || words.contains(value)) {
            return value;
        }
        for (var kind : kinds) {
            if (kind.accepts(value)) {
                return kind.normal(value);
            }
        }
        return value;
    }

    /** Whether the element's {@code unit} attribute belongs to the value. */
    boolean isSize() {
        return kinds.size() == 1 && kinds.getFirst().isSize();
    }

    boolean isForeign() {
        return kinds.size() == 1 && kinds.getFirst() == Kind.FOREIGN;
    }

    /** What is allowed, for people. */
    String description() {
        if (isRange()) {
            return "a whole number from " + least + " to " + most;
        }
        var parts = new ArrayList<String>();
        for (var word : words) {
            parts.add("'" + word + "'");
        }
        for (var kind : kinds) {
            parts.add(kind.description());
        }
        return joined(parts);
    }

    /** Parts as {@code a, b or c}. */
    static String joined(List<String> parts) {
        if (parts.size() < 2) {
            return String.join("", parts);
        }
        return String.join(", ", parts.subList(0, parts.size() - 1)) + " or " + parts.getLast();
    }

    private boolean isRange() {
        return most >= least;
    }
}
