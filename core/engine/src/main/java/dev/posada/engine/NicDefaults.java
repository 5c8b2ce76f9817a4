package dev.posada.engine;

import dev.posada.model.Element;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What an interface takes over from the network it is plugged into, and from the port group it is in. */
final class NicDefaults {
    private static final String TRUST = "trustGuestRxFilters";

    private NicDefaults() {}

    /**
     * An interface with what it does not say itself. A network's own bandwidth is that of its bridge and nobody's else.
     */
    static Element merged(Element nic, Optional<Element> group, Element network) {
        var merged = nic;
        merged = with(merged, "bandwidth", group.flatMap(one -> one.child("bandwidth")));
        merged = with(merged, "vlan", group.flatMap(one -> one.child("vlan")).or(() -> network.child("vlan")));
        merged = with(merged, "port", network.child("port"));
        merged = virtualPort(merged, group, network);
        var trust = group.flatMap(one -> one.attribute(TRUST)).or(() -> network.attribute(TRUST));
        return trust.isPresent() && nic.attribute(TRUST).isEmpty() ? merged.with(TRUST, trust.get()) : merged;
    }

    private static Element with(Element nic, String part, Optional<Element> otherwise) {
        return nic.child(part).isPresent() ? nic : otherwise.map(nic::plus).orElse(nic);
    }

    /** The switch port is put together: the interface's own parameters first, then the group's, then the network's. */
    private static Element virtualPort(Element nic, Optional<Element> group, Element network) {
        var all = Stream.of(Optional.of(nic), group, Optional.of(network))
                .flatMap(holder -> holder.flatMap(one -> one.child("virtualport")).stream())
                .toList();
        if (all.isEmpty()) {
            return nic;
        }
        var type = all.stream().flatMap(port -> port.attribute("type").stream()).findFirst();
        var port = Element.of("virtualport");
        port = type.isPresent() ? port.with("type", type.get()) : port;
        var parameters = Element.of("parameters");
        for (var one : all.reversed()) {
            for (var parameter : one.child("parameters").map(Element::attributes).stream()
                    .flatMap(attributes -> List.copyOf(attributes.entrySet()).stream())
                    .toList()) {
                parameters = parameters.with(parameter.getKey(), parameter.getValue());
            }
        }
        return nic.withChild(parameters.attributes().isEmpty() ? port : port.plus(parameters));
    }
}
