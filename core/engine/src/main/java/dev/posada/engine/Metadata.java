package dev.posada.engine;

import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainEvent.MetadataChange;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Titles, descriptions and what applications keep with a domain.
 *
 * <p>An application's element stands in {@code <metadata>} with the prefix it asked for on itself and on everything in it
 * that has none, and with the declaration of that prefix; it is given back without both.
 */
final class Metadata {
    private static final String API = "virDomainSetMetadata";
    private static final int DESCRIPTION = 0;
    private static final int TITLE = 1;
    private static final int ELEMENT = 2;

    private final Hypervisor hypervisor;

    Metadata(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    String read(UUID uuid, int type, String uri, int flags) {
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, "virDomainGetMetadata");
        var view = hypervisor.domain(uuid).view();
        var root = rootOf(view, Affect.of(flags, view, hypervisor));
        var found = switch (type) {
            case DESCRIPTION -> root.childText("description");
            case TITLE -> root.childText("title");
            case ELEMENT -> elementOf(root, uri);
            default -> throw unknown(type);
        };
        return found.orElseThrow(
                () -> hypervisor.error(ErrorCode.NO_DOMAIN_METADATA, "Requested metadata element is not present"));
    }

    private static Element rootOf(DomainView view, Affect affect) {
        return affect.live()
                ? view.live().orElseThrow().definition().root()
                : view.config().orElseThrow().definition().root();
    }

    private static Optional<String> elementOf(Element root, String uri) {
        return root.child("metadata")
                .flatMap(metadata -> metadata.children().stream()
                        .filter(child -> uri.equals(namespaceOf(child)))
                        .findFirst())
                .map(child -> Documents.format(unbound(child, prefixOf(child))).strip());
    }

    void write(UUID uuid, int type, String metadata, String key, String uri, int flags) {
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, API);
        checkArguments(type, metadata, key, uri);
        var element = type == ELEMENT && !metadata.isEmpty()
                ? Optional.of(bound(Documents.parse(metadata, "metadata_xml", ErrorOrigin.XML), key, uri))
                : Optional.<Element>empty();
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, API)) {
            var affect = Affect.of(flags, domain.view(), hypervisor);
            Happening event = new MetadataChange(type, uri);
            if (affect.config()) {
                hypervisor.reconfigure(
                        domain,
                        definition -> changed(definition, type, metadata, element, uri),
                        affect.live() ? new Happening[0] : new Happening[] {event});
            }
            if (affect.live()) {
                domain.view()
                        .live()
                        .orElseThrow()
                        .instance()
                        .redefine(definition -> changed(definition, type, metadata, element, uri), event);
            }
        }
    }

    private void checkArguments(int type, String metadata, String key, String uri) {
        switch (type) {
            case DESCRIPTION, TITLE -> {
                if (type == TITLE && metadata.contains("\n")) {
                    throw hypervisor.badArgument("metadata title can't contain newlines");
                }
                if (!uri.isEmpty()) {
                    throw hypervisor.badArgument("uri in virDomainSetMetadata must be NULL");
                }
                if (!key.isEmpty()) {
                    throw hypervisor.badArgument("key in virDomainSetMetadata must be NULL");
                }
            }
            case ELEMENT -> {
                if (uri.isEmpty()) {
                    throw hypervisor.badArgument("uri in virDomainSetMetadata must not be NULL");
                }
                if (key.isEmpty() && !metadata.isEmpty()) {
                    throw hypervisor.badArgument("key in virDomainSetMetadata must not be NULL");
                }
            }
            default -> throw unknown(type);
        }
    }

    private RuntimeException unknown(int type) {
        return hypervisor.badArgument("unknown metadata type '" + type + "'");
    }

    private static DomainDefinition changed(
            DomainDefinition definition, int type, String text, Optional<Element> element, String uri) {
        var root = definition.root();
        if (type != ELEMENT) {
            var name = type == TITLE ? "title" : "description";
            var child = text.isEmpty() ? Optional.<Element>empty() : Optional.of(Element.text(name, text));
            return LiveEdits.canonical(LiveEdits.with(root, name, child));
        }
        var kept = root.child("metadata").map(Element::children).orElse(List.of()).stream()
                .filter(child -> !uri.equals(namespaceOf(child)));
        var children = new ArrayList<Content>(kept.toList());
        element.ifPresent(children::add);
        var metadata = children.isEmpty()
                ? Optional.<Element>empty()
                : Optional.of(Element.of("metadata").withContent(children));
        return LiveEdits.canonical(LiveEdits.with(root, "metadata", metadata));
    }

    private static String prefixOf(Element element) {
        int colon = element.name().indexOf(':');
        return colon < 0 ? "" : element.name().substring(0, colon);
    }

    private static String namespaceOf(Element element) {
        var prefix = prefixOf(element);
        return element.attribute(prefix.isEmpty() ? "xmlns" : "xmlns:" + prefix, "");
    }

    /** The element with a prefix where it has none, and its declaration. */
    private static Element bound(Element element, String key, String uri) {
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("xmlns:" + key, uri);
        element.attributes().forEach(attributes::putIfAbsent);
        return prefixed(element, key).withAttributes(attributes);
    }

    private static Element prefixed(Element element, String key) {
        var name = element.name().contains(":") ? element.name() : key + ":" + element.name();
        return new Element(name, element.attributes(), element.content(), element.line())
                .mapChildren(child -> prefixed(child, key));
    }

    private static Element unbound(Element element, String key) {
        var name = !key.isEmpty() && element.name().startsWith(key + ":")
                ? element.name().substring(key.length() + 1)
                : element.name();
        return new Element(name, element.attributes(), element.content(), element.line())
                .without(key.isEmpty() ? "xmlns" : "xmlns:" + key)
                .mapChildren(child -> unbound(child, key));
    }
}
