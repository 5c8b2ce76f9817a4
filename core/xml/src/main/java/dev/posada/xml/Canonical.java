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
    private static final Map<String, String> NO_UNIT = Map.of();

    private final boolean values;

    /**
     * @param values whether values are checked and written in their canonical form; else only the order is made
     */
    Canonical(boolean values) {
        this.values = values;
    }

    /** An element under the rule that holds for it; the same object when it is canonical already. */
    @SuppressWarnings("ReferenceEquality") // Whether a new element is needed; comparing all inside would cost more.
    Element element(Element element, Rule rule) {
        if (rule.isForeign()) {
            return element;
        }
        SequencedMap<String, String> given = element.attributes();
        var content = content(element, rule);
        if (values) {
            required(element, rule);
            if (!rule.sizes().isEmpty() || rule.text().filter(Value::isSize).isPresent()) {
                var sized = new LinkedHashMap<>(given);
                attributeSizes(element, rule, sized);
                content = text(element, rule, sized, content);
                given = sized;
            } else {
                content = text(element, rule, NO_UNIT, content);
            }
        }
        var attributes = attributes(element, rule, given);
        return element.content() == content && element.attributes() == attributes
                ? element
                : new Element(element.name(), attributes, content, element.line());
    }

    private SequencedMap<String, String> attributes(Element element, Rule rule, SequencedMap<String, String> given) {
        boolean ordered = isOrdered(given, rule);
        if (!values) {
            return ordered ? given : reordered(given, rule);
        }
        var changed = given;
        boolean copied = false;
        for (var attribute : given.entrySet()) {
            var known = rule.attributes().get(attribute.getKey());
            if (known == null) {
                continue;
            }
            var normal = value(element, known, attribute.getValue());
            if (!normal.equals(attribute.getValue())) {
                if (!copied) {
                    changed = new LinkedHashMap<>(given);
                    copied = true;
                }
                changed.put(attribute.getKey(), normal);
            }
        }
        return ordered ? changed : reordered(changed, rule);
    }

    private static boolean isOrdered(SequencedMap<String, String> attributes, Rule rule) {
        int last = -1;
        for (var name : attributes.keySet()) {
            int place = rule.attributePlace(name);
            if (place < last) {
                return false;
            }
            last = place;
        }
        return true;
    }

    private static SequencedMap<String, String> reordered(SequencedMap<String, String> given, Rule rule) {
        var names = new ArrayList<>(given.sequencedKeySet());
        names.sort(Comparator.comparingInt(rule::attributePlace));
        var ordered = new LinkedHashMap<String, String>();
        for (var name : names) {
            ordered.put(name, given.getOrDefault(name, ""));
        }
        return ordered;
    }

    private static void required(Element element, Rule rule) {
        for (var known : rule.required()) {
            if (!element.attributes().containsKey(known.name()) && known.when().holds(element, element)) {
                throw Invalid.missing(element, known);
            }
        }
        for (var child : rule.requiredChildren()) {
            boolean wanted = child.when().own() || child.when().holds(element, element);
            if (wanted && element.child(child.name()).isEmpty()) {
                throw Invalid.missing(element, child.name());
            }
        }
    }

    private String value(Element element, Rule.Attribute known, String value) {
        if (!values || !known.when().holds(element, element)) {
            return value;
        }
        if (known.value().isFirm() && !known.value().accepts(value)) {
            throw Invalid.value(element, known.name(), known.value());
        }
        return known.value().normal(value);
    }

    /** Writes the sizes that stand in attributes, beside their unit. */
    private static void attributeSizes(Element element, Rule rule, Map<String, String> given) {
        for (var known : rule.sizes()) {
            if (given.containsKey(known.name())) {
                long kib = MemorySize.kib(
                        element, given.getOrDefault(known.name(), ""), given.getOrDefault("unit", ""), "KiB");
                given.put(known.name(), Long.toString(kib));
                given.put("unit", "KiB");
            }
        }
    }

    /** The content in canonical form and order; the same object when it is that already. */
    @SuppressWarnings("ReferenceEquality") // As above.
    private List<Content> content(Element element, Rule rule) {
        var content = element.content();
        if (content.isEmpty()) {
            return content;
        }
        List<Content> changed = content;
        int last = -1;
        boolean ordered = true;
        for (int i = 0; i < content.size(); i++) {
            var item = content.get(i);
            if (item instanceof Element child) {
                var after = child(child, element, rule);
                if (changed != content) {
                    changed.add(after);
                } else if (child != after) {
                    changed = upTo(content, i);
                    changed.add(after);
                }
                int place = rule.place(child.name());
                ordered &= place >= last;
                last = place;
            } else if (item instanceof Text(String text) && rule.text().isEmpty() && Characters.isBlank(text)) {
                changed = changed == content ? upTo(content, i) : changed;
            } else {
                if (changed != content) {
                    changed.add(item);
                }
                ordered &= last < 0;
            }
        }
        if (!ordered) {
            changed = changed == content ? new ArrayList<>(content) : changed;
            changed.sort(
                    Comparator.comparingInt(item -> item instanceof Element child ? rule.place(child.name()) : -1));
        }
        return changed;
    }

    /** A copy of what stands before an item, with room for all. */
    private static List<Content> upTo(List<Content> content, int item) {
        var copy = new ArrayList<Content>(content.size());
        for (int i = 0; i < item; i++) {
            copy.add(content.get(i));
        }
        return copy;
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

    /** The content with its text in canonical form; with it goes the unit of a size, among the attributes. */
    private static List<Content> text(
            Element element, Rule rule, Map<String, String> attributes, List<Content> content) {
        if (rule.text().isEmpty() || content.isEmpty()) {
            return content;
        }
        var value = rule.text().get();
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
        return replaced(content, value.normal(text));
    }

    private static String rawText(List<Content> content) {
        return content.size() == 1 && content.getFirst() instanceof Text(String only) ? only : "";
    }

    private static List<Content> replaced(List<Content> content, String text) {
        if (rawText(content).equals(text)) {
            return content;
        }
        var changed = new ArrayList<>(content);
        changed.removeIf(Text.class::isInstance);
        changed.addFirst(new Text(text));
        return changed;
    }
}
