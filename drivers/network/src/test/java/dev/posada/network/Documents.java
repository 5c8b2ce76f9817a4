package dev.posada.network;

import dev.posada.model.Element;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.Text;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** Definitions from text, for tests: what the engine hands over, with a uuid and without white space. */
final class Documents {
    private Documents() {}

    static NetworkDefinition network(String text) {
        try {
            var document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(text)));
            var root = element(document.getDocumentElement());
            if (root.child("uuid").isEmpty()) {
                var children = new ArrayList<>(root.children());
                var uuid = UUID.nameUUIDFromBytes(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                children.add(1, Element.text("uuid", uuid.toString()));
                root = root.withContent(children);
            }
            return new NetworkDefinition(root);
        } catch (Exception e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static Element element(Node node) {
        var element = Element.of(node.getNodeName());
        for (int i = 0; i < node.getAttributes().getLength(); i++) {
            var attribute = node.getAttributes().item(i);
            element = element.with(attribute.getNodeName(), attribute.getNodeValue());
        }
        var content = new ArrayList<dev.posada.model.Content>();
        for (int i = 0; i < node.getChildNodes().getLength(); i++) {
            var child = node.getChildNodes().item(i);
            if (child.getNodeType() == Node.ELEMENT_NODE) {
                content.add(element(child));
            } else if (!child.getTextContent().isBlank()) {
                content.add(new Text(child.getTextContent()));
            }
        }
        return element.withContent(List.copyOf(content));
    }
}
