package dev.posada.virsh;

import dev.posada.terminal.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads JSON into maps, lists, texts, truths, {@link Bare} for numbers and null, and writes it as libvirt's tools do: on one
 * line without blanks, or two columns a level.
 */
final class JsonText {
    /** Deep enough for every answer of a monitor. */
    private static final int MOST_DEPTH = 200;

    private static final String STEP = "  ";
    private static final int HEX = 16;
    private static final int UNICODE_DIGITS = 4;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /** A number or {@code null}, as it was written. */
    record Bare(String text) {}

    /** Thrown and caught here alone. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** The value a text stands for; empty when it is no JSON. */
    static Optional<Object> parse(String text) {
        var reader = new JsonText(text);
        try {
            var value = reader.value(0);
            reader.blanks();
            return reader.at == text.length() ? Optional.of(value) : Optional.empty();
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    private Object value(int depth) throws Malformed {
        if (depth > MOST_DEPTH) {
            throw new Malformed();
        }
        blanks();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object(int depth) throws Malformed {
        var map = new LinkedHashMap<String, Object>();
        at++;
        blanks();
        if (peek() == '}') {
            at++;
            return map;
        }
        while (true) {
            blanks();
            var key = string();
            blanks();
            expect(':');
            map.put(key, value(depth + 1));
            blanks();
            if (peek() == '}') {
                at++;
                return map;
            }
            expect(',');
        }
    }

    private List<Object> array(int depth) throws Malformed {
        var list = new ArrayList<Object>();
        at++;
        blanks();
        if (peek() == ']') {
            at++;
            return list;
        }
        while (true) {
            list.add(value(depth + 1));
            blanks();
            if (peek() == ']') {
                at++;
                return list;
            }
            expect(',');
        }
    }

    private String string() throws Malformed {
        expect('"');
        var out = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            out.append(c == '\\' ? escaped() : c);
        }
        at++;
        return out.toString();
    }

    private char escaped() throws Malformed {
        char c = peek();
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> c;
            case 'u' -> {
                if (at + UNICODE_DIGITS > text.length()) {
                    throw new Malformed();
                }
                try {
                    int code = Integer.parseInt(text.substring(at, at + UNICODE_DIGITS), HEX);
                    at += UNICODE_DIGITS;
                    yield (char) code;
                } catch (NumberFormatException e) {
                    throw new Malformed();
                }
            }
            default -> throw new Malformed();
        };
    }

    private Object word() throws Malformed {
        int begin = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        var word = text.substring(begin, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> new Bare(word);
            default -> {
                try {
                    Double.parseDouble(word);
                } catch (NumberFormatException e) {
                    throw new Malformed();
                }
                if (!Character.isDigit(word.charAt(word.length() - 1))
                        || !Character.isDigit(word.replace("-", "0").charAt(0))) {
                    throw new Malformed();
                }
                yield new Bare(word);
            }
        };
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws Malformed {
        if (at >= text.length()) {
            throw new Malformed();
        }
        return text.charAt(at);
    }

    private void expect(char wanted) throws Malformed {
        if (peek() != wanted) {
            throw new Malformed();
        }
        at++;
    }

    /** On one line. */
    static String line(Object value) {
        var out = new StringBuilder();
        write(value, Optional.empty(), out);
        return out.toString();
    }

    /** On as many lines as there are values, the last one without an end. */
    static String pretty(Object value) {
        var out = new StringBuilder();
        write(value, Optional.of("\n"), out);
        return out.toString();
    }

    /** Not recursive beyond {@link #MOST_DEPTH} for what was read here. */
    private static void write(Object value, Optional<String> lineStart, StringBuilder out) {
        switch (value) {
            case Map<?, ?> map -> {
                var inner = lineStart.map(start -> start + STEP);
                var before = "";
                out.append('{');
                for (var entry : map.entrySet()) {
                    out.append(before)
                            .append(inner.orElse(""))
                            .append(Json.quoted(entry.getKey().toString()));
                    out.append(inner.isPresent() ? ": " : ":");
                    write(entry.getValue(), inner, out);
                    before = ",";
                }
                out.append(map.isEmpty() ? "" : lineStart.orElse("")).append('}');
            }
            case List<?> list -> {
                var inner = lineStart.map(start -> start + STEP);
                var before = "";
                out.append('[');
                for (var element : list) {
                    out.append(before).append(inner.orElse(""));
                    write(element, inner, out);
                    before = ",";
                }
                out.append(list.isEmpty() ? "" : lineStart.orElse("")).append(']');
            }
            case Bare(String text) -> out.append(text);
            case Boolean truth -> out.append(truth);
            default -> out.append(Json.quoted(value.toString()));
        }
    }
}
