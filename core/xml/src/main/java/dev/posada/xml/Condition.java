package dev.posada.xml;

import dev.posada.model.Element;
import java.util.List;

/**
 * What an attribute must be for a rule to hold.
 *
 * @param own whether the attribute is the element's own, not its parent's
 * @param attribute the attribute's name; empty for a condition that always holds
 * @param values the values it may have; the empty one stands for an attribute left out
 */
record Condition(boolean own, String attribute, List<String> values) {
    static final Condition ALWAYS = new Condition(false, "", List.of());

    Condition {
        values = List.copyOf(values);
    }

    /** Reads {@code type=file|block} or {@code .type=pci}. */
    static Condition of(String notation) {
        boolean own = notation.startsWith(".");
        int equals = notation.indexOf('=');
        return new Condition(
                own, notation.substring(own ? 1 : 0, equals), Outline.split(notation.substring(equals + 1), '|'));
    }

    boolean holds(Element element, Element parent) {
        return attribute.isEmpty() || values.contains((own ? element : parent).attribute(attribute, ""));
    }
}
