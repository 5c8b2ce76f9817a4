package dev.posada.xml;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Brings a document into canonical form: attributes and elements in the order of the outline, those it does not know
 * after them, and values as libvirt writes them.
 */
final class Canonical {
    private final boolean values;

    /**
     * @param values whether values are checked and written in their canonical form; else only the order is made
     */
    Canonical(boolean values) {
        this.values = values;
    }

    /** An element under the rule that holds for it. */
    Element element(Element element, Rule rule) {
        if (rule.isForeign()) {
            return element;
        }
        if (!values) {
            return new Element(
                    element.name(),
                    attributes(element, rule, element.attributes()),
                    content(element, rule),
                    element.line());
        }
        required(element, rule);
        var given = new LinkedHashMap<>(element.attributes());
        attributeSize(element, rule, given);
        var content = content(element, rule);
        if (rule.text().isPresent()) {
            content = text(element, rule.text().get(), given, content);
        }
        return new Element(element.name(), attributes(element, rule, given), content, element.line());
    }

    private SequencedMap<String, String> attributes(Element element, Rule rule, SequencedMap<String, String> given) {
        if (given.isEmpty()) {
            return given;
        }
        var ordered = new LinkedHashMap<String, String>();
        for (var known : rule.attributes().values()) {
            var value = given.get(known.name());
            if (value != null) {
                ordered.put(known.name(), value(element, known, value));
            }
        }
        if (ordered.size() < given.size()) {
            given.forEach(ordered::putIfAbsent);
        }
        return ordered;
    }

    private static void required(Element element, Rule rule) {
        for (var known : rule.attributes().values()) {
            if (known.need() == Rule.Need.ALWAYS
                    && !element.attributes().containsKey(known.name())
                    && known.when().holds(element, element)) {
                throw Invalid.missing(element, known);
            }
        }
    }

    private String value(Element element, Rule.Attribute known, String value) {
        if (!values || !known.when().holds(element, element)) {
            return value;
        }
        if (known.value().isFirm() && !value.isEmpty() && !known.value().accepts(value)) {
            throw Invalid.value(element, known.name(), known.value());
        }
        return known.value().normal(value);
    }

    /** Writes a size that stands in an attribute, beside its unit. */
    private static void attributeSize(Element element, Rule rule, Map<String, String> given) {
        for (var known : rule.attributes().values()) {
            if (known.value().isSize() && given.containsKey(known.name())) {
                long kib = MemorySize.kib(
                        element, given.getOrDefault(known.name(), ""), given.getOrDefault("unit", ""), "KiB");
                given.put(known.name(), Long.toString(kib));
                given.put("unit", "KiB");
            }
        }
    }

    private List<Content> content(Element element, Rule rule) {
        if (element.content().isEmpty()) {
            return element.content();
        }
        var children = new ArrayList<Element>();
        var texts = new ArrayList<Content>();
        for (var item : element.content()) {
            switch (item) {
                case Element child -> children.add(child(child, element, rule));
                case Text(String text) -> {
                    if (rule.text().isPresent() || !Characters.isBlank(text)) {
                        texts.add(item);
                    }
                }
            }
        }
        if (children.size() > 1) {
            children.sort(Comparator.comparingInt(child -> rule.place(child.name())));
        }
        texts.addAll(children);
        return texts;
    }

    private Element child(Element child, Element parent, Rule rule) {
        var alternatives = rule.children().getOrDefault(child.name(), List.of());
        if (alternatives.isEmpty()) {
            return child;
        }
        var fitting = Rule.fitting(alternatives, child, parent);
        // Where no alternative fits, the first one still tells the order; its values mean nothing here.
        return fitting.isPresent()
                ? element(child, fitting.get())
                : new Canonical(false).element(child, alternatives.getFirst());
    }

    /** The text of an element in canonical form; with it goes the unit of a size, among the attributes. */
    private static List<Content> text(
            Element element, Value value, Map<String, String> attributes, List<Content> content) {
        var text = value.isFirm() ? element.text() : rawText(content);
        if (text.isEmpty()) {
            return content;
        }
        if (value.isSize()) {
            var size = MemorySize.canonical(element, value.kinds().getFirst());
            attributes.put("unit", size.unit());
            return replaced(content, size.number());
        }
        if (value.isFirm() && !value.accepts(text)) {
            throw Invalid.text(element, value);
        }
        var normal = value.normal(text);
        return normal.equals(text) && !value.isFirm() ? content : replaced(content, normal);
    }

    private static String rawText(List<Content> content) {
        return content.size() == 1 && content.getFirst() instanceof Text(String only) ? only : "";
    }

    private static List<Content> replaced(List<Content> content, String text) {
        var changed = new ArrayList<Content>(content);
        changed.removeIf(Text.class::isInstance);
        changed.addFirst(new Text(text));
        return changed;
    }
}
