package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks a document against its rules to the letter, as {@code --validate} asks for. */
final class StrictCheck {
    /** The most names an error lists. */
    private static final int MAX_LISTED = 40;

    private final String what;

    /**
     * @param what names the document in messages, as {@code domain_definition}
     */
    StrictCheck(String what) {
        this.what = what;
    }

    void check(Element element, Rule rule) {
        if (rule.isForeign()) {
            return;
        }
        attributes(element, rule);
        text(element, rule);
        Map<String, Integer> counts = new HashMap<>();
        for (var child : element.children()) {
            if (!rule.children().containsKey(child.name())) {
                throw invalid(
                        child,
                        "element '" + child.name() + "' is not known inside '" + element.name() + "'; "
                                + listed("elements", rule.children().keySet()));
            }
            var fitting =
                    rule.childFor(child, element).orElseThrow(() -> invalid(child, misplaced(child, element, rule)));
            if (counts.merge(child.name(), 1, Integer::sum) > 1
                    && !fitting.count().isRepeatable()) {
                throw invalid(
                        child, "element '" + child.name() + "' stands more than once inside '" + element.name() + "'");
            }
            check(child, fitting);
        }
        for (var alternatives : rule.children().values()) {
            required(element, alternatives, counts);
        }
    }

    private void attributes(Element element, Rule rule) {
        for (var attribute : element.attributes().sequencedEntrySet()) {
            var name = attribute.getKey();
            if (UnknownSearch.isDeclaration(name)) {
                continue;
            }
            var known = rule.attributes().get(name);
            if (known == null) {
                throw invalid(
                        element,
                        "attribute '" + name + "' is not known on element '" + element.name() + "'; "
                                + listed("attributes", rule.attributes().keySet()));
            }
            if (!known.when().holds(element, element)) {
                throw invalid(
                        element,
                        "attribute '" + name + "' of element '" + element.name() + "' goes only with "
                                + words(known.when()));
            }
            if (!known.value().accepts(attribute.getValue())) {
                throw invalid(
                        element,
                        "attribute '" + name + "' of element '" + element.name() + "' cannot be '"
                                + Invalid.shown(attribute.getValue()) + "'; allowed: "
                                + known.value().description());
            }
        }
        for (var known : rule.attributes().values()) {
            if (known.need() != Rule.Need.NEVER
                    && known.when().holds(element, element)
                    && !element.attributes().containsKey(known.name())) {
                throw invalid(
                        element,
                        "element '" + element.name() + "' needs attribute '" + known.name() + "': "
                                + known.value().description());
            }
        }
    }

    private void text(Element element, Rule rule) {
        var text = element.text();
        if (rule.text().isEmpty()) {
            if (!text.isEmpty()) {
                throw invalid(
                        element,
                        "element '" + element.name() + "' has text '" + Invalid.shown(text)
                                + "', where only elements can be");
            }
            return;
        }
        var value = rule.text().get();
        boolean replaced = text.isEmpty()
                && !element.children().isEmpty()
                && !rule.children().isEmpty();
        if (!replaced && !value.accepts(text)) {
            throw invalid(
                    element,
                    "text of element '" + element.name() + "' cannot be '" + Invalid.shown(text) + "'; allowed: "
                            + value.description());
        }
    }

    private void required(Element element, List<Rule> alternatives, Map<String, Integer> counts) {
        for (var rule : alternatives) {
            if (rule.count().isRequired()
                    && !counts.containsKey(rule.name())
                    && (rule.when().own() || rule.when().holds(element, element))) {
                throw invalid(
                        element, "element '" + element.name() + "' needs an element '" + rule.name() + "' inside");
            }
        }
    }

    private static String misplaced(Element child, Element parent, Rule rule) {
        var conditions = new ArrayList<String>();
        for (var alternative : rule.children().getOrDefault(child.name(), List.of())) {
            conditions.add(words(alternative.when()));
        }
        return "element '" + child.name() + "' inside '" + parent.name() + "' goes only with "
                + Value.joined(conditions);
    }

    private static String words(Condition condition) {
        var values = new ArrayList<String>();
        for (var value : condition.values()) {
            values.add(value.isEmpty() ? "none" : "'" + value + "'");
        }
        return condition.attribute() + "=" + Value.joined(values);
    }

    private static String listed(String what, Collection<String> names) {
        if (names.isEmpty()) {
            return "no " + what + " can be there";
        }
        var some =
                names.stream().limit(MAX_LISTED).map(name -> "'" + name + "'").toList();
        return "known " + what + ": " + String.join(", ", some) + (names.size() > MAX_LISTED ? ", …" : "");
    }

    private PosadaException invalid(Element where, String problem) {
        return new PosadaException(
                ErrorCode.XML_INVALID_SCHEMA, ErrorOrigin.XML, what + " line " + where.line() + ": " + problem);
    }
}
