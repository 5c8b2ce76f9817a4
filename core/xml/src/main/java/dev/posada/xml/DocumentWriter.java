package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.Text;

/**
 * Writes one document.
 *
 * <p>Libvirt writes documents itself but leaves what stands inside {@code <metadata>} to libxml2, which quotes attributes
 * with {@code "} and escapes less; both manners are kept, so that a comparison with its output shows only differences
 * that mean something.
 */
final class DocumentWriter {
    private static final int INITIAL_CAPACITY = 8192;

    private final StringBuilder out = new StringBuilder(INITIAL_CAPACITY);

    String write(Element element) {
        element(element, 0, true, false);
        return out.append('\n').toString();
    }

    String writeForeign(Element element) {
        element(element, 0, true, true);
        return out.append('\n').toString();
    }

    /**
     * Writes an element from its {@code <} to its {@code >}.
     *
     * @param indented whether children stand on lines of their own; not so inside mixed content, where each added space
     *     would be text
     * @param foreign whether the element stands inside {@code <metadata>}
     */
    private void element(Element element, int depth, boolean indented, boolean foreign) {
        if (depth > Documents.MAX_DEPTH) {
            throw new IllegalArgumentException("<" + element.name() + "> stands deeper than " + Documents.MAX_DEPTH);
        }
        name(element.name());
        out.append('<').append(element.name());
        element.attributes().forEach((name, value) -> attribute(name, value, foreign));
        var content = content(element);
        if (content == Shape.EMPTY) {
            out.append("/>");
            return;
        }
        out.append('>');
        boolean lines = indented && content == Shape.ELEMENTS;
        boolean inside = foreign || element.name().equals("metadata");
        for (var item : element.content()) {
            switch (item) {
                case Element child -> {
                    if (lines) {
                        newLine(depth + 1);
                    }
                    element(child, depth + 1, lines, inside);
                }
                case Text(String text) -> {
                    if (content != Shape.ELEMENTS) {
                        text(text, foreign);
                    }
                }
            }
        }
        if (lines) {
            newLine(depth);
        }
        out.append("</").append(element.name()).append('>');
    }

    private enum Shape {
        EMPTY,
        TEXT,
        ELEMENTS,
        MIXED
    }

    private static Shape content(Element element) {
        boolean elements = false;
        boolean text = false;
        boolean blank = false;
        for (var item : element.content()) {
            switch (item) {
                case Element child -> elements = true;
                case Text(String part) -> {
                    if (!Characters.isBlank(part)) {
                        text = true;
                    } else if (!part.isEmpty()) {
                        blank = true;
                    }
                }
            }
        }
        if (elements) {
            return text ? Shape.MIXED : Shape.ELEMENTS;
        }
        return text || blank ? Shape.TEXT : Shape.EMPTY;
    }

    private void newLine(int depth) {
        out.append('\n');
        for (int i = 0; i < depth; i++) {
            out.append("  ");
        }
    }

    private void attribute(String name, String value, boolean foreign) {
        name(name);
        char quote = foreign ? '"' : '\'';
        out.append(' ').append(name).append('=').append(quote);
        escape(value, foreign ? "\"" : "'\"", true);
        out.append(quote);
    }

    private void text(String text, boolean foreign) {
        escape(text, foreign ? "" : "'\"", false);
    }

    /**
     * Appends a value with its special characters replaced.
     *
     * @param quotes the quotes to replace
     * @param inAttribute whether line feeds and tabs must be written as references, since a reader takes them for spaces
     */
    private void escape(String value, String quotes, boolean inAttribute) {
        int forbidden = Characters.firstForbidden(value, 0, value.length());
        if (forbidden >= 0) {
            throw new IllegalArgumentException(
                    "character " + Integer.toHexString(value.charAt(forbidden)) + " cannot be written in a document");
        }
        int from = 0;
        for (int i = 0; i < value.length(); i++) {
            var replacement = replacement(value.charAt(i), quotes, inAttribute);
            if (!replacement.isEmpty()) {
                out.append(value, from, i).append(replacement);
                from = i + 1;
            }
        }
        out.append(value, from, value.length());
    }

    private static String replacement(char c, String quotes, boolean inAttribute) {
        if (c > '>') {
            return "";
        }
        return switch (c) {
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '&' -> "&amp;";
            case '\r' -> "&#13;";
            case '\'' -> quotes.indexOf('\'') >= 0 ? "&apos;" : "";
            case '"' -> quotes.indexOf('"') >= 0 ? "&quot;" : "";
            case '\n' -> inAttribute ? "&#10;" : "";
            case '\t' -> inAttribute ? "&#9;" : "";
            default -> "";
        };
    }

    private static void name(String name) {
        boolean good = !name.isEmpty() && Characters.isNameStart(name.codePointAt(0));
        for (int i = 0; good && i < name.length(); i += Character.charCount(name.codePointAt(i))) {
            good = Characters.isName(name.codePointAt(i));
        }
        if (!good) {
            throw new IllegalArgumentException("\"" + name + "\" cannot be the name of an element or attribute");
        }
    }
}
