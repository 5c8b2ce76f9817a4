package dev.posada.virsh;

/** Lays JSON out over lines, two spaces a level; what is no JSON stays as it is, as far as it is none. */
final class PrettyJson {
    private static final String STEP = "  ";

    private PrettyJson() {}

    static String text(String json) {
        var out = new StringBuilder();
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (quoted) {
                out.append(c);
                if (c == '\\' && i + 1 < json.length()) {
                    out.append(json.charAt(++i));
                } else if (c == '"') {
                    quoted = false;
                }
                continue;
            }
            switch (c) {
                case '"' -> {
                    quoted = true;
                    out.append(c);
                }
                case '{', '[' -> {
                    out.append(c);
                    int close = next(json, i + 1);
                    if (close < json.length() && (json.charAt(close) == '}' || json.charAt(close) == ']')) {
                        out.append(json.charAt(close));
                        i = close;
                    } else {
                        line(out, ++depth);
                    }
                }
                case '}', ']' -> {
                    line(out, --depth);
                    out.append(c);
                }
                case ',' -> {
                    out.append(c);
                    line(out, depth);
                }
                case ':' -> out.append(": ");
                case ' ', '\t', '\n', '\r' -> {}
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private static int next(String json, int from) {
        int at = from;
        while (at < json.length() && json.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }

    private static void line(StringBuilder out, int depth) {
        out.append('\n').append(STEP.repeat(Math.max(0, depth)));
    }
}
