package dev.posada.virsh;

import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * What {@code --xpath} and {@code --wrap} leave of a document.
 *
 * <p>The one place that knows the JDK's tree of documents: an expression is evaluated on a copy of ours, whose nodes
 * remember the elements they were made of. What is printed is printed by {@link Documents}, as everywhere.
 */
final class XmlSelection {
    private static final String ELEMENT = "element";

    private XmlSelection() {}

    /** {@code --xpath} and {@code --wrap}. */
    static Option[] options() {
        return new Option[] {
            Option.text("xpath", "print only what this XPath expression selects")
                    .onlyNamed(),
            Option.flag("wrap", "put what is selected into one element")
        };
    }

    /** Prints a document, or what the options leave of it. */
    static void print(Call call, String xml) {
        var expression = call.text("xpath");
        if (expression.isEmpty()) {
            call.print(xml);
            return;
        }
        var selected = select(xml, expression.get());
        if (call.has("wrap")) {
            call.println(wrapped(selected));
        } else {
            selected.forEach(node -> call.println(text(node)));
        }
    }

    private static List<Node> select(String xml, String expression) {
        var nodes = new ArrayList<Node>();
        try {
            var document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
            document.appendChild(copy(document, Documents.parse(xml)));
            var found = (NodeList) XPathFactory.newInstance()
                    .newXPath()
                    .compile(expression)
                    .evaluate(document, XPathConstants.NODESET);
            for (int i = 0; i < found.getLength(); i++) {
                nodes.add(found.item(i));
            }
        } catch (XPathExpressionException | ParserConfigurationException e) {
            throw new CommandException("internal error: Incorrect xpath '" + expression + "'");
        }
        return nodes;
    }

    /** Not recursive in depth beyond what {@link Documents} has read. */
    private static Node copy(Document document, Element element) {
        var node = document.createElement(element.name());
        node.setUserData(ELEMENT, element, null);
        element.attributes().forEach(node::setAttribute);
        for (var content : element.content()) {
            if (content instanceof Element child) {
                node.appendChild(copy(document, child));
            }
        }
        if (element.children().isEmpty() && !element.text().isEmpty()) {
            node.appendChild(document.createTextNode(element.text()));
        }
        return node;
    }

    private static String text(Node node) {
        return switch (node.getNodeType()) {
            case Node.DOCUMENT_NODE ->
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + format(element(node.getFirstChild())) + "\n";
            case Node.ELEMENT_NODE -> format(element(node));
            case Node.ATTRIBUTE_NODE ->
                " " + node.getNodeName() + "=\"" + escaped(node.getNodeValue()).replace("\"", "&quot;") + "\"";
            default -> escaped(node.getNodeValue());
        };
    }

    private static String wrapped(List<Node> nodes) {
        var all = Element.of("nodes");
        for (var node : nodes) {
            all = switch (node.getNodeType()) {
                case Node.ATTRIBUTE_NODE -> all.with(node.getNodeName(), node.getNodeValue());
                case Node.TEXT_NODE -> all.withText(all.text() + node.getNodeValue());
                case Node.DOCUMENT_NODE -> all.plus(element(node.getFirstChild()));
                default -> all.plus(element(node));
            };
        }
        return format(all);
    }

    private static Element element(Node node) {
        if (node.getUserData(ELEMENT) instanceof Element element) {
            return element;
        }
        throw new PosadaException(
                dev.posada.model.ErrorCode.INTERNAL_ERROR,
                dev.posada.model.ErrorOrigin.XML,
                "no element behind " + node.getNodeName());
    }

    private static String format(Element element) {
        return Documents.formatDoubleQuoted(element).stripTrailing();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
