package dev.posada.network;

import dev.posada.model.Element;
import dev.posada.model.NetworkDefinition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What a network with a bridge of its own is to be, read from its definition once.
 *
 * @param definition the definition
 * @param bridge the bridge's name
 * @param forward where traffic goes
 * @param gateways the host's addresses in it
 */
record NetworkPlan(NetworkDefinition definition, String bridge, Forward forward, List<Gateway> gateways) {
    NetworkPlan {
        gateways = List.copyOf(gateways);
    }

    /**
     * Reads a definition.
     *
     * @throws dev.posada.model.PosadaException for addresses that are none
     */
    static NetworkPlan of(NetworkDefinition definition) {
        var gateways = definition.addresses().stream()
                .map(ip -> Gateway.of(definition.name(), ip))
                .toList();
        var bridge = definition
                .bridge()
                .orElseThrow(() -> NetworkErrors.internal("network '" + definition.name() + "' has no bridge name"));
        return new NetworkPlan(definition, bridge, Forward.of(definition), gateways);
    }

    String name() {
        return definition.name();
    }

    Element root() {
        return definition.root();
    }

    private Element bridgeElement() {
        return root().child("bridge").orElseGet(() -> Element.of("bridge"));
    }

    Optional<String> mac() {
        return root().child("mac").flatMap(mac -> mac.attribute("address"));
    }

    OptionalInt mtu() {
        return root().child("mtu")
                .flatMap(mtu -> mtu.attribute("size"))
                .map(size -> OptionalInt.of(number("mtu size", size)))
                .orElse(OptionalInt.empty());
    }

    boolean spanningTree() {
        return !bridgeElement().has("stp", "off");
    }

    /** How long a port only listens, in hundredths of a second; documents have seconds. */
    int forwardDelayHundredths() {
        return 100 * number("bridge delay", bridgeElement().attribute("delay", "0"));
    }

    /** Whether the daemon keeps the bridge's table of addresses, not the kernel. */
    boolean ownMacTable() {
        return bridgeElement().has("macTableManager", "libvirt");
    }

    Optional<String> zone() {
        return bridgeElement().attribute("zone").filter(zone -> !zone.isEmpty());
    }

    List<Element> routes() {
        return root().children("route");
    }

    boolean hasIpv4() {
        return gateways.stream().anyMatch(gateway -> !gateway.ipv6());
    }

    boolean hasIpv6() {
        return gateways.stream().anyMatch(Gateway::ipv6);
    }

    Stream<Gateway> gateways(boolean ipv6) {
        return gateways.stream().filter(gateway -> gateway.ipv6() == ipv6);
    }

    /** The networks of one family, as {@code 192.0.2.0/24}. */
    List<String> networks(boolean ipv6) {
        return gateways(ipv6).map(gateway -> gateway.at().cidr()).toList();
    }

    Optional<Element> dns() {
        return root().child("dns");
    }

    boolean dnsEnabled() {
        return dns().filter(dns -> dns.has("enable", "no")).isEmpty();
    }

    boolean tftp() {
        return gateways.stream()
                .anyMatch(gateway -> gateway.element().child("tftp").isPresent());
    }

    boolean dhcp(boolean ipv6) {
        return gateways(ipv6).anyMatch(gateway -> gateway.dhcp().isPresent());
    }

    /** Whether anything is served: names, addresses, or routers' advertisements. */
    boolean served() {
        return !gateways.isEmpty() && (dnsEnabled() || hasIpv6() || dhcp(false) || tftp());
    }

    private int number(String what, String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw NetworkErrors.unsupported("network '" + name() + "': " + what + " '" + text + "' is no number");
        }
        return Integer.parseInt(text);
    }
}
