package dev.posada.qemu;

import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One element of a definition while a command line is made of it: an element that remembers what was asked of it.
 *
 * <p>Everything a definition says must come to something, or the start be refused; a reader that forgets an attribute
 * must not pass for one that honours it. So whatever is honoured is read through this class, and in the end
 * {@link #unread} names the first thing nobody read. Used by one thread.
 */
final class Part {
    private final Element element;
    private final String path;
    private final Set<String> attributesRead = new HashSet<>();
    private final List<Part> children = new ArrayList<>();
    private boolean visited;
    private boolean textRead;

    /** The whole of a definition. */
    Part(Element element) {
        this(element, element.name());
        visited = true;
    }

    private Part(Element element, String path) {
        this.element = element;
        this.path = path;
        for (var child : element.children()) {
            children.add(new Part(child, path.equals("domain") ? child.name() : path + "/" + child.name()));
        }
    }

    String name() {
        return element.name();
    }

    /** The element itself, for what reads it without honouring it. */
    Element element() {
        return element;
    }

    Optional<String> attribute(String attribute) {
        attributesRead.add(attribute);
        return element.attribute(attribute);
    }

    String attribute(String attribute, String otherwise) {
        return attribute(attribute).orElse(otherwise);
    }

    boolean has(String attribute, String value) {
        return attribute(attribute).filter(value::equals).isPresent();
    }

    /** A whole number, when the attribute is there. */
    Optional<Long> number(String attribute) {
        return attribute(attribute).filter(text -> !text.isEmpty()).map(text -> parse(attribute, text));
    }

    /** A switch ({@code on}, {@code off}, {@code yes}, {@code no}), when the attribute is there. */
    Optional<Boolean> flag(String attribute) {
        return attribute(attribute).map(word -> switch (word) {
            case "on", "yes" -> true;
            case "off", "no" -> false;
            default -> throw unsupported(attribute);
        });
    }

    /** What an attribute's word stands for; refused when it is none of these. */
    Optional<String> word(String attribute, Map<String, String> meanings) {
        return attribute(attribute).map(word -> {
            var meaning = meanings.get(word);
            if (meaning == null) {
                throw unsupported(attribute);
            }
            return meaning;
        });
    }

    String text() {
        textRead = true;
        return element.text();
    }

    /** The whole number this element holds as text. */
    long number() {
        return parse("", text());
    }

    Optional<Part> child(String name) {
        return children.stream()
                .filter(child -> child.name().equals(name))
                .findFirst()
                .map(Part::visit);
    }

    List<Part> children(String name) {
        return children.stream()
                .filter(child -> child.name().equals(name))
                .map(Part::visit)
                .toList();
    }

    List<Part> children() {
        return children.stream().map(Part::visit).toList();
    }

    /** The text of a child, when there is such a child. */
    Optional<String> childText(String name) {
        return child(name).map(Part::text);
    }

    private Part visit() {
        visited = true;
        return this;
    }

    /** Takes this element with everything in it for read: it has no effect, or another part of the driver honours it. */
    void take() {
        visited = true;
        textRead = true;
        attributesRead.addAll(element.attributes().keySet());
        children.forEach(Part::take);
    }

    /** Takes children for read, if they are there. */
    void take(String... names) {
        for (var name : names) {
            children(name).forEach(Part::take);
        }
    }

    /** Takes attributes for read. */
    void ignore(String... names) {
        attributesRead.addAll(List.of(names));
    }

    /** The first thing in here that nobody read, as an error that names it. */
    Optional<PosadaException> unread() {
        for (var attribute : element.attributes().keySet()) {
            if (!attributesRead.contains(attribute) && !attribute.startsWith("xmlns")) {
                return Optional.of(unsupported(attribute));
            }
        }
        if (!textRead && !element.text().isEmpty()) {
            return Optional.of(
                    Refusal.unsupported(describe() + ": '" + Refusal.shown(element.text()) + "' is not supported"));
        }
        for (var child : children) {
            if (!child.visited) {
                return Optional.of(Refusal.unsupported(child.describe() + " is not supported by this driver"));
            }
            var unread = child.unread();
            if (unread.isPresent()) {
                return unread;
            }
        }
        return Optional.empty();
    }

    /** An error: this attribute has a value that cannot be honoured. */
    PosadaException unsupported(String attribute) {
        return Refusal.unsupported(describe() + ": " + attribute + "='"
                + Refusal.shown(element.attribute(attribute, "")) + "' is not supported by this driver");
    }

    /** An error about this element. */
    PosadaException refused(String problem) {
        return Refusal.unsupported(describe() + ": " + problem);
    }

    /** Names the element for people: its path, and what tells it from others of its kind. */
    private String describe() {
        var known = element.at("alias").flatMap(alias -> alias.attribute("name"));
        return "<" + path + ">" + known.map(alias -> " '" + alias + "'").orElse("");
    }

    private long parse(String attribute, String text) {
        try {
            return Long.decode(text.strip());
        } catch (NumberFormatException e) {
            throw Refusal.xml(
                    element,
                    "Invalid value '" + Refusal.shown(text) + "' for "
                            + (attribute.isEmpty() ? "" : "attribute '" + attribute + "' of ") + "element '"
                            + element.name() + "': a whole number is needed");
        }
    }
}
