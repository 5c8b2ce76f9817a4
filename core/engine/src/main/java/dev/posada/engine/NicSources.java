package dev.posada.engine;

import dev.posada.driver.Undo;
import dev.posada.engine.PortBroker.Given;
import dev.posada.engine.PortBroker.Owner;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Turns the interfaces of a definition into what a driver can start: one in a network becomes one at the bridge or device
 * the network has for it. The place it is given is taken back with the domain's end, or when the start comes to nothing.
 */
final class NicSources {
    private final Optional<NetworkHost> networks;
    private final String scheme;

    /**
     * @param scheme of the driver whose domains these are
     */
    NicSources(Optional<NetworkHost> networks, String scheme) {
        this.networks = networks;
        this.scheme = scheme;
    }

    /**
     * A definition without names of networks.
     *
     * @param definition for the driver
     * @param shown what clients see instead
     */
    record Resolved(DomainDefinition definition, ShownNics shown) {}

    /**
     * One interface without the name of a network.
     *
     * @param nic for the driver
     * @param shown what clients see instead
     */
    record ResolvedNic(Element nic, ShownNics shown) {}

    /**
     * Resolves the interfaces of a definition. Where there are no networks they stay as they are.
     *
     * @throws PosadaException when there is no such network or port group, or the network is not started or has no room
     */
    Resolved resolve(DomainDefinition definition) {
        if (networks.isEmpty()) {
            return new Resolved(definition, ShownNics.NONE);
        }
        var shown = new ArrayList<ShownNics>();
        try (var undo = new Undo()) {
            undo.add(() -> release(definition.uuid()));
            var root = definition
                    .root()
                    .mapChildren(part -> part.name().equals("devices")
                            ? part.mapChildren(device -> resolved(device, definition, shown))
                            : part);
            undo.done();
            return new Resolved(new DomainDefinition(root), shown.stream().reduce(ShownNics.NONE, ShownNics::with));
        }
    }

    private Element resolved(Element device, DomainDefinition domain, List<ShownNics> shown) {
        if (!device.name().equals("interface")) {
            return device;
        }
        var resolved = resolve(device, domain.name(), domain.uuid());
        shown.add(resolved.shown());
        return resolved.nic();
    }

    /** Resolves one interface, as one that is plugged into a running domain. */
    ResolvedNic resolve(Element nic, String domain, UUID uuid) {
        if (networks.isEmpty() || !nic.has("type", "network")) {
            return new ResolvedNic(nic, ShownNics.NONE);
        }
        return plugged(new PortBroker(networks.get()).plugIn(nic, new Owner(scheme, domain, uuid)));
    }

    private static ResolvedNic plugged(Given given) {
        var plug = given.port().plug();
        var port = given.port().uuid().toString();
        return switch (plug.attribute("type", "")) {
            case "network" ->
                new ResolvedNic(
                        atHost(given, "bridge", List.of("bridge", "macTableManager")),
                        new ShownNics(Set.of(port), Set.of()));
            case "bridge" ->
                new ResolvedNic(atHost(given, "bridge", List.of("bridge", "macTableManager")), ShownNics.NONE);
            case "direct" -> new ResolvedNic(atHost(given, "direct", List.of("dev", "mode")), ShownNics.NONE);
            case "hostdev-pci" -> new ResolvedNic(device(given, plug), new ShownNics(Set.of(), Set.of(port)));
            default ->
                throw new PosadaException(
                        ErrorCode.INTERNAL_ERROR,
                        ErrorOrigin.NETWORK,
                        "a port of type '" + plug.attribute("type", "") + "' is none an interface can be at");
        };
    }

    /** The interface at a link of the host; network and port stay beside it. */
    private static Element atHost(Given given, String type, List<String> taken) {
        var source = given.wanted().child("source").orElse(Element.of("source"));
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("network", source.attribute("network", ""));
        source.attribute("portgroup").ifPresent(group -> attributes.put("portgroup", group));
        attributes.put("portid", given.port().uuid().toString());
        for (var name : taken) {
            given.port().plug().attribute(name).ifPresent(value -> attributes.put(name, value));
        }
        return given.wanted().with("type", type).withChild(source.withAttributes(attributes));
    }

    private static Element device(Given given, Element plug) {
        var nic = atHost(given, "hostdev", List.of());
        nic = plug.attribute("managed").isPresent() ? nic.with("managed", plug.attribute("managed", "")) : nic;
        var source = nic.child("source").orElseThrow();
        var address = plug.child("address").orElse(Element.of("address"));
        nic = nic.withChild(source.withContent(List.of(address.with("type", "pci"))));
        return plug.child("driver").map(nic::withChild).orElse(nic);
    }

    /** Takes back what all interfaces of a domain were given. */
    void release(UUID domain) {
        networks.ifPresent(host -> new PortBroker(host)
                .release(port -> port.scheme().equals(scheme)
                        && port.owner().filter(domain::equals).isPresent()));
    }

    /** Takes back what one interface was given, as the driver was handed it. */
    void release(Element nic) {
        ShownNics.port(nic)
                .ifPresent(id -> networks.ifPresent(host -> new PortBroker(host)
                        .release(port -> port.uuid().toString().equals(id))));
    }

    /** Takes back what was given to domains that did not come back with the daemon. */
    void releaseAllBut(Set<UUID> running) {
        networks.ifPresent(host -> new PortBroker(host)
                .release(port -> port.scheme().equals(scheme)
                        && port.owner().filter(running::contains).isEmpty()));
    }
}
