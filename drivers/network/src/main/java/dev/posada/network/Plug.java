package dev.posada.network;

import dev.posada.model.Element;
import dev.posada.model.NetworkDefinition;

/** What an interface is in terms of the host, as in libvirt's documents of ports. */
final class Plug {
    private Plug() {}

    /**
     * A port of a bridge.
     *
     * @param type {@code network} for a bridge the network made, {@code bridge} for one of the host's own
     */
    static Element bridge(NetworkDefinition definition, String type, String bridge) {
        var plug = Element.of("plug", "type", type, "bridge", bridge);
        return definition
                .root()
                .child("bridge")
                .flatMap(element -> element.attribute("macTableManager"))
                .map(who -> plug.with("macTableManager", who))
                .orElse(plug);
    }

    static Element direct(String device, String mode) {
        return Element.of("plug", "type", "direct", "dev", device, "mode", mode);
    }
}
