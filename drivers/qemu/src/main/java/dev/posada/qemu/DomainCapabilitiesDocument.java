package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.Optional;

/** Writes the document that tells what a domain could have ({@code virConnectGetDomainCapabilities}). */
final class DomainCapabilitiesDocument {
    private DomainCapabilitiesDocument() {}

    /**
     * The document for one emulator, architecture, machine and type; what is not named is chosen as a definition that
     * does not name it would have it.
     *
     * @throws dev.posada.model.PosadaException {@code INVALID_ARG} when there is no such emulator or machine
     */
    static Element of(
            Emulators emulators,
            Optional<String> emulator,
            Optional<String> architecture,
            Optional<String> machine,
            Optional<String> type) {
        return Element.of("domainCapabilities");
    }
}
