package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The devices in a domain's document, and proposals of their names. */
final class DomainParts {
    private DomainParts() {}

    /** The domain's document. */
    static Element document(Domain domain, Flag.Xml... flags) {
        return Documents.parse(domain.xml(flags));
    }

    /** The devices of one kind in a domain's document, in order. */
    static List<Element> devices(Element domain, String kind) {
        return domain.child("devices").map(devices -> devices.children(kind)).orElse(List.of());
    }

    /** The value at {@code child/@attribute}, unless it is missing or empty. */
    static Optional<String> value(Element device, String child, String attribute) {
        return device.child(child)
                .flatMap(element -> element.attribute(attribute))
                .filter(text -> !text.isEmpty());
    }

    /** The first of several attributes that an element's child has, in the order of the document. */
    static Optional<String> firstValue(Element device, String child, List<String> attributes) {
        for (var element : device.children(child)) {
            for (var attribute : element.attributes().entrySet()) {
                if (attributes.contains(attribute.getKey())) {
                    return Optional.of(attribute.getValue()).filter(text -> !text.isEmpty());
                }
            }
        }
        return Optional.empty();
    }

    /** Proposes the targets of the domain's disks. */
    static Completer disks() {
        return call -> Proposals.answered(() -> names(call, "disk", "target", "dev"));
    }

    /** Proposes the hardware addresses and host devices of the domain's network cards. */
    static Completer cards() {
        return call -> Proposals.answered(() -> {
            var names = new ArrayList<>(names(call, "interface", "mac", "address"));
            names.addAll(names(call, "interface", "target", "dev"));
            return names;
        });
    }

    /** Proposes the hardware addresses of the domain's network cards. */
    static Completer hardwareAddresses() {
        return call -> Proposals.answered(() -> names(call, "interface", "mac", "address"));
    }

    /** Proposes the aliases of the domain's devices. */
    static Completer aliases() {
        return call -> Proposals.answered(() -> {
            var names = new ArrayList<String>();
            for (var devices : document(Domains.of(call)).children("devices")) {
                for (var device : devices.children()) {
                    value(device, "alias", "name").ifPresent(names::add);
                }
            }
            return names;
        });
    }

    private static List<String> names(Call call, String kind, String child, String attribute) {
        var names = new ArrayList<String>();
        for (var device : devices(document(Domains.of(call)), kind)) {
            value(device, child, attribute).ifPresent(names::add);
        }
        return names;
    }
}
