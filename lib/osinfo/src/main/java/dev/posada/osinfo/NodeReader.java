package dev.posada.osinfo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a file of the database. What is translated (it has an {@code xml:lang}) and the style sheets of scripts are
 * passed over. A document type declaration names nothing outside, and entities are not expanded.
 */
final class NodeReader {
    /** The longest file; the longest of the database that is published is 100 KiB. */
    static final int MAX_FILE_BYTES = 4 * 1024 * 1024;

    /** How deep elements may stand inside one another. */
    static final int MAX_DEPTH = 32;

    private static final String XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

    private final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();

    NodeReader() {
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    }

    /** The bytes of a file, within the bound. */
    static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IOException(file + " is longer than " + MAX_FILE_BYTES + " bytes");
            }
            return bytes;
        }
    }

    /** The root element of a document. */
    Node read(byte[] document) throws XMLStreamException {
        XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
        try {
            Deque<Open> open = new ArrayDeque<>();
            Open root = new Open("", Map.of());
            open.push(root);
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> start(reader, open);
                    case XMLStreamConstants.END_ELEMENT -> {
                        Open done = open.pop();
                        open.element().children.add(done.node());
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
                        open.element().text.append(reader.getText());
                    default -> {}
                }
            }
            return root.children.getFirst();
        } finally {
            reader.close();
        }
    }

    private static void start(XMLStreamReader reader, Deque<Open> open) throws XMLStreamException {
        String name = reader.getLocalName();
        if (reader.getAttributeValue(XML_NAMESPACE, "lang") != null || name.equals("template")) {
            skip(reader);
            return;
        }
        if (open.size() > MAX_DEPTH) {
            throw new XMLStreamException("elements stand more than " + MAX_DEPTH + " deep", reader.getLocation());
        }
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        open.push(new Open(name, attributes));
    }

    private static void skip(XMLStreamReader reader) throws XMLStreamException {
        int depth = 1;
        while (depth > 0) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            }
        }
    }

    private static final class Open {
        private final String name;
        private final Map<String, String> attributes;
        private final StringBuilder text = new StringBuilder();
        private final List<Node> children = new ArrayList<>();

        Open(String name, Map<String, String> attributes) {
            this.name = name;
            this.attributes = attributes;
        }

        Node node() {
            return new Node(name, attributes, text.toString(), children);
        }
    }
}
