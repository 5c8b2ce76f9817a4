package dev.posada.filter;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a rule's protocol and attributes say of packets, in nft's words (nft(8), "Payload expressions"). A packet matches
 * when each of the parts does.
 */
final class Match {
    private static final long PORT_MAX = 0xFFFF;
    private static final String ETHER_RARP = "0x8035";

    private static final Map<String, String> ETHER_TYPES =
            Map.of("arp", "arp", "rarp", ETHER_RARP, "ipv4", "ip", "ipv6", "ip6", "vlan", "vlan");

    private static final Map<String, Integer> IP_PROTOCOLS = Map.ofEntries(
            Map.entry("tcp", 6),
            Map.entry("udp", 17),
            Map.entry("udplite", 136),
            Map.entry("esp", 50),
            Map.entry("ah", 51),
            Map.entry("sctp", 132),
            Map.entry("icmp", 1),
            Map.entry("igmp", 2),
            Map.entry("icmpv6", 58));

    private static final List<String> ARP_OPERATIONS = List.of(
            "",
            "request",
            "reply",
            "request_reverse",
            "reply_reverse",
            "drarp_request",
            "drarp_reply",
            "drarp_error",
            "inarp_request",
            "arp_nak");

    // Where the parts of an ARP packet stand, in bits from its beginning (RFC 826).
    private static final String HARDWARE = "@nh,0,16";
    private static final String PROTOCOL = "@nh,16,16";
    private static final String OPERATION = "@nh,48,16";
    private static final String SENDER_MAC = "@nh,64,48";
    private static final String SENDER_IP = "@nh,112,32";
    private static final String TARGET_MAC = "@nh,144,48";
    private static final String TARGET_IP = "@nh,192,32";

    private final Map<String, String> attributes;
    private final boolean negated;
    private final Features features;
    private final List<String> parts = new ArrayList<>();

    private Match(Map<String, String> attributes, Features features) {
        this.attributes = attributes;
        this.negated = "no".equals(attributes.get("match"));
        this.features = features;
    }

    /** Whether a protocol is one of those that are looked at above the bridge, with the state of connections. */
    static boolean isHigh(String protocol) {
        var bare = bare(protocol);
        return bare.equals("all") || IP_PROTOCOLS.containsKey(bare);
    }

    private static String bare(String protocol) {
        return protocol.endsWith("-ipv6") ? protocol.substring(0, protocol.length() - "-ipv6".length()) : protocol;
    }

    /** The parts for a rule of a protocol; empty for one that matches everything. */
    static List<String> of(String protocol, Map<String, String> attributes, Features features) {
        var match = new Match(attributes, features);
        switch (protocol) {
            case "mac" -> match.mac();
            case "vlan" -> match.vlan();
            case "stp" -> match.spanningTree();
            case "arp" -> match.arp();
            case "rarp" -> match.rarp();
            case "ip" -> match.ip();
            case "ipv6" -> match.ipv6();
            default -> match.high(protocol);
        }
        return List.copyOf(match.parts);
    }

    private Optional<String> attribute(String name) {
        return Optional.ofNullable(attributes.get(name)).filter(text -> !text.isEmpty());
    }

    private void is(String what, String value) {
        parts.add(what + (negated ? " != " : " ") + value);
    }

    private void masked(String what, String value, Optional<String> mask) {
        if (mask.isEmpty() || value.equals(Variables.LEARNED)) {
            is(what, value);
        } else {
            parts.add(what + " & " + mask.get() + (negated ? " != " : " == ") + value);
        }
    }

    private void ether() {
        for (var side : List.of("src", "dst")) {
            var address = attribute(side + "macaddr");
            if (address.isPresent()) {
                masked(
                        "ether " + (side.equals("src") ? "saddr" : "daddr"),
                        Values.mac(address.get()),
                        attribute(side + "macmask").map(Values::mac));
            }
        }
    }

    private static String etherType(String text) {
        var word = ETHER_TYPES.get(text);
        return word != null ? word : String.format("0x%04x", Values.number(text, 0xFFFF));
    }

    private void mac() {
        ether();
        attribute("protocolid").ifPresent(text -> is("ether type", etherType(text)));
    }

    private void vlan() {
        parts.add("ether type vlan");
        ether();
        attribute("vlanid").ifPresent(text -> is("vlan id", Long.toString(Values.number(text, 0xFFF))));
        attribute("encap-protocol").ifPresent(text -> is("vlan type", etherType(text)));
    }

    /** A number or a range of numbers, the upper end in an attribute of its own. */
    private void range(String what, String low, String high, long most) {
        var first = attribute(low).map(text -> Values.number(text, most));
        var last = attribute(high).map(text -> Values.number(text, most));
        if (first.isPresent()) {
            is(
                    what,
                    last.filter(end -> !end.equals(first.get()))
                            .map(end -> first.get() + "-" + end)
                            .orElse(Long.toString(first.get())));
        }
    }

    /** A bridge protocol data unit (IEEE 802.1D, 9.3.1) behind the headers of Ethernet and LLC, 17 bytes together. */
    private void spanningTree() {
        parts.add("ether daddr 01:80:c2:00:00:00");
        ether();
        unit("type", 3, 8);
        unit("flags", 4, 8);
        unit("root-priority", 5, 16);
        address("root-address", 7);
        unit("root-cost", 13, 32);
        unit("sender-priority", 17, 16);
        address("sender-address", 19);
        unit("port", 25, 16);
        unit("age", 27, 16);
        unit("max-age", 29, 16);
        unit("hello-time", 31, 16);
        unit("forward-delay", 33, 16);
    }

    private void unit(String name, int offsetBytes, int bits) {
        range("@ll," + 8 * (17 + offsetBytes) + "," + bits, name, name + "-hi", (1L << bits) - 1);
    }

    private void address(String name, int offsetBytes) {
        var given = attribute(name);
        if (given.isPresent()) {
            masked(
                    "@ll," + 8 * (17 + offsetBytes) + ",48",
                    hexadecimal(Values.mac(given.get())),
                    attribute(name + "-mask").map(Values::mac).map(Match::hexadecimal));
        }
    }

    /** A MAC address as a number. */
    static String hexadecimal(String mac) {
        var digits = new StringBuilder("0x");
        for (var part : mac.split(":", -1)) {
            digits.append(part.length() == 1 ? "0" : "").append(part);
        }
        return digits.toString();
    }

    private static String number(String ipv4) {
        long value = 0;
        for (var part : ipv4.split("\\.", -1)) {
            value = value << 8 | Long.parseLong(part);
        }
        return "0x" + Long.toHexString(value);
    }

    private static String operation(String text) {
        int known = ARP_OPERATIONS.indexOf(text.toLowerCase(Locale.ROOT));
        return Long.toString(known > 0 ? known : Values.number(text, 0xFFFF));
    }

    private void arp() {
        parts.add("ether type arp");
        ether();
        refuseGratuitous();
        attribute("hwtype").ifPresent(text -> is("arp htype", Long.toString(Values.number(text, 0xFFFF))));
        attribute("protocoltype")
                .ifPresent(text -> is("arp ptype", String.format("0x%04x", Values.number(text, 0xFFFF))));
        attribute("opcode").ifPresent(text -> is("arp operation", operation(text)));
        attribute("arpsrcmacaddr").ifPresent(text -> is("arp saddr ether", Values.mac(text)));
        attribute("arpdstmacaddr").ifPresent(text -> is("arp daddr ether", Values.mac(text)));
        ipv4Address("arp saddr ip", "arpsrcipaddr", "arpsrcipmask");
        ipv4Address("arp daddr ip", "arpdstipaddr", "arpdstipmask");
    }

    private void rarp() {
        parts.add("ether type " + ETHER_RARP);
        ether();
        refuseGratuitous();
        attribute("hwtype").ifPresent(text -> is(HARDWARE, Long.toString(Values.number(text, 0xFFFF))));
        attribute("protocoltype").ifPresent(text -> is(PROTOCOL, Long.toString(Values.number(text, 0xFFFF))));
        attribute("opcode").ifPresent(text -> is(OPERATION, operation(text)));
        attribute("arpsrcmacaddr").ifPresent(text -> is(SENDER_MAC, hexadecimal(Values.mac(text))));
        attribute("arpdstmacaddr").ifPresent(text -> is(TARGET_MAC, hexadecimal(Values.mac(text))));
        rarpAddress(SENDER_IP, "arpsrcipaddr", "arpsrcipmask");
        rarpAddress(TARGET_IP, "arpdstipaddr", "arpdstipmask");
    }

    private void rarpAddress(String what, String name, String mask) {
        var given = attribute(name);
        if (given.isPresent()) {
            if (given.get().equals(Variables.LEARNED)) {
                throw unsupported("an address that is still to be learned cannot stand in a rule for rarp");
            }
            masked(
                    what,
                    number(Values.ipv4(given.get())),
                    attribute(mask).map(Values::mask4).map(Match::number));
        }
    }

    private void refuseGratuitous() {
        if (attribute("gratuitous").filter(text -> !text.equals("false")).isPresent()) {
            throw unsupported("'gratuitous' compares two parts of a packet, which nftables cannot");
        }
    }

    private void ipv4Address(String what, String name, String mask) {
        var given = attribute(name);
        if (given.isPresent()) {
            var value = given.get().equals(Variables.LEARNED) ? Variables.LEARNED : Values.ipv4(given.get());
            masked(what, value, attribute(mask).map(Values::mask4));
        }
    }

    private void ipv6Address(String what, String name, String mask) {
        var given = attribute(name);
        if (given.isPresent()) {
            masked(what, Values.ipv6(given.get()), attribute(mask).map(Values::mask6));
        }
    }

    private void ip() {
        parts.add("ether type ip");
        ether();
        ipv4Address("ip saddr", "srcipaddr", "srcipmask");
        ipv4Address("ip daddr", "dstipaddr", "dstipmask");
        attribute("dscp").ifPresent(text -> is("ip dscp", Long.toString(Values.number(text, 63))));
        attribute("protocol").ifPresent(text -> is("ip protocol", protocolNumber(text)));
        ports();
    }

    private void ipv6() {
        parts.add("ether type ip6");
        ether();
        ipv6Address("ip6 saddr", "srcipaddr", "srcipmask");
        ipv6Address("ip6 daddr", "dstipaddr", "dstipmask");
        attribute("protocol").ifPresent(text -> is("meta l4proto", protocolNumber(text)));
        range("icmpv6 type", "type", "typeend", 255);
        range("icmpv6 code", "code", "codeend", 255);
        ports();
    }

    private static String protocolNumber(String text) {
        var known = IP_PROTOCOLS.get(text);
        return known != null ? known.toString() : Long.toString(Values.number(text, 255));
    }

    private void ports() {
        range("th sport", "srcportstart", "srcportend", PORT_MAX);
        range("th dport", "dstportstart", "dstportend", PORT_MAX);
    }

    private void high(String protocol) {
        var bare = bare(protocol);
        boolean six = protocol.endsWith("-ipv6") || bare.equals("icmpv6");
        parts.add(six ? "ether type ip6" : "ether type ip");
        var number = IP_PROTOCOLS.get(bare);
        if (number != null) {
            parts.add("meta l4proto " + number);
        } else if (!bare.equals("all")) {
            throw unsupported("rules of protocol '" + protocol + "' are not known");
        }
        attribute("srcmacaddr").ifPresent(text -> is("ether saddr", Values.mac(text)));
        attribute("dstmacaddr").ifPresent(text -> is("ether daddr", Values.mac(text)));
        if (six) {
            ipv6Address("ip6 saddr", "srcipaddr", "srcipmask");
            ipv6Address("ip6 daddr", "dstipaddr", "dstipmask");
        } else {
            ipv4Address("ip saddr", "srcipaddr", "srcipmask");
            ipv4Address("ip daddr", "dstipaddr", "dstipmask");
        }
        span(six ? "ip6 saddr" : "ip saddr", "srcipfrom", "srcipto", six);
        span(six ? "ip6 daddr" : "ip daddr", "dstipfrom", "dstipto", six);
        attribute("dscp").ifPresent(text -> is(six ? "ip6 dscp" : "ip dscp", Long.toString(Values.number(text, 63))));
        ports();
        if (bare.equals("icmp") || bare.equals("icmpv6")) {
            range(bare + " type", "type", "typeend", 255);
            range(bare + " code", "code", "codeend", 255);
        }
        attribute("flags").filter(_ -> bare.equals("tcp")).ifPresent(this::tcpFlags);
        tracked();
    }

    private void span(String what, String from, String to, boolean six) {
        var first = attribute(from).map(text -> six ? Values.ipv6(text) : Values.ipv4(text));
        var last = attribute(to).map(text -> six ? Values.ipv6(text) : Values.ipv4(text));
        first.ifPresent(begin -> is(what, last.map(end -> begin + "-" + end).orElse(begin)));
    }

    /** Which flags are looked at and which of them must be set, as {@code SYN,ACK/SYN}. */
    private void tcpFlags(String text) {
        var halves = text.split("/", -1);
        if (halves.length != 2) {
            throw Values.wrong(text, "flags as SYN,ACK/SYN");
        }
        var looked = flags(halves[0], text);
        var set = flags(halves[1], text);
        parts.add("tcp flags & (" + looked + ")" + (negated ? " != " : " == ")
                + (set.isEmpty() ? "0x0" : "(" + set + ")"));
    }

    private static String flags(String list, String text) {
        if (list.equals("ALL")) {
            return "fin|syn|rst|psh|ack|urg";
        }
        if (list.equals("NONE")) {
            return "";
        }
        var words = new ArrayList<String>();
        for (var flag : list.split(",", -1)) {
            var word = flag.toLowerCase(Locale.ROOT);
            if (!List.of("fin", "syn", "rst", "psh", "ack", "urg").contains(word)) {
                throw Values.wrong(text, "flags as SYN,ACK/SYN");
            }
            words.add(word);
        }
        return String.join("|", words);
    }

    private void tracked() {
        if (attribute("ipset").isPresent()) {
            throw unsupported("sets of ipset are not known to nftables");
        }
        var state = attribute("state").filter(text -> !text.equals("NONE"));
        var limit = attribute("connlimit-above");
        if ((state.isPresent() || limit.isPresent()) && !features.tracking()) {
            throw unsupported("'state' and 'connlimit-above' need the kernel's module nf_conntrack_bridge");
        }
        state.ifPresent(text -> {
            var words = new ArrayList<String>();
            for (var word : text.split(",", -1)) {
                var lower = word.toLowerCase(Locale.ROOT);
                if (!List.of("new", "established", "related", "invalid").contains(lower)) {
                    throw Values.wrong(text, "states as NEW,ESTABLISHED");
                }
                words.add(lower);
            }
            is("ct state", "{ " + String.join(", ", words) + " }");
        });
        limit.ifPresent(text -> parts.add("ct count over " + Values.number(text, 0xFFFF)));
    }

    static PosadaException unsupported(String what) {
        return new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.NWFILTER, what);
    }
}
