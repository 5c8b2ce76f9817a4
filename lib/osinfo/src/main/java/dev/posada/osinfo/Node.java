package dev.posada.osinfo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** An element of a file of the database, as read: nothing of it is interpreted. */
record Node(String name, Map<String, String> attributes, String text, List<Node> children) {

    /** The value of an attribute, empty where it is absent. */
    String attribute(String key) {
        return attributes.getOrDefault(key, "");
    }

    boolean flag(String key, boolean otherwise) {
        String value = attributes.get(key);
        return value == null ? otherwise : value.equals("true");
    }

    /** The text of the first child of a name, without spaces around it; absent where it is missing or empty. */
    Optional<String> textOf(String child) {
        for (Node node : children) {
            if (node.name.equals(child)) {
                String stripped = node.text.strip();
                return stripped.isEmpty() ? Optional.empty() : Optional.of(stripped);
            }
        }
        return Optional.empty();
    }

    OptionalLong numberOf(String child) {
        try {
            return textOf(child).map(Long::parseLong).map(OptionalLong::of).orElse(OptionalLong.empty());
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }

    boolean flagOf(String child, boolean otherwise) {
        return textOf(child).map("true"::equals).orElse(otherwise);
    }

    List<Node> all(String child) {
        return children.stream().filter(node -> node.name.equals(child)).toList();
    }
}
