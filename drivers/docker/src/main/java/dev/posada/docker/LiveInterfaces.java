package dev.posada.docker;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The interfaces of a live definition: found, put in, taken out, and the names their links have inside. Pure. */
final class LiveInterfaces {
    private static final String INTERFACE = "interface";
    private static final String GUEST = "guest";
    private static final String ACTUAL = "actual";

    /** What stands before interfaces among devices. */
    private static final Set<String> BEFORE = Set.of("filesystem", INTERFACE);

    /** What stands before {@code guest} in an interface. */
    private static final Set<String> BEFORE_GUEST = Set.of(
            "mac",
            "source",
            "vlan",
            "virtualport",
            "bandwidth",
            "port",
            "ip",
            "route",
            "portForward",
            "script",
            "target");

    private LiveInterfaces() {}

    /** Whether it is one of the engine's networks that it is in. */
    static boolean isEngines(Element nic) {
        return nic.has("type", "internal");
    }

    /** What its link is called inside, where that is known. */
    static Optional<String> inside(Element nic) {
        return nic.child(GUEST).flatMap(guest -> guest.attribute(ACTUAL)).filter(name -> !name.isEmpty());
    }

    /** The same with the name its link has inside. */
    static Element withInside(Element nic, String name) {
        if (nic.child(GUEST).isPresent()) {
            return nic.withChild(nic.child(GUEST).orElseThrow().with(ACTUAL, name));
        }
        var named = nic.withoutChildren(child -> !BEFORE_GUEST.contains(child.name()))
                .plus(Element.of(GUEST, ACTUAL, name));
        for (var child : nic.children()) {
            named = BEFORE_GUEST.contains(child.name()) ? named : named.plus(child);
        }
        return named;
    }

    /** The same without a name inside that is none any more. */
    static Element withoutInside(Element nic) {
        if (inside(nic).isEmpty()) {
            return nic;
        }
        var guest = nic.child(GUEST).orElseThrow().without(ACTUAL);
        return guest.attributes().isEmpty()
                ? nic.withoutChildren(child -> child.name().equals(GUEST))
                : nic.withChild(guest);
    }

    static String alias(Element nic) {
        return nic.child("alias").map(alias -> alias.attribute("name", "")).orElse("");
    }

    /** The same with a name among the devices that no other has. */
    static Element withAlias(DomainDefinition definition, Element nic) {
        if (!alias(nic).isEmpty()) {
            return nic;
        }
        var taken = definition.devices(INTERFACE).stream()
                .map(LiveInterfaces::alias)
                .toList();
        var free = IntStream.range(0, taken.size() + 1)
                .mapToObj(number -> "net" + number)
                .filter(name -> !taken.contains(name))
                .findFirst()
                .orElseThrow();
        return nic.withoutChildren(child -> child.name().equals("alias")).plus(Element.of("alias", "name", free));
    }

    /** A definition with one more, behind those there are. */
    static DomainDefinition with(DomainDefinition definition, Element nic) {
        return devices(definition, devices -> {
            var content = new ArrayList<>(devices.content());
            int at = 0;
            for (int i = 0; i < content.size(); i++) {
                at = content.get(i) instanceof Element device && BEFORE.contains(device.name()) ? i + 1 : at;
            }
            content.add(at, nic);
            return devices.withContent(content);
        });
    }

    /** A definition with one less. */
    static DomainDefinition without(DomainDefinition definition, Element nic) {
        return devices(definition, devices -> devices.withoutChildren(nic::equals));
    }

    /** A definition with one as it is now. */
    static DomainDefinition replaced(DomainDefinition definition, Element before, Element after) {
        return devices(definition, devices -> devices.mapChildren(device -> device.equals(before) ? after : device));
    }

    private static DomainDefinition devices(DomainDefinition definition, UnaryOperator<Element> change) {
        return new DomainDefinition(
                definition.root().mapChildren(part -> part.name().equals("devices") ? change.apply(part) : part));
    }

    /**
     * What the links of all interfaces are called inside, in their order; empty where there is none.
     *
     * @param links those there are, the engine's first: who has none of them by name has the next one
     */
    static List<String> inside(DomainDefinition definition, List<String> links) {
        var nics = definition.devices(INTERFACE);
        var left = new ArrayList<>(links);
        nics.forEach(nic -> inside(nic).ifPresent(left::remove));
        return nics.stream()
                .map(nic -> inside(nic)
                        .filter(links::contains)
                        .orElseGet(() -> inside(nic).isPresent() || left.isEmpty() ? "" : left.removeFirst()))
                .toList();
    }
}
