package dev.posada.docker;

import dev.posada.model.Element;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What an interface's definition says of addresses and routes within the container, as for libvirt's LXC: with an address of
 * its own nobody is asked for one.
 */
record LinkSettings(List<Element> addresses, List<Element> routes) {
    LinkSettings {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    static LinkSettings of(Element nic) {
        return new LinkSettings(nic.children("ip"), nic.children("route"));
    }

    /** Whether the address is given, so that none is asked for. */
    boolean addressed() {
        return addresses.stream().anyMatch(ip -> !ip.attribute("address", "").contains(":"));
    }

    /** Lines for {@code ip -batch} in the container: addresses first, for routes lead through them. */
    List<String> commands(String link) {
        var lines = new ArrayList<String>();
        for (var ip : addresses) {
            var address = literal(ip, "address");
            boolean ipv6 = address.contains(":");
            var prefix = "/" + number(ip, "prefix", ipv6 ? 64 : 24, ipv6 ? 128 : 32);
            lines.add("addr replace " + address + prefix + (ipv6 ? " nodad" : " broadcast +") + " dev " + link);
        }
        lines.add("link set dev " + link + " up");
        for (var route : routes) {
            var network = route.attribute("address", "");
            boolean ipv6 = route.attribute("gateway", network).contains(":");
            var destination = network.isEmpty()
                    ? "default"
                    : literal(route, "address") + "/" + number(route, "prefix", ipv6 ? 64 : 24, ipv6 ? 128 : 32);
            lines.add((ipv6 ? "-6 " : "") + "route replace " + destination + " via " + literal(route, "gateway")
                    + " dev " + link
                    + route.attribute("metric")
                            .map(_ -> " metric " + number(route, "metric", 0, Integer.MAX_VALUE))
                            .orElse(""));
        }
        return lines;
    }

    private static String literal(Element element, String attribute) {
        try {
            return InetAddress.ofLiteral(element.attribute(attribute, "")).getHostAddress();
        } catch (IllegalArgumentException e) {
            throw Refusal.xml(
                    element, "'" + Refusal.shown(element.attribute(attribute, "")) + "' is no address of a network");
        }
    }

    private static int number(Element element, String attribute, int otherwise, int most) {
        var text = element.attribute(attribute, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw Refusal.xml(element, attribute + "='" + Refusal.shown(text) + "' is no number");
        }
        throw Refusal.xml(element, attribute + "='" + text + "' is more than " + most);
    }
}
