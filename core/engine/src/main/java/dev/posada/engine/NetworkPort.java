package dev.posada.engine;

import dev.posada.model.Element;
import dev.posada.xml.NetworkPortXml;
import java.util.Optional;
import java.util.UUID;

/**
 * What is plugged into a network: an interface of a domain, or what a client made a place for.
 *
 * @param uuid lasting as long as it is plugged in
 * @param scheme the driver whose domain it belongs to; empty for one made by a client
 * @param document the {@code networkport} element, with its {@code plug}
 */
record NetworkPort(UUID uuid, String scheme, Element document) {
    private static final String ENTRY = "plugged";

    /** What it is in terms of the host. */
    Element plug() {
        return document.child("plug").orElse(Element.of("plug"));
    }

    /** The port group it was plugged in by. */
    Optional<String> group() {
        return document.childText("group").filter(name -> !name.isEmpty());
    }

    String mac() {
        return document.child("mac").map(mac -> mac.attribute("address", "")).orElse("");
    }

    /** The domain it belongs to. */
    Optional<UUID> owner() {
        return document.at("owner", "uuid").map(Element::text).map(UUID::fromString);
    }

    /** As it stands in the record of its network. */
    Element toElement() {
        return Element.of(ENTRY, "by", scheme).plus(document);
    }

    /** Reads what {@link #toElement} wrote. */
    static NetworkPort of(Element entry) {
        var document = NetworkPortXml.of(entry.child("networkport").orElse(Element.of("networkport")));
        return new NetworkPort(NetworkPortXml.uuid(document), entry.attribute("by", ""), document);
    }

    static boolean isEntry(Element element) {
        return element.name().equals(ENTRY);
    }
}
