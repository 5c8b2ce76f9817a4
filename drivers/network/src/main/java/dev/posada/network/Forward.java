package dev.posada.network;

import dev.posada.model.Element;
import dev.posada.model.NetworkDefinition;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a network's traffic goes.
 *
 * @param mode as in the document; {@link NetworkDefinition#ISOLATED} for nowhere
 * @param devices the only links it may leave by; all when empty
 * @param natIpv6 whether IPv6 is translated too
 * @param natAddresses the first and the last address to translate to; the leaving link's when empty
 * @param ports the ports to translate to, as {@code 1024-65535}
 */
record Forward(String mode, List<String> devices, boolean natIpv6, List<String> natAddresses, String ports) {
    /** What libvirt translates to when nothing is said. */
    static final int FIRST_PORT = 1024;

    static final int LAST_PORT = 65_535;

    Forward {
        devices = List.copyOf(devices);
        natAddresses = List.copyOf(natAddresses);
    }

    static Forward of(NetworkDefinition definition) {
        var forward = definition.root().child("forward");
        var nat = forward.flatMap(element -> element.child("nat"));
        var port = nat.flatMap(element -> element.child("port"));
        return new Forward(
                definition.forwardMode(),
                forward.map(Forward::devices).orElse(List.of()),
                nat.filter(element -> element.has("ipv6", "yes")).isPresent(),
                nat.flatMap(element -> element.child("address"))
                        .map(address -> range(definition.name(), address))
                        .orElse(List.of()),
                port.map(element -> port(definition.name(), element.attribute("start", String.valueOf(FIRST_PORT)))
                                + "-" + port(definition.name(), element.attribute("end", String.valueOf(LAST_PORT))))
                        .orElse(FIRST_PORT + "-" + LAST_PORT));
    }

    /** The links a {@code forward} element names, by attribute or as children. */
    static List<String> devices(Element forward) {
        var devices = new LinkedHashSet<String>();
        forward.attribute("dev").filter(name -> !name.isEmpty()).ifPresent(devices::add);
        forward.children("interface").forEach(link -> link.attribute("dev").ifPresent(devices::add));
        return List.copyOf(devices);
    }

    /** Checked here, since they become words of a firewall's script. */
    private static List<String> range(String network, Element address) {
        var start = address.attribute("start", "");
        if (start.isEmpty()) {
            return List.of();
        }
        return Stream.of(start, address.attribute("end", start))
                .map(text -> IpNetwork.literal(text)
                        .map(IpNetwork::text)
                        .orElseThrow(() -> NetworkErrors.unsupported(
                                "network '" + network + "': '" + text + "' is no address to translate to")))
                .toList();
    }

    private static String port(String network, String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw NetworkErrors.unsupported("network '" + network + "': '" + text + "' is no port to translate to");
        }
        return text;
    }

    boolean isolated() {
        return mode.equals(NetworkDefinition.ISOLATED);
    }

    boolean open() {
        return mode.equals("open");
    }

    /** Whether packets of this family leave with an address of the host's. */
    boolean translates(boolean ipv6) {
        return mode.equals("nat") && (!ipv6 || natIpv6);
    }

    /** The addresses to translate to, of this family. */
    Optional<String> natRange(boolean ipv6) {
        return Optional.of(natAddresses)
                .filter(range -> !range.isEmpty())
                .filter(range -> IpNetwork.literal(range.getFirst())
                        .filter(address -> IpNetwork.ipv6(address) == ipv6)
                        .isPresent())
                .map(range -> range.getFirst().equals(range.getLast())
                        ? range.getFirst()
                        : range.getFirst() + "-" + range.getLast());
    }
}
