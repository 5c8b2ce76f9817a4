package dev.posada.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * One node of a document: a name, attributes in order, and content in order. Immutable; every change gives a new value.
 *
 * <p>Definitions are kept as documents because nothing a user wrote may be lost: what no part of the program reads is
 * still there when the document is written again. Names keep their prefix ({@code qemu:commandline}), namespace
 * declarations are ordinary attributes ({@code xmlns:qemu}).
 *
 * @param name the qualified name, never empty
 * @param attributes values by qualified name, in document order
 * @param content child elements and text, in document order
 * @param line where the element began in the text it was read from, from 1; 0 when it was made by the program
 */
public record Element(String name, SequencedMap<String, String> attributes, List<Content> content, int line)
        implements Content {

    public Element {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an element needs a name");
        }
        attributes = Attributes.copyOf(attributes);
        content = List.copyOf(content);
    }

    /** Whether both say the same, wherever they stood in a text. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Element element
                && name.equals(element.name)
                && attributes.equals(element.attributes)
                && content.equals(element.content);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, attributes, content);
    }

    /** An empty element with attributes given as name, value, name, value… */
    public static Element of(String name, String... namesAndValues) {
        var attributes = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            attributes.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Element(name, attributes, List.of(), 0);
    }

    /** An element that holds only text. */
    public static Element text(String name, String text) {
        return new Element(name, Attributes.NONE, text.isEmpty() ? List.of() : List.of(new Text(text)), 0);
    }

    /** The value of an attribute, or nothing. */
    public Optional<String> attribute(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }

    /** The value of an attribute, or {@code otherwise}. */
    public String attribute(String attribute, String otherwise) {
        return attributes.getOrDefault(attribute, otherwise);
    }

    /** Whether an attribute has exactly this value. */
    public boolean has(String attribute, String value) {
        return value.equals(attributes.get(attribute));
    }

    /** The text directly inside this element, without that of children and without surrounding white space. */
    public String text() {
        if (content.size() == 1 && content.getFirst() instanceof Text(String only)) {
            return only.strip();
        }
        var text = new StringBuilder();
        for (var item : content) {
            if (item instanceof Text(String part)) {
                text.append(part);
            }
        }
        return text.toString().strip();
    }

    /** The child elements in order. */
    public List<Element> children() {
        var children = new ArrayList<Element>(content.size());
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof Element child) {
                children.add(child);
            }
        }
        return children;
    }

    /** The child elements with this name, in order. */
    public List<Element> children(String child) {
        var children = new ArrayList<Element>();
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof Element element && element.name.equals(child)) {
                children.add(element);
            }
        }
        return children;
    }

    /** The first child element with this name, or nothing. */
    public Optional<Element> child(String child) {
        // By index, here and elsewhere: this is done some hundred times for a definition, and an iterator is an object.
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof Element element && element.name.equals(child)) {
                return Optional.of(element);
            }
        }
        return Optional.empty();
    }

    /** The text of the first child with this name, or nothing when there is no such child. */
    public Optional<String> childText(String child) {
        return child(child).map(Element::text);
    }

    /** The first element down a path of names ({@code at("os", "type")}), or nothing. */
    public Optional<Element> at(String... path) {
        var here = Optional.of(this);
        for (var step : path) {
            here = here.flatMap(element -> element.child(step));
        }
        return here;
    }

    /** This element with one attribute set, at its old place or at the end. */
    public Element with(String attribute, String value) {
        return new Element(name, Attributes.copyOf(attributes).with(attribute, value), content, line);
    }

    /** This element without an attribute. */
    public Element without(String attribute) {
        return attributes.containsKey(attribute)
                ? new Element(name, Attributes.copyOf(attributes).without(attribute), content, line)
                : this;
    }

    /** This element with its whole content replaced. */
    public Element withContent(List<? extends Content> replacement) {
        return new Element(name, attributes, List.copyOf(replacement), line);
    }

    /** This element with its content replaced by text. */
    public Element withText(String text) {
        return withContent(text.isEmpty() ? List.of() : List.of(new Text(text)));
    }

    /** This element with a child appended. */
    public Element plus(Content child) {
        var changed = new ArrayList<>(content);
        changed.add(child);
        return withContent(changed);
    }

    /** This element with the first child of the same name replaced, or the child appended when there is none. */
    public Element withChild(Element child) {
        var changed = new ArrayList<>(content);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i) instanceof Element old && old.name.equals(child.name)) {
                changed.set(i, child);
                return withContent(changed);
            }
        }
        changed.add(child);
        return withContent(changed);
    }

    /** This element without the children that match; itself when none does. */
    public Element withoutChildren(Predicate<Element> matching) {
        int first = 0;
        while (first < content.size() && !(content.get(first) instanceof Element child && matching.test(child))) {
            first++;
        }
        if (first == content.size()) {
            return this;
        }
        var kept = new ArrayList<>(content.subList(0, first));
        for (int i = first + 1; i < content.size(); i++) {
            if (!(content.get(i) instanceof Element child && matching.test(child))) {
                kept.add(content.get(i));
            }
        }
        return withContent(kept);
    }

    /** This element with each child element replaced by what the function makes of it; itself when that is the same. */
    @SuppressWarnings("ReferenceEquality") // Whether a new element is needed; comparing all inside would cost more.
    public Element mapChildren(UnaryOperator<Element> change) {
        List<Content> mapped = content;
        for (int i = 0; i < content.size(); i++) {
            var item = content.get(i);
            var after = item instanceof Element child ? change.apply(child) : item;
            if (item != after) {
                mapped = mapped == content ? new ArrayList<>(content) : mapped;
                mapped.set(i, after);
            }
        }
        return mapped == content ? this : withContent(mapped);
    }

    /** This element with attributes replaced. */
    public Element withAttributes(Map<String, String> replacement) {
        return new Element(name, Attributes.copyOf(replacement), content, line);
    }
}
