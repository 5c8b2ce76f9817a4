package dev.posada.network;

import dev.posada.link.Link;
import dev.posada.link.Links;
import dev.posada.model.Element;
import dev.posada.model.NetworkDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Fills in what a definition leaves to us: the bridge's name, how it behaves, its MAC address. */
final class Completion {
    /** Bridges are counted from 0; more than that many names are never tried. */
    private static final int BRIDGES_MAX = 10_000;

    private static final String TEMPLATE = "virbr%d";

    /** The order in which libvirt writes the children, as far as it matters to what is added here. */
    private static final List<String> ORDER =
            List.of("name", "uuid", "title", "description", "metadata", "forward", "bridge", "mtu", "mac");

    private final Links links;
    private final RandomGenerator random;

    Completion(Links links, RandomGenerator random) {
        this.links = links;
        this.random = random;
    }

    NetworkDefinition complete(NetworkDefinition definition, Collection<NetworkDefinition> others) {
        if (!definition.ownsBridge()) {
            return definition;
        }
        var bridge = definition.root().child("bridge").orElseGet(() -> Element.of("bridge"));
        var wanted = bridge.attribute("name", "");
        var complete = wanted.isEmpty() || wanted.contains("%d")
                ? named(bridge, free(wanted.isEmpty() ? TEMPLATE : wanted, definition, others))
                : bridge;
        var name = complete.attribute("name", "");
        if (!Link.isName(name) || name.endsWith("+")) {
            throw NetworkErrors.unsupported("network '" + definition.name() + "': '" + name
                    + "' cannot be a bridge's name: 1 to " + Link.NAME_CHARACTERS_MAX
                    + " characters without space, slash, colon, quotes");
        }
        taken(name, definition, others);
        for (var standard : List.of(List.of("stp", "on"), List.of("delay", "0"))) {
            if (complete.attribute(standard.getFirst()).isEmpty()) {
                complete = complete.with(standard.getFirst(), standard.getLast());
            }
        }
        var root = placed(definition.root(), complete);
        if (root.child("mac").flatMap(mac -> mac.attribute("address")).isEmpty()) {
            root = placed(root, Element.of("mac", "address", mac()));
        }
        return new NetworkDefinition(root);
    }

    /** The name stands first, as libvirt writes it. */
    private static Element named(Element bridge, String name) {
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("name", name);
        bridge.attributes().forEach(attributes::putIfAbsent);
        attributes.put("name", name);
        return bridge.withAttributes(attributes);
    }

    private String free(String template, NetworkDefinition definition, Collection<NetworkDefinition> others) {
        var taken = names(definition, others);
        for (int number = 0; number < BRIDGES_MAX; number++) {
            var name = template.replace("%d", String.valueOf(number));
            if (!taken.contains(name) && !links.has(name)) {
                return name;
            }
        }
        throw NetworkErrors.internal("Bridge generation exceeded max id " + (BRIDGES_MAX - 1));
    }

    private static void taken(String name, NetworkDefinition definition, Collection<NetworkDefinition> others) {
        if (names(definition, others).contains(name)) {
            throw NetworkErrors.internal("bridge name '" + name + "' already in use.");
        }
    }

    private static Set<String> names(NetworkDefinition definition, Collection<NetworkDefinition> others) {
        var names = new HashSet<String>();
        others.stream()
                .filter(other -> !other.uuid().equals(definition.uuid()))
                .forEach(other -> other.bridge().ifPresent(names::add));
        return names;
    }

    /** An address of the range that QEMU's guests have, which nobody sells. */
    private String mac() {
        return "52:54:00:%02x:%02x:%02x".formatted(random.nextInt(256), random.nextInt(256), random.nextInt(256));
    }

    /** The root with a child in the place it has in canonical form. */
    static Element placed(Element root, Element child) {
        if (root.child(child.name()).isPresent()) {
            return root.withChild(child);
        }
        int rank = ORDER.indexOf(child.name());
        var children = new ArrayList<>(root.children());
        int at = 0;
        for (int i = 0; i < children.size(); i++) {
            int other = ORDER.indexOf(children.get(i).name());
            if (other >= 0 && other < rank) {
                at = i + 1;
            }
        }
        children.add(at, child);
        return root.withContent(children);
    }
}
