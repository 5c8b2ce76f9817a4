package dev.posada.engine;

import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.HostInterface;
import dev.posada.xml.Documents;
import dev.posada.xml.InterfaceXml;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Definitions of links on disk, and what was before a change that is not confirmed: {@code before/} has the definitions,
 * {@code before-links/} the links, and {@code before-mark/} has a file once both are whole.
 */
final class InterfaceFiles {
    private static final String NOUN = "interface";

    /** No link can have this name. */
    private static final String MARK = "a change that waits to be committed";

    private final DocumentFiles definitions;
    private final DocumentFiles before;
    private final DocumentFiles links;
    private final DocumentFiles marks;
    private final DocumentFiles boots;

    InterfaceFiles(Path etc, Path run) {
        this.definitions = files(etc);
        this.before = files(etc.resolve("before"));
        this.links = files(etc.resolve("before-links"));
        this.marks = files(etc.resolve("before-mark"));
        this.boots = files(run);
    }

    private static DocumentFiles files(Path folder) {
        return new DocumentFiles(folder, NOUN, ErrorOrigin.INTERFACE);
    }

    /**
     * What was before a change.
     *
     * @param definitions by name
     * @param links by name
     */
    record Before(Map<String, Element> definitions, Map<String, HostInterface> links) {
        Before {
            definitions = Map.copyOf(definitions);
            links = Map.copyOf(links);
        }
    }

    List<Element> definitions() {
        return definitions.load(InterfaceHost.INTERFACES_MAX, text -> InterfaceXml.parse(text, false));
    }

    void keep(String name, String document) {
        definitions.keep(name, document);
    }

    void remove(String name) {
        definitions.remove(name);
    }

    /** Whether this is the first time the question is asked since the host was started. */
    boolean firstSinceBoot() {
        var boot = Element.of("boot", "id", HostBoot.id());
        if (boots.load(1, Documents::parse).stream()
                .anyMatch(known -> known.attributes().equals(boot.attributes()))) {
            return false;
        }
        boots.keep("boot", Documents.format(boot));
        return true;
    }

    void begin(Before state) {
        state.definitions().forEach((name, definition) -> before.keep(name, Documents.format(definition)));
        state.links()
                .forEach((name, link) -> links.keep(
                        name,
                        Documents.format(Element.of(
                                        "link", "name", name, "mac", link.mac(), "active", link.active() ? "yes" : "no")
                                .plus(link.document()))));
        marks.keep(MARK, Documents.format(Element.of("complete", "boot", HostBoot.id())));
    }

    /** Whether the change that waits to be confirmed was begun since the host was started. */
    boolean pendingIsOfThisBoot() {
        var boot = HostBoot.id();
        return marks.load(1, Documents::parse).stream().anyMatch(mark -> mark.has("boot", boot));
    }

    /** What was before the change that waits to be confirmed, if there is one. */
    Optional<Before> before() {
        if (marks.load(1, Documents::parse).isEmpty()) {
            end(); // one that was killed at its beginning had changed nothing yet
            return Optional.empty();
        }
        var was = new TreeMap<String, Element>();
        before.load(InterfaceHost.INTERFACES_MAX, text -> InterfaceXml.parse(text, false))
                .forEach(definition -> was.put(InterfaceXml.name(definition), definition));
        var were = new TreeMap<String, HostInterface>();
        links.load(InterfaceHost.INTERFACES_MAX, Documents::parse)
                .forEach(link -> were.put(
                        link.attribute("name", ""),
                        new HostInterface(
                                link.attribute("name", ""),
                                link.attribute("mac", ""),
                                link.has("active", "yes"),
                                link.child("interface").orElse(Element.of("interface")))));
        return Optional.of(new Before(was, were));
    }

    /** The change is over: the mark goes first, and what is left means nothing without it. */
    void end() {
        marks.remove(MARK);
        before.load(InterfaceHost.INTERFACES_MAX, text -> InterfaceXml.name(InterfaceXml.parse(text, false)))
                .forEach(before::remove);
        links.load(InterfaceHost.INTERFACES_MAX, text -> Documents.parse(text).attribute("name", ""))
                .forEach(links::remove);
    }
}
