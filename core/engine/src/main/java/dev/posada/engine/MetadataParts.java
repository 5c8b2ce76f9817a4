package dev.posada.engine;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The title, the description and an application's element of a definition, whatever it defines: pure reading and editing.
 *
 * <p>An application's element stands in {@code <metadata>} with the prefix it asked for on itself and on everything in it
 * that has none, and with the declaration of that prefix; it is given back without both.
 *
 * @param origin the part of the system errors come from
 * @param api the public function that edits
 */
record MetadataParts(ErrorOrigin origin, String api) {
    private static final int DESCRIPTION = 0;
    private static final int TITLE = 1;
    private static final int ELEMENT = 2;

    /** What a definition has of a type; {@code uri} names an application's element. */
    Optional<String> read(Element root, int type, String uri) {
        return switch (type) {
            case DESCRIPTION -> root.childText("description");
            case TITLE -> root.childText("title");
            case ELEMENT -> elementOf(root, uri);
            default -> throw unknown(type);
        };
    }

    private static Optional<String> elementOf(Element root, String uri) {
        return root.child("metadata")
                .flatMap(metadata -> metadata.children().stream()
                        .filter(child -> uri.equals(namespaceOf(child)))
                        .findFirst())
                .map(child -> Documents.format(unbound(child, prefixOf(child))).strip());
    }

    /**
     * What is to be put into {@code <metadata>}; nothing for a title, a description, or an element that is to go.
     *
     * @throws PosadaException {@code INVALID_ARG} for arguments that do not fit the type
     */
    Optional<Element> element(int type, String metadata, String key, String uri) {
        checkArguments(type, metadata, key, uri);
        return type == ELEMENT && !metadata.isEmpty()
                ? Optional.of(bound(Documents.parse(metadata, "metadata_xml", ErrorOrigin.XML), key, uri))
                : Optional.empty();
    }

    private void checkArguments(int type, String metadata, String key, String uri) {
        switch (type) {
            case DESCRIPTION, TITLE -> {
                if (type == TITLE && metadata.contains("\n")) {
                    throw badArgument("metadata title can't contain newlines");
                }
                if (!uri.isEmpty()) {
                    throw badArgument("uri in " + api + " must be NULL");
                }
                if (!key.isEmpty()) {
                    throw badArgument("key in " + api + " must be NULL");
                }
            }
            case ELEMENT -> {
                if (uri.isEmpty()) {
                    throw badArgument("uri in " + api + " must not be NULL");
                }
                if (key.isEmpty() && !metadata.isEmpty()) {
                    throw badArgument("key in " + api + " must not be NULL");
                }
            }
            default -> throw unknown(type);
        }
    }

    private PosadaException unknown(int type) {
        return badArgument("unknown metadata type '" + type + "'");
    }

    private PosadaException badArgument(String problem) {
        return new PosadaException(ErrorCode.INVALID_ARG, origin, problem);
    }

    /** A definition's root with the edit made; an empty text takes away what is there. */
    static Element changed(Element root, int type, String text, Optional<Element> element, String uri) {
        if (type != ELEMENT) {
            var name = type == TITLE ? "title" : "description";
            var child = text.isEmpty() ? Optional.<Element>empty() : Optional.of(Element.text(name, text));
            return LiveEdits.with(root, name, child);
        }
        var kept = root.child("metadata").map(Element::children).orElse(List.of()).stream()
                .filter(child -> !uri.equals(namespaceOf(child)));
        var children = new ArrayList<Content>(kept.toList());
        element.ifPresent(children::add);
        var metadata = children.isEmpty()
                ? Optional.<Element>empty()
                : Optional.of(Element.of("metadata").withContent(children));
        return LiveEdits.with(root, "metadata", metadata);
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
