package dev.posada.xml;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds what a document holds that no rule knows, or of which only the first is heeded.
 *
 * <p>Conditions are left aside: libvirt passes over an attribute that belongs to another variant of its element (the
 * {@code dev} of a disk that has become a file), so such a one is no reason to refuse a start.
 */
final class UnknownSearch {
    private final Rule root;
    private final List<DomainGrammar.Unknown> found = new ArrayList<>();

    UnknownSearch(Rule root) {
        this.root = root;
    }

    List<DomainGrammar.Unknown> search(Element document) {
        element(document, List.of(root), "/" + document.name());
        return List.copyOf(found);
    }

    private void element(Element element, List<Rule> alternatives, String path) {
        if (alternatives.getFirst().isForeign()) {
            return;
        }
        for (var attribute : element.attributes().sequencedKeySet()) {
            if (!isKnown(attribute, alternatives)) {
                found.add(new DomainGrammar.Unknown(path + "/@" + attribute, element.line()));
            }
        }
        var texts = alternatives.stream().anyMatch(rule -> rule.text().isPresent());
        if (!texts && !element.text().isEmpty()) {
            found.add(new DomainGrammar.Unknown(path + "/text()", element.line()));
        }
        Map<String, Integer> counts = new HashMap<>();
        for (var child : element.children()) {
            int index = counts.merge(child.name(), 1, Integer::sum);
            var rules = new ArrayList<Rule>();
            for (var alternative : alternatives) {
                rules.addAll(alternative.children().getOrDefault(child.name(), List.of()));
            }
            boolean several = rules.stream().anyMatch(rule -> rule.count().isRepeatable());
            var childPath = path + "/" + child.name() + (several || index > 1 ? "[" + index + "]" : "");
            if (rules.isEmpty() || (index > 1 && !several)) {
                found.add(new DomainGrammar.Unknown(childPath, child.line()));
            } else {
                element(child, rules, childPath);
            }
        }
    }

    private static boolean isKnown(String attribute, List<Rule> alternatives) {
        if (isDeclaration(attribute)) {
            return true;
        }
        for (var alternative : alternatives) {
            if (alternative.attributes().containsKey(attribute)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an attribute declares a namespace, which any element may. */
    static boolean isDeclaration(String attribute) {
        return attribute.equals("xmlns") || attribute.startsWith("xmlns:");
    }
}
