package dev.posada.engine;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What clients are shown of a running domain's interfaces where its driver was handed something else: the network, where
 * the driver got a bridge.
 *
 * @param networks the ports of interfaces whose clients see the one they asked to be in
 * @param devices the ports of interfaces that are nothing but devices of the host
 */
record ShownNics(Set<String> networks, Set<String> devices) {
    static final ShownNics NONE = new ShownNics(Set.of(), Set.of());

    private static final String ELEMENT = "nics";
    private static final String NETWORK = "network";
    private static final String DEVICE = "hostdev";

    /** The attributes of an interface in a network, in the order they are written. */
    private static final List<String> SOURCE = List.of("network", "portgroup", "portid", "bridge", "macTableManager");

    ShownNics {
        networks = Set.copyOf(networks);
        devices = Set.copyOf(devices);
    }

    /** These and those. */
    ShownNics with(ShownNics more) {
        return new ShownNics(both(networks, more.networks), both(devices, more.devices));
    }

    private static Set<String> both(Set<String> some, Set<String> others) {
        var all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    /** A live definition as clients see it. */
    DomainDefinition in(DomainDefinition live) {
        if (networks.isEmpty() && devices.isEmpty()) {
            return live;
        }
        return new DomainDefinition(
                live.root().mapChildren(part -> part.name().equals("devices") ? part.mapChildren(this::device) : part));
    }

    private Element device(Element device) {
        if (!device.name().equals("interface")) {
            return device;
        }
        var source = device.child("source").orElse(Element.of("source"));
        var port = port(device).orElse("");
        if (networks.contains(port)) {
            var attributes = new LinkedHashMap<String, String>();
            SOURCE.forEach(name -> source.attribute(name).ifPresent(value -> attributes.put(name, value)));
            return device.with("type", NETWORK).withChild(source.withAttributes(attributes));
        }
        return devices.contains(port)
                ? device.withChild(source.without("network").without("portid").without("portgroup"))
                : device;
    }

    /** The port an interface is plugged into, as the driver was handed it. */
    static Optional<String> port(Element nic) {
        return nic.child("source").flatMap(source -> source.attribute("portid"));
    }

    /** As it stands in the record of an instance; nothing when there is nothing to be said. */
    Optional<Element> toElement() {
        var entries = new ArrayList<Content>();
        networks.forEach(port -> entries.add(Element.of("nic", "portid", port, "as", NETWORK)));
        devices.forEach(port -> entries.add(Element.of("nic", "portid", port, "as", DEVICE)));
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(Element.of(ELEMENT).withContent(entries));
    }

    /** Reads what {@link #toElement} wrote, from the record it stands in. */
    static ShownNics of(Element instance) {
        var networks = new HashSet<String>();
        var devices = new HashSet<String>();
        for (var entry : instance.child(ELEMENT).map(Element::children).orElse(List.of())) {
            (entry.has("as", NETWORK) ? networks : devices).add(entry.attribute("portid", ""));
        }
        return new ShownNics(networks, devices);
    }
}
