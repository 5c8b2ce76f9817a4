package dev.posada.qmp;

/** Writes JSON compactly, in ASCII: everything else is escaped, so that no peer can misread an encoding. */
final class JsonWriter {
    private JsonWriter() {}

    static String text(Json value) {
        var out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Json value, StringBuilder out) {
        switch (value) {
            case Json.ObjectValue(var members) -> {
                char separator = '{';
                for (var member : members.entrySet()) {
                    out.append(separator);
                    quote(member.getKey(), out);
                    out.append(':');
                    write(member.getValue(), out);
                    separator = ',';
                }
                out.append(members.isEmpty() ? "{}" : "}");
            }
            case Json.ArrayValue(var elements) -> {
                char separator = '[';
                for (var element : elements) {
                    out.append(separator);
                    write(element, out);
                    separator = ',';
                }
                out.append(elements.isEmpty() ? "[]" : "]");
            }
            case Json.TextValue(var text) -> quote(text, out);
            case Json.IntegerValue(long number) -> out.append(number);
            case Json.UnsignedValue(long bits) -> out.append(Long.toUnsignedString(bits));
            case Json.RealValue(double number) -> out.append(number);
            case Json.BooleanValue(boolean truth) -> out.append(truth);
            case Json.NullValue() -> out.append("null");
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c >= 0x20 && c < 0x7f) {
                        out.append(c);
                    } else {
                        escape(c, out);
                    }
                }
            }
        }
        out.append('"');
    }

    private static void escape(char c, StringBuilder out) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit((c >> shift) & 0xf, 16));
        }
    }
}
