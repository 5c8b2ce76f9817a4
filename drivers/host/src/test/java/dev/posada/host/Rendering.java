package dev.posada.host;

import dev.posada.model.Element;
import dev.posada.model.Text;

/** Shows an element as a document, for golden files and for a judge. */
final class Rendering {
    private Rendering() {}

    static String of(Element element) {
        var text = new StringBuilder();
        append(element, "", text);
        return text.toString();
    }

    private static void append(Element element, String indent, StringBuilder text) {
        text.append(indent).append('<').append(element.name());
        element.attributes()
                .forEach((name, value) ->
                        text.append(' ').append(name).append("='").append(value).append('\''));
        if (element.content().isEmpty()) {
            text.append("/>\n");
        } else if (element.children().isEmpty()) {
            text.append('>');
            element.content().forEach(item -> text.append(item instanceof Text(String value) ? value : ""));
            text.append("</").append(element.name()).append(">\n");
        } else {
            text.append(">\n");
            element.children().forEach(child -> append(child, indent + "  ", text));
            text.append(indent).append("</").append(element.name()).append(">\n");
        }
    }
}
