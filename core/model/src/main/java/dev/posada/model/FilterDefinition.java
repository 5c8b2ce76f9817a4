package dev.posada.model;

import java.util.List;
import java.util.UUID;

/**
 * A filter of network packets as a document in canonical form: the root is {@code filter} with a {@code name} and a
 * {@code chain}; {@code uuid} is there.
 *
 * @param root the {@code filter} element
 */
public record FilterDefinition(Element root) {
    /** The chain every packet begins in. */
    public static final String ROOT_CHAIN = "root";

    public FilterDefinition {
        if (!root.name().equals("filter")) {
            throw new IllegalArgumentException("a filter begins with <filter>, not <" + root.name() + ">");
        }
    }

    public String name() {
        return root.attribute("name", "");
    }

    public UUID uuid() {
        return UUID.fromString(root.childText("uuid").orElseThrow());
    }

    /** The chain its rules belong to. */
    public String chain() {
        return root.attribute("chain", ROOT_CHAIN);
    }

    /** Its rules in the order of the document. */
    public List<Element> rules() {
        return root.children("rule");
    }

    /** The names of the filters it takes in, in the order of the document. */
    public List<String> references() {
        return root.children("filterref").stream()
                .map(reference -> reference.attribute("filter", ""))
                .toList();
    }
}
