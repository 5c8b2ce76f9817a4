package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.UUID;

/** Ports of virtual networks as text. Safe for any thread. */
public final class NetworkPortXml {
    private static final String NAME = "network_port_definition";
    private static final String ROOT = "networkport";

    private static final class Holder {
        static final Rule PORT = Outline.load("networkport.outline");
    }

    private NetworkPortXml() {}

    /**
     * Reads a port's document from a client.
     *
     * @param text one {@code networkport} element
     * @param strict whether it must match the documented format in every element and attribute
     * @throws PosadaException when it is none
     */
    public static Element parse(String text, boolean strict) {
        return of(NetworkDocument.read(text, NAME, ROOT, Holder.PORT, strict));
    }

    /** A port's document in canonical form, checked as if it had been read. */
    public static Element of(Element root) {
        if (root.childText("uuid").filter(text -> !text.isEmpty()).isEmpty()) {
            throw NetworkDocument.error(ErrorCode.INTERNAL_ERROR, "network port has no uuid");
        }
        var owner = root.child("owner").orElseThrow(() -> NetworkDocument.xml("Missing network port owner name"));
        if (owner.childText("name").filter(text -> !text.isEmpty()).isEmpty()) {
            throw NetworkDocument.xml("Missing network port owner name");
        }
        if (owner.childText("uuid").filter(text -> !text.isEmpty()).isEmpty()) {
            throw NetworkDocument.xml("Missing network port owner UUID");
        }
        if (root.child("mac").isEmpty()) {
            throw NetworkDocument.xml("Missing network port mac");
        }
        return NetworkDocument.canonical(root, Holder.PORT);
    }

    /** Writes a port's document as libvirt does. */
    public static String format(Element port) {
        return Documents.format(port);
    }

    /** What a port is known by. */
    public static UUID uuid(Element port) {
        return UUID.fromString(port.childText("uuid").orElseThrow());
    }
}
