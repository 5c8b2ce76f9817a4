package dev.posada.simulator;

import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** Sees to it that a device one asks about is there. */
final class Devices {
    private Devices() {}

    /** Returns when a domain has a disk of this target or source. */
    static void disk(DomainDefinition definition, String disk) {
        boolean there = definition.devices("disk").stream()
                .anyMatch(one ->
                        one.child("target").filter(at -> at.has("dev", disk)).isPresent()
                                || one.child("source")
                                        .filter(from -> from.has("file", disk))
                                        .isPresent());
        if (!there) {
            throw invalid("invalid path: " + disk);
        }
    }

    /** Returns when a domain has an interface of this target or MAC address. */
    static void nic(DomainDefinition definition, String device) {
        boolean there = definition.devices("interface").stream()
                .anyMatch(one ->
                        one.child("target").filter(at -> at.has("dev", device)).isPresent()
                                || one.child("mac")
                                        .filter(mac -> mac.has("address", device))
                                        .isPresent());
        if (!there) {
            throw invalid("'" + device + "' is not a known interface");
        }
    }

    private static PosadaException invalid(String detail) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.TEST, detail);
    }
}
