package dev.posada.network;

import dev.posada.model.Element;
import dev.posada.model.NetworkDefinition;
import java.util.ArrayList;
import java.util.List;

/** A definition as it runs: what holds when nothing is said is written out. */
final class LiveDocument {
    private LiveDocument() {}

    static NetworkDefinition of(NetworkDefinition definition) {
        var forward = definition.root().child("forward");
        if (forward.isEmpty() || !definition.forwardMode().equals("nat")) {
            return definition;
        }
        var nat = forward.get().child("nat").orElseGet(() -> Element.of("nat"));
        if (nat.child("port").isPresent()) {
            return definition;
        }
        var port = Element.of(
                "port", "start", String.valueOf(Forward.FIRST_PORT), "end", String.valueOf(Forward.LAST_PORT));
        return definition.withChild(first(forward.get(), nat.withContent(plus(nat, port))));
    }

    private static List<Element> plus(Element parent, Element child) {
        var children = new ArrayList<>(parent.children());
        children.add(child);
        return children;
    }

    /** In the place of the child of that name, or before all others. */
    private static Element first(Element parent, Element child) {
        if (parent.child(child.name()).isPresent()) {
            return parent.withChild(child);
        }
        var children = new ArrayList<Element>();
        children.add(child);
        children.addAll(parent.children());
        return parent.withContent(children);
    }
}
