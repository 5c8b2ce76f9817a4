package dev.posada.install;

/**
 * Writes documents as the tools print them: two spaces a level, and quotes as libxml2 writes them, since scripts compare
 * what is printed here with what they have kept.
 */
final class DocumentText {
    private static final int INITIAL_CAPACITY = 4096;

    private DocumentText() {}

    /** A document, with a line feed at its end. */
    static String of(Node node) {
        return of(node, 0);
    }

    /** An element that stands so many levels deep. */
    static String of(Node node, int depth) {
        var out = new StringBuilder(INITIAL_CAPACITY);
        indent(out, depth);
        element(out, node, depth);
        return out.append('\n').toString();
    }

    private static void element(StringBuilder out, Node node, int depth) {
        out.append('<').append(node.name());
        node.attributes().forEach((name, value) -> {
            out.append(' ').append(name).append("=\"");
            escape(out, value, true);
            out.append('"');
        });
        if (node.children().isEmpty() && node.text().isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        escape(out, node.text(), false);
        for (var child : node.children()) {
            out.append('\n');
            indent(out, depth + 1);
            element(out, child, depth + 1);
        }
        if (!node.children().isEmpty()) {
            out.append('\n');
            indent(out, depth);
        }
        out.append("</").append(node.name()).append('>');
    }

    private static void indent(StringBuilder out, int depth) {
        for (int i = 0; i < depth; i++) {
            out.append("  ");
        }
    }

    private static void escape(StringBuilder out, String text, boolean inAttribute) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '\r' -> out.append("&#13;");
                case '"' -> out.append(inAttribute ? "&quot;" : "\"");
                case '\n' -> out.append(inAttribute ? "&#10;" : "\n");
                case '\t' -> out.append(inAttribute ? "&#9;" : "\t");
                default -> out.append(c);
            }
        }
    }
}
