package dev.posada.qemu;

import dev.posada.model.Element;

/** Writes the document that tells clients what this host and its emulators are ({@code virConnectGetCapabilities}). */
final class CapabilitiesDocument {
    private CapabilitiesDocument() {}

    /** The document: the host's own element, and a guest for each emulator found. */
    static Element of(Element host, Emulators emulators) {
        return Element.of("capabilities").plus(host);
    }
}
