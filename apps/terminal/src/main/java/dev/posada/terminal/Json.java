package dev.posada.terminal;

import java.util.List;
import java.util.Map;

/** Prints values as JSON: maps, lists, texts, numbers, truths. */
public final class Json {
    private static final String STEP = "    ";

    private Json() {}

    /** The text of a value: maps, lists, texts, numbers, truths. */
    public static String text(Object value) {
        var out = new StringBuilder();
        append(value, "", out);
        return out.toString();
    }

    private static void append(Object value, String indent, StringBuilder out) {
        switch (value) {
            case Map<?, ?> map -> {
                out.append("{\n");
                var before = "";
                for (var entry : map.entrySet()) {
                    out.append(before).append(indent).append(STEP);
                    quote(entry.getKey().toString(), out);
                    out.append(": ");
                    append(entry.getValue(), indent + STEP, out);
                    before = ",\n";
                }
                out.append("\n").append(indent).append('}');
            }
            case List<?> list -> {
                out.append("[\n");
                var before = "";
                for (var element : list) {
                    out.append(before).append(indent).append(STEP);
                    append(element, indent + STEP, out);
                    before = ",\n";
                }
                out.append("\n").append(indent).append(']');
            }
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            default -> quote(value.toString(), out);
        }
    }

    /** A text between quotation marks. */
    public static String quoted(String text) {
        var out = new StringBuilder();
        quote(text, out);
        return out.toString();
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
