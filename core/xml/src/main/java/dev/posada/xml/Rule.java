package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one element of a document may hold: one line of the outline. Filled once while the outline is read, then never
 * changed.
 */
final class Rule {
    /**
     * One attribute of an element.
     *
     * @param name its qualified name
     * @param need whether it must be there
     * @param missing the error when it is not
     * @param when what another attribute of the element must be
     * @param value what it may be
     */
    record Attribute(String name, Need need, ErrorCode missing, Condition when, Value value) {}

    /** Whether an attribute must be there. */
    enum Need {
        NEVER,
        /** In a document that is validated to the letter; else libvirt knows what to do without it. */
        VALIDATED,
        ALWAYS
    }

    /** How often an element may stand in one place. */
    enum Count {
        OPTIONAL,
        ONE,
        /** One, in a document that is validated to the letter. */
        ONE_VALIDATED,
        ANY,
        /** One or more, in a document that is validated to the letter. */
        SOME_VALIDATED;

        /** Whether a document that is validated to the letter must have one. */
        boolean isRequired() {
            return this == ONE || this == ONE_VALIDATED || this == SOME_VALIDATED;
        }

        boolean isRepeatable() {
            return this == ANY || this == SOME_VALIDATED;
        }
    }

    private final String name;
    private final Count count;
    private final Condition when;
    private final Optional<Value> text;
    private final Map<String, Attribute> attributes = new LinkedHashMap<>();
    private final Map<String, List<Rule>> children = new LinkedHashMap<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<String, Integer> attributePlaces = new HashMap<>();
    private final List<Attribute> required = new ArrayList<>(2);
    private final List<Attribute> sizes = new ArrayList<>(0);
    private final List<Rule> requiredChildren = new ArrayList<>(2);

    Rule(String name, Count count, Condition when, Optional<Value> text) {
        this.name = name;
        this.count = count;
        this.when = when;
        this.text = text;
    }

    String name() {
        return name;
    }

    Count count() {
        return count;
    }

    Condition when() {
        return when;
    }

    /** What the text inside may be; nothing when there may be none. */
    Optional<Value> text() {
        return text;
    }

    /** All attributes, in the order they are written, whether or not their condition holds. */
    Map<String, Attribute> attributes() {
        return attributes;
    }

    /** The alternatives for each name that a child may have, in the order they are written. */
    Map<String, List<Rule>> children() {
        return children;
    }

    /** Where among its siblings a child of this name is written; after all known ones for a name that is not known. */
    int place(String child) {
        return places.getOrDefault(child, places.size());
    }

    /** Where among the attributes one of this name is written; after all known ones for a name that is not known. */
    int attributePlace(String attribute) {
        return attributePlaces.getOrDefault(attribute, attributePlaces.size());
    }

    /** The attributes that must be there, as far as their condition holds. */
    List<Attribute> required() {
        return required;
    }

    /** The attributes that are sizes, with the unit in another one. */
    List<Attribute> sizes() {
        return sizes;
    }

    /** The children that must be there: for each name the first alternative. */
    List<Rule> requiredChildren() {
        return requiredChildren;
    }

    void add(Attribute attribute) {
        if (attributes.putIfAbsent(attribute.name(), attribute) != null) {
            return;
        }
        attributePlaces.put(attribute.name(), attributePlaces.size());
        if (attribute.need() == Need.ALWAYS) {
            required.add(attribute);
        }
        if (attribute.value().isSize()) {
            sizes.add(attribute);
        }
    }

    void add(Rule child) {
        if (places.putIfAbsent(child.name, places.size()) == null && child.count == Count.ONE) {
            requiredChildren.add(child);
        }
        children.computeIfAbsent(child.name, name -> new ArrayList<>(1)).add(child);
    }

    /** Whether everything inside is left as it is. */
    boolean isForeign() {
        return text.isPresent() && text.get().isForeign();
    }

    /** The alternative that holds for a child of an element under this rule, or nothing. */
    Optional<Rule> childFor(Element child, Element parent) {
        return fitting(children.getOrDefault(child.name(), List.of()), child, parent);
    }

    /** The first of some alternatives that holds, or nothing. */
    static Optional<Rule> fitting(List<Rule> alternatives, Element element, Element parent) {
        for (var alternative : alternatives) {
            if (alternative.when.holds(element, parent)) {
                return Optional.of(alternative);
            }
        }
        return Optional.empty();
    }
}
