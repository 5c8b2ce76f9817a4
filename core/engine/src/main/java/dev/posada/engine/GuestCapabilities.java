package dev.posada.engine;

import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code <guest>} elements of several drivers' capabilities as one list. Clients look for a guest by its {@code <os_type>} and
 * architecture and then for the type of domain in that one guest, so what two drivers have for the same pair becomes one
 * element with the types of both.
 */
final class GuestCapabilities {
    private final List<Element> guests = new ArrayList<>();

    /** Adds one, to an element that is there or as one more. */
    void add(Element guest) {
        for (int i = 0; i < guests.size(); i++) {
            if (same(guests.get(i), guest)) {
                guests.set(i, joined(guests.get(i), guest));
                return;
            }
        }
        guests.add(guest);
    }

    List<Element> all() {
        return List.copyOf(guests);
    }

    private static boolean same(Element one, Element other) {
        return one.childText("os_type").equals(other.childText("os_type"))
                && arch(one).attribute("name").equals(arch(other).attribute("name"));
    }

    private static Element arch(Element guest) {
        return guest.child("arch").orElse(Element.of("arch"));
    }

    /**
     * The types of the other stand before those that are there: where the type is left open and none of libvirt's is among them,
     * clients take the last.
     */
    private static Element joined(Element guest, Element other) {
        var parts = new ArrayList<Content>();
        var domains = types(other);
        for (var part : arch(guest).children()) {
            if (part.name().equals("domain")) {
                parts.addAll(domains);
                domains = List.of();
            }
            parts.add(part);
        }
        parts.addAll(domains);
        var whole = guest.withChild(arch(guest).withContent(parts));
        var features = features(guest, other);
        return features.children().isEmpty() ? whole : whole.withChild(features);
    }

    /** The types of domain of a guest, each with the emulator and machines it has or shares with the others of its guest. */
    private static List<Element> types(Element guest) {
        var shared = arch(guest);
        return shared.children("domain").stream()
                .map(domain -> {
                    var whole = domain;
                    for (var name : List.of("emulator", "machine")) {
                        if (domain.child(name).isEmpty()) {
                            for (var part : shared.children(name)) {
                                whole = whole.plus(part);
                            }
                        }
                    }
                    return whole;
                })
                .toList();
    }

    private static Element features(Element guest, Element other) {
        var features = guest.child("features").orElse(Element.of("features"));
        for (var feature :
                other.child("features").orElse(Element.of("features")).children()) {
            if (features.child(feature.name()).isEmpty()) {
                features = features.plus(feature);
            }
        }
        return features;
    }
}
