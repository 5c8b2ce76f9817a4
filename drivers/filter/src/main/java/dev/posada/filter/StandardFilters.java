package dev.posada.filter;

import dev.posada.model.Element;
import dev.posada.model.FilterDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The filters a host has from its first day, under the names libvirt's documentation gives them, so that definitions of
 * domains that name one mean the same here. Users may change them like their own.
 */
final class StandardFilters {
    private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";

    private StandardFilters() {}

    static List<FilterDefinition> all() {
        return List.of(
                // what lets kinds of packets pass
                filter("allow-arp", "arp", -500, rule("accept", "inout", 500)),
                filter("allow-ipv4", "ipv4", -700, rule("accept", "inout", 500)),
                filter("allow-ipv6", "ipv6", -600, rule("accept", "inout", 500)),
                filter("allow-incoming-ipv4", "ipv4", -700, rule("accept", "in", 500)),
                filter("allow-incoming-ipv6", "ipv6", -600, rule("accept", "in", 500)),
                filter("allow-dhcp", "ipv4", -700, request4(), answer4(Element.of("ip"))),
                filter(
                        "allow-dhcp-server",
                        "ipv4",
                        -700,
                        request4(),
                        answer4(Element.of("ip", "srcipaddr", "$DHCPSERVER"))),
                filter("allow-dhcpv6", "ipv6", -600, request6(), answer6(Element.of("ipv6"))),
                filter(
                        "allow-dhcpv6-server",
                        "ipv6",
                        -600,
                        request6(),
                        answer6(Element.of("ipv6", "srcipaddr", "$DHCPSERVER"))),
                // what keeps a guest from being another
                filter(
                        "no-mac-spoofing",
                        "mac",
                        -800,
                        rule("return", "out", 500, Element.of("mac", "srcmacaddr", "$MAC")),
                        rule("drop", "out", 500, Element.of("mac"))),
                filter(
                        "no-ip-spoofing",
                        "ipv4-ip",
                        -710,
                        // a guest that has no address yet asks for one
                        rule("return", "out", 100, Element.of("ip", "srcipaddr", "0.0.0.0", "protocol", "udp")),
                        rule("return", "out", 500, Element.of("ip", "srcipaddr", "$IP")),
                        rule("drop", "out", 1000)),
                filter(
                        "no-ipv6-spoofing",
                        "ipv6-ip",
                        -610,
                        rule(
                                "return",
                                "out",
                                100,
                                Element.of("ipv6", "srcipaddr", "fe80::", "srcipmask", "10", "protocol", "udp")),
                        rule("return", "out", 500, Element.of("ipv6", "srcipaddr", "$IPV6")),
                        rule("drop", "out", 1000)),
                filter(
                        "no-arp-mac-spoofing",
                        "arp-mac",
                        -520,
                        rule("return", "out", 350, Element.of("arp", "arpsrcmacaddr", "$MAC")),
                        rule("drop", "out", 1000)),
                filter(
                        "no-arp-ip-spoofing",
                        "arp-ip",
                        -510,
                        rule("return", "out", 400, Element.of("arp", "arpsrcipaddr", "$IP")),
                        rule("drop", "out", 1000)),
                filter("no-arp-spoofing", reference("no-arp-mac-spoofing"), reference("no-arp-ip-spoofing")),
                // what keeps a guest from speaking to many
                filter(
                        "no-ip-multicast",
                        "ipv4",
                        -700,
                        rule("drop", "out", 500, Element.of("ip", "dstipaddr", "224.0.0.0", "dstipmask", "4"))),
                filter(
                        "no-ipv6-multicast",
                        "ipv6",
                        -600,
                        rule("drop", "out", 500, Element.of("ipv6", "dstipaddr", "ff00::", "dstipmask", "8"))),
                filter(
                        "no-mac-broadcast",
                        "ipv4",
                        -700,
                        rule("drop", "out", 500, Element.of("mac", "dstmacaddr", BROADCAST))),
                // what is left over
                filter("no-other-l2-traffic", rule("drop", "inout", 1000)),
                filter("no-other-rarp-traffic", "rarp", -400, rule("drop", "inout", 1000)),
                filter(
                        "qemu-announce-self",
                        // QEMU once announced guests with this number in place of that of rarp
                        rule("accept", "out", 500, Element.of("mac", "protocolid", "0x835")),
                        reference("qemu-announce-self-rarp"),
                        reference("no-other-rarp-traffic")),
                filter(
                        "qemu-announce-self-rarp",
                        "rarp",
                        -400,
                        rule("accept", "out", 500, announcement().with("srcmacaddr", "$MAC")),
                        rule("accept", "in", 500, announcement())),
                // all of it together
                filter(
                        "clean-traffic",
                        reference("no-mac-spoofing"),
                        reference("no-ip-spoofing"),
                        rule("accept", "out", -650, Element.of("mac", "protocolid", "ipv4")),
                        reference("allow-incoming-ipv4"),
                        reference("no-arp-spoofing"),
                        rule("accept", "inout", -500, Element.of("mac", "protocolid", "arp")),
                        reference("no-other-l2-traffic"),
                        reference("qemu-announce-self")),
                filter(
                        "clean-traffic-gateway",
                        reference("no-mac-spoofing"),
                        reference("no-ip-spoofing"),
                        reference("no-arp-spoofing"),
                        rule("accept", "inout", -500, Element.of("mac", "protocolid", "arp")),
                        rule("accept", "in", 500, Element.of("mac", "srcmacaddr", "$GATEWAY_MAC")),
                        rule("accept", "out", 500, Element.of("mac", "dstmacaddr", "$GATEWAY_MAC")),
                        reference("no-other-l2-traffic"),
                        reference("qemu-announce-self")));
    }

    private static FilterDefinition filter(String name, Element... parts) {
        return made(Element.of("filter", "name", name, "chain", FilterDefinition.ROOT_CHAIN), parts);
    }

    private static FilterDefinition filter(String name, String chain, int priority, Element... parts) {
        return made(Element.of("filter", "name", name, "chain", chain, "priority", Integer.toString(priority)), parts);
    }

    /** The uuid is the same on every host, so that a filter keeps its identity when a host is set up anew. */
    private static FilterDefinition made(Element filter, Element... parts) {
        var uuid = UUID.nameUUIDFromBytes(
                ("posada filter " + filter.attribute("name", "")).getBytes(StandardCharsets.UTF_8));
        var content = new ArrayList<>(Arrays.asList(parts));
        content.addFirst(Element.text("uuid", uuid.toString()));
        return new FilterDefinition(filter.withContent(content));
    }

    private static Element reference(String filter) {
        return Element.of("filterref", "filter", filter);
    }

    private static Element rule(String action, String direction, int priority, Element... protocol) {
        return Element.of("rule", "action", action, "direction", direction, "priority", Integer.toString(priority))
                .withContent(Arrays.asList(protocol));
    }

    private static Element request4() {
        return rule(
                "accept",
                "out",
                100,
                Element.of("ip", "srcipaddr", "0.0.0.0", "dstipaddr", "255.255.255.255", "protocol", "udp")
                        .with("srcportstart", "68")
                        .with("dstportstart", "67"));
    }

    private static Element answer4(Element from) {
        return rule(
                "accept",
                "in",
                100,
                from.with("protocol", "udp").with("srcportstart", "67").with("dstportstart", "68"));
    }

    private static Element request6() {
        return rule(
                "accept",
                "out",
                100,
                Element.of("ipv6", "srcipaddr", "fe80::", "srcipmask", "10", "dstipaddr", "ff02::1:2")
                        .with("protocol", "udp")
                        .with("srcportstart", "546")
                        .with("dstportstart", "547"));
    }

    private static Element answer6(Element from) {
        return rule(
                "accept",
                "in",
                100,
                from.with("protocol", "udp").with("srcportstart", "547").with("dstportstart", "546"));
    }

    private static Element announcement() {
        return Element.of("rarp", "dstmacaddr", BROADCAST, "opcode", "Request_Reverse")
                .with("arpsrcmacaddr", "$MAC")
                .with("arpdstmacaddr", "$MAC")
                .with("arpsrcipaddr", "0.0.0.0")
                .with("arpdstipaddr", "0.0.0.0");
    }
}
