package dev.posada.engine;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.xml.DomainXml;
import java.util.List;
import java.util.Optional;

/**
 * Changes to definitions that are made here and not by drivers. The parts of a live definition that only the engine
 * changes stay as it has them when a driver reports a new one; everything else is the driver's.
 */
final class LiveEdits {
    /** What clients change while a domain runs and no driver needs to know of. */
    private static final List<String> OWN =
            List.of("title", "description", "metadata", "cputune", "memtune", "blkiotune", "numatune");

    private LiveEdits() {}

    /** What the driver reports, with our parts of what was before. */
    static DomainDefinition carriedOver(DomainDefinition before, DomainDefinition reported) {
        var merged = reported.root();
        for (var name : OWN) {
            merged = with(merged, name, before.root().child(name));
        }
        return merged.equals(reported.root()) ? reported : canonical(merged);
    }

    /** This root with one child as given, or without it. */
    static Element with(Element root, String name, Optional<Element> child) {
        return child.map(root::withChild)
                .orElseGet(() -> root.child(name).isPresent()
                        ? root.withoutChildren(one -> one.name().equals(name))
                        : root);
    }

    /** This root with one child as given, or without it when nothing is left in it. */
    static Element withUnlessEmpty(Element root, Element child) {
        boolean empty = child.content().isEmpty() && child.attributes().isEmpty();
        return with(root, child.name(), empty ? Optional.empty() : Optional.of(child));
    }

    /** A changed document as a definition again: what was added stands where it belongs. */
    static DomainDefinition canonical(Element root) {
        return DomainXml.parseLive(root);
    }
}
