package dev.posada.xml;

import static dev.posada.xml.NetworkDocument.given;
import static dev.posada.xml.NetworkDocument.unsupported;
import static dev.posada.xml.NetworkDocument.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is wrong with the addresses of a network: its own, those its guests are given, those behind its routes. */
final class NetworkAddressChecks {
    /** Shorter leases are refused by the DHCP server. */
    private static final long MIN_LEASE_SECONDS = 120;

    private static final Map<String, Long> UNIT_SECONDS = Map.of("seconds", 1L, "minutes", 60L, "hours", 3600L);

    /** The most addresses in a range, less one. */
    private static final BigInteger MAX_RANGE = BigInteger.valueOf(65535);

    private final String name;

    /**
     * @param name the network's
     */
    NetworkAddressChecks(String name) {
        this.name = name;
    }

    /** An address with the length of its network. */
    private record Own(String text, IpAddress address, int prefix) {}

    void check(Element root) {
        var own = new ArrayList<Own>();
        for (var ip : root.children("ip")) {
            own.add(own(ip));
        }
        var served = new boolean[2];
        for (int i = 0; i < own.size(); i++) {
            var dhcp = root.children("ip").get(i).child("dhcp");
            boolean ipv6 = own.get(i).address().ipv6();
            if (dhcp.isEmpty()) {
                continue;
            }
            if (served[ipv6 ? 1 : 0]) {
                var version = ipv6 ? "IPv6" : "IPv4";
                throw unsupported("Multiple " + version + " dhcp sections found -- dhcp is supported only for a single "
                        + version + " address on each network");
            }
            dhcp(dhcp.get(), own.get(i));
            served[ipv6 ? 1 : 0] |= !dhcp.get().children("range").isEmpty()
                    || !dhcp.get().children("host").isEmpty();
        }
        root.children("route").forEach(route -> route(route, own));
    }

    private Own own(Element ip) {
        var text = given(ip, "address")
                .orElseThrow(() -> xml("Missing required address attribute in network '" + name + "'"));
        var address = IpAddress.parse(text)
                .orElseThrow(() -> xml("Invalid address '" + Invalid.shown(text) + "' in network '" + name + "'"));
        family(ip, text, address);
        var netmask = given(ip, "netmask");
        var prefix = given(ip, "prefix").filter(value -> !value.equals("0"));
        if (netmask.isPresent() && address.ipv6()) {
            throw unsupported("netmask not allowed for IPv6 address '" + text + "' in network '" + name + "'");
        }
        if (netmask.isPresent() && prefix.isPresent()) {
            throw unsupported("Network '" + name + "' IP address cannot have both a prefix and a netmask");
        }
        if (ip.child("tftp").isPresent() && address.ipv6()) {
            throw unsupported("Unsupported <tftp> element in an IPv6 element in network '" + name + "'");
        }
        return new Own(text, address, prefix(address, netmask, prefix));
    }

    private void family(Element ip, String text, IpAddress address) {
        var family = given(ip, "family");
        var kind = family.orElse("no");
        if (family.isPresent() && !List.of("ipv4", "ipv6").contains(kind)) {
            throw xml("Unrecognized family '" + Invalid.shown(kind) + "' in network '" + name + "'");
        }
        if (kind.equals("ipv6") && !address.ipv6()) {
            throw unsupported("Family 'ipv6' specified for non-IPv6 address '" + text + "' in network '" + name + "'");
        }
        if (!kind.equals("ipv6") && address.ipv6()) {
            throw unsupported(kind + " family specified for non-IPv4 address '" + text + "' in network '" + name + "'");
        }
    }

    private int prefix(IpAddress address, Optional<String> netmask, Optional<String> given) {
        if (netmask.isPresent()) {
            return IpAddress.parse(netmask.get())
                    .filter(mask -> !mask.ipv6())
                    .flatMap(IpAddress::prefixOfMask)
                    .orElseThrow(() ->
                            xml("Invalid netmask '" + Invalid.shown(netmask.get()) + "' in network '" + name + "'"));
        }
        if (given.isPresent()) {
            // A prefix that is no number is told by the outline.
            return Math.toIntExact(NetworkDocument.number(given.get(), address.bits())
                    .orElseThrow(() -> Kind.UINT.accepts(given.get())
                            ? unsupported("Invalid " + version(address) + " prefix '" + given.get() + "' in network '"
                                    + name + "'")
                            : xml("Invalid value for attribute 'prefix' in element 'ip': '" + Invalid.shown(given.get())
                                    + "'. Expected non-negative integer value")));
        }
        return address.usualPrefix().orElse(address.bits());
    }

    private static String version(IpAddress address) {
        return address.ipv6() ? "IPv6" : "IPv4";
    }

    private void dhcp(Element dhcp, Own own) {
        var taken = new ArrayList<List<IpAddress>>();
        for (var range : dhcp.children("range")) {
            taken.add(range(range, own));
            range.child("lease").ifPresent(NetworkAddressChecks::lease);
        }
        mustBeApart(taken, dhcp.children("range"));
        var addresses = new HashSet<IpAddress>();
        for (var host : dhcp.children("host")) {
            var address = host(host, own);
            if (!addresses.add(address)) {
                throw unsupported("two static hosts of network '" + name + "' have the IP address "
                        + host.attribute("ip", "") + ": give each its own");
            }
            host.child("lease").ifPresent(NetworkAddressChecks::lease);
        }
        dhcp.child("bootp").flatMap(bootp -> given(bootp, "server")).ifPresent(server -> {
            if (IpAddress.parse(server).isEmpty() && !Kind.HOST.accepts(server)) {
                throw noAddress(server);
            }
        });
    }

    private List<IpAddress> range(Element range, Own own) {
        var ends = new ArrayList<IpAddress>();
        for (var end : List.of("start", "end")) {
            var text = given(range, end)
                    .orElseThrow(() -> xml("Missing '" + end + "' attribute in dhcp range for network '" + name + "'"));
            ends.add(IpAddress.parse(text).orElseThrow(() -> noAddress(text)));
        }
        var start = ends.getFirst();
        var end = ends.getLast();
        var words = "range " + range.attribute("start", "") + " - " + range.attribute("end", "");
        if (start.ipv6() != end.ipv6()) {
            throw internal("mismatch of address family in " + words);
        }
        if (start.ipv6() != own.address().ipv6()) {
            throw internal("mismatch of address family in " + words + " for network " + own.text());
        }
        mustAscend(range.attribute("start", ""), range.attribute("end", ""));
        var network = own.text() + "/" + own.prefix();
        if (!start.sameNetwork(own.address(), own.prefix()) || !end.sameNetwork(own.address(), own.prefix())) {
            throw internal(words + " is not entirely within network " + network);
        }
        if (!start.ipv6() && start.equals(start.network(own.prefix()))) {
            throw internal("start of " + words + " in network " + network + " is the network address");
        }
        if (!start.ipv6() && end.equals(end.last(own.prefix()))) {
            throw internal("end of " + words + " in network " + network + " is the broadcast address");
        }
        if (end.value().subtract(start.value()).compareTo(MAX_RANGE) >= 0) {
            throw internal(words + " is too large (> " + MAX_RANGE + ")");
        }
        return ends;
    }

    /** Two ranges that share an address would make the DHCP server give it out twice, or not start. */
    private void mustBeApart(List<List<IpAddress>> ranges, List<Element> elements) {
        for (int i = 0; i < ranges.size(); i++) {
            for (int k = 0; k < i; k++) {
                if (overlap(ranges.get(i), ranges.get(k))) {
                    throw unsupported("dhcp range " + words(elements.get(i)) + " overlaps range "
                            + words(elements.get(k)) + " in network '" + name + "'");
                }
            }
        }
    }

    private static boolean overlap(List<IpAddress> one, List<IpAddress> other) {
        return one.getFirst().value().compareTo(other.getLast().value()) <= 0
                && other.getFirst().value().compareTo(one.getLast().value()) <= 0;
    }

    private static String words(Element range) {
        return range.attribute("start", "") + " - " + range.attribute("end", "");
    }

    static void mustAscend(String start, String end) {
        var first = IpAddress.parse(start).orElseThrow(() -> noAddress(start));
        var last = IpAddress.parse(end).orElseThrow(() -> noAddress(end));
        if (first.value().compareTo(last.value()) > 0) {
            throw internal("range " + start + " - " + end + " is reversed ");
        }
    }

    private IpAddress host(Element host, Own own) {
        var mac = given(host, "mac");
        boolean ipv6 = own.address().ipv6();
        if (mac.isPresent()) {
            if (Addresses.mac(mac.get()).isEmpty()) {
                throw xml("Cannot parse MAC address '" + Invalid.shown(mac.get()) + "' in network '" + name + "'");
            }
            if (ipv6) {
                throw xml("Invalid to specify MAC address '" + mac.get() + "' in network '" + name
                        + "' IPv6 static host definition");
            }
            if (Addresses.isMulticast(Addresses.mac(mac.get()).get())) {
                throw xml(
                        "expected unicast mac address, found multicast '" + mac.get() + "' in network '" + name + "'");
            }
        }
        given(host, "id").ifPresent(this::clientId);
        var called = given(host, "name");
        if (!ipv6 && mac.isEmpty() && called.isEmpty()) {
            throw xml("Static host definition in IPv4 network '" + name + "' must have mac or name attribute");
        }
        if (ipv6 && given(host, "id").isEmpty() && called.isEmpty()) {
            throw xml("Static host definition in IPv6 network '" + name + "' must have id or name attribute");
        }
        var ip = given(host, "ip")
                .orElseThrow(() -> xml("Missing IP address in static host definition for network '" + name + "'"));
        return IpAddress.parse(ip)
                .orElseThrow(() -> xml("Invalid IP address in static host definition for network '" + name + "'"));
    }

    private void clientId(String id) {
        for (int i = 0; i < id.length(); i++) {
            if (!Kind.made(id.substring(i, i + 1), ":") || Character.toLowerCase(id.charAt(i)) > 'f') {
                throw xml("Invalid character '" + id.charAt(i) + "' in id '" + Invalid.shown(id) + "' of network '"
                        + name + "'");
            }
        }
    }

    private static void lease(Element lease) {
        var expiry = lease.attribute("expiry", "0");
        long seconds = UNIT_SECONDS.getOrDefault(lease.attribute("unit", "minutes"), 60L);
        var given = NetworkDocument.number(expiry, Long.MAX_VALUE / 3600);
        if (given.isPresent() && given.get() != 0 && given.get() * seconds < MIN_LEASE_SECONDS) {
            throw unsupported("The minimum lease time should be greater than 2 minutes");
        }
    }

    private void route(Element route, List<Own> own) {
        var text = given(route, "address")
                .orElseThrow(() -> xml(name + ": Missing required address attribute in route definition"));
        var gatewayText = given(route, "gateway")
                .orElseThrow(() -> xml(name + ": Missing required gateway attribute in route definition"));
        var address = IpAddress.parse(text)
                .orElseThrow(
                        () -> xml(name + ": Bad network address '" + Invalid.shown(text) + "' in route definition"));
        var gateway = IpAddress.parse(gatewayText)
                .orElseThrow(() ->
                        xml(name + ": Bad gateway address '" + Invalid.shown(gatewayText) + "' in route definition"));
        routeFamily(route, text, address);
        routeFamily(route, gatewayText, gateway);
        int prefix = routePrefix(route, text, address);
        if (!address.equals(address.network(prefix))) {
            throw xml(name + ": Address '" + text + "' in route definition is not a network address");
        }
        given(route, "metric").ifPresent(metric -> {
            if (NetworkDocument.number(metric, 0xFFFFFFFFL).isEmpty()) {
                throw xml("Invalid value for attribute 'metric' in element 'route': '" + Invalid.shown(metric)
                        + "'. Expected non-negative integer value");
            }
            if (Long.parseLong(metric) == 0) {
                throw xml("Invalid value for attribute 'metric' in element 'route': Zero is not permitted");
            }
        });
        if (own.stream().noneMatch(one -> one.address().sameNetwork(gateway, one.prefix()))) {
            throw unsupported(
                    "unreachable static route gateway '" + gatewayText + "' specified for network '" + name + "'");
        }
    }

    private void routeFamily(Element route, String text, IpAddress address) {
        var family = given(route, "family");
        var kind = family.orElse("No");
        if (family.isPresent() && !List.of("ipv4", "ipv6").contains(kind)) {
            throw xml(name + ": Unrecognized family '" + Invalid.shown(kind) + "' in route definition");
        }
        if (kind.equals("ipv6") && !address.ipv6()) {
            throw xml(name + ": ipv6 family specified for non-IPv6 address '" + text + "' in route definition");
        }
        if (!kind.equals("ipv6") && address.ipv6()) {
            throw xml(name + ": " + kind + " family specified for non-IPv4 address '" + text + "' in route definition");
        }
    }

    private int routePrefix(Element route, String text, IpAddress address) {
        var netmask = given(route, "netmask");
        var prefix = given(route, "prefix");
        if (netmask.isPresent() && address.ipv6()) {
            throw xml(name + ": Specifying netmask invalid for IPv6 address '" + text + "' in route definition");
        }
        if (netmask.isPresent() && prefix.isPresent()) {
            throw xml(name + ": Route definition cannot have both a prefix and a netmask");
        }
        if (netmask.isPresent()) {
            return IpAddress.parse(netmask.get())
                    .filter(mask -> !mask.ipv6())
                    .flatMap(IpAddress::prefixOfMask)
                    .orElseThrow(() -> xml(
                            name + ": Bad netmask address '" + Invalid.shown(netmask.get()) + "' in route definition"));
        }
        if (prefix.isPresent()) {
            return Math.toIntExact(NetworkDocument.number(prefix.get(), address.bits())
                    .orElseThrow(() -> xml(name + ": Invalid prefix " + Invalid.shown(prefix.get())
                            + " specified in route definition, must be 0 - " + address.bits())));
        }
        return 0; // all there is: a route to anything less says how much
    }

    private static PosadaException internal(String problem) {
        return NetworkDocument.error(ErrorCode.INTERNAL_ERROR, problem);
    }

    private static PosadaException noAddress(String text) {
        return NetworkDocument.error(
                ErrorCode.SYSTEM_ERROR,
                "Cannot parse socket address '" + Invalid.shown(text) + "': Name or service not known");
    }
}
