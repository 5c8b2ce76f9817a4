package dev.posada.filter;

import dev.posada.driver.FilterRequest;
import dev.posada.model.Element;
import dev.posada.model.FilterDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The script for nft that puts a link's filters in place: a pure function of the filters and of what the kernel can do.
 *
 * <p>A link has one table with two stages for each direction, as libvirt has them in ebtables and iptables: the lower one
 * looks at frames (mac, vlan, stp, arp, rarp, ip, ipv6), the higher one at what they carry (tcp, udp … all), with the state
 * of connections. A packet must pass both; to be accepted by one ends that one only. In each stage rules stand in the order
 * of their priorities; in the lower one chains of their own, entered by protocol, stand among them.
 *
 * <p>Where the kernel knows no connections of bridged packets, the answers to what is accepted are told by their addresses
 * and ports turned round, and by not opening a TCP connection. Where it cannot answer packets, a refused one is dropped.
 */
final class FilterScript {
    private static final String TABLE = "posada_filter_";

    /** The set of a guest's addresses, where they are learned. */
    static final String LEARNED_SET = "addr";

    static final int LEARNED_MAX = 16;

    /** Before the other tables of bridges look: what is dropped here is not to be counted or learned from there. */
    private static final int LOW_PRIORITY = -310;

    private static final int HIGH_PRIORITY = -305;
    private static final int RULE_PRIORITY = 500;

    /**
     * A server's acknowledgement for a hardware address (RFC 2131, figure 1; RFC 2132, 9.6), in bits from the header of UDP:
     * a reply, the cookie of DHCP, and as its first option the type DHCPACK. The address given stands at bit 192.
     */
    private static final String ACKNOWLEDGED = "ip protocol 17 th sport 67 th dport 68 @th,64,8 2"
            + " @th,1952,32 0x63825363 @th,1984,24 0x350105 @th,288,48 ";

    /** The protocols that have chains, in libvirt's order, with what enters them. */
    private static final List<Prefix> PREFIXES = List.of(
            new Prefix("stp", -810, "ether daddr 01:80:c2:00:00:00 "),
            new Prefix("mac", -800, ""),
            new Prefix("vlan", -750, "ether type vlan "),
            new Prefix("ipv4", -700, "ether type ip "),
            new Prefix("ipv6", -600, "ether type ip6 "),
            new Prefix("arp", -500, "ether type arp "),
            new Prefix("rarp", -400, "ether type 0x8035 "));

    private record Prefix(String name, int priority, String enters) {
        boolean begins(String chain) {
            return chain.equals(name) || chain.startsWith(name + "-");
        }
    }

    /** How a guest's address is found out. */
    private enum Learning {
        /** It is known, or not asked for. */
        NOT(0),
        /** The first one the guest uses, and no other. */
        FIRST_USED(1),
        /** Those that a DHCP server gives it, of which there are few. */
        BY_DHCP(LEARNED_MAX);

        private final int addressesMax;

        Learning(int addressesMax) {
            this.addressesMax = addressesMax;
        }
    }

    /** A line of a chain and where it stands. */
    private record Line(int priority, String text) {}

    /** One direction's chains of the lower stage and its higher stage. */
    private static final class Side {
        private final TreeMap<String, List<Line>> chains = new TreeMap<>();
        private final Map<String, Integer> chainPriorities = new LinkedHashMap<>();
        private final List<Line> high = new ArrayList<>();

        void add(String chain, int priority, String text) {
            chains.computeIfAbsent(chain, _ -> new ArrayList<>()).add(new Line(priority, text));
        }
    }

    private final FilterRequest request;
    private final Features features;
    private final Side from = new Side();
    private final Side to = new Side();
    private Learning learning = Learning.NOT;
    private List<String> servers = List.of();

    private FilterScript(FilterRequest request, Features features) {
        this.request = request;
        this.features = features;
    }

    /** The script that replaces the link's table in one transaction. */
    static String of(FilterRequest request, Features features) {
        var script = new FilterScript(request, features);
        request.filters().forEach(script::filter);
        return script.text();
    }

    /** The script that takes the link's table away; it is there, if only for a moment, so that this never fails. */
    static String removal(String link) {
        var table = table(link);
        return "add table bridge " + table + "\ndelete table bridge " + table + "\n";
    }

    /** Whether a script makes a table that finds out its guest's addresses. */
    static boolean learns(String script) {
        return script.contains("  set " + LEARNED_SET + " {");
    }

    /** What makes a table know addresses from the beginning. */
    static String known(String link, List<String> addresses) {
        return addresses.isEmpty()
                ? ""
                : "add element bridge " + table(link) + " " + LEARNED_SET + " { "
                        + String.join(", ", addresses.stream().map(Values::ipv4).toList()) + " }\n";
    }

    /** The name of a link's table. */
    static String table(String link) {
        var name = new StringBuilder(TABLE);
        for (int i = 0; i < link.length(); i++) {
            char c = link.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            name.append(plain ? String.valueOf(c) : String.format("_%02x", (int) c));
        }
        return name.toString();
    }

    private void filter(FilterRequest.Applied applied) {
        var filter = applied.filter();
        var variables = new Variables(applied.variables());
        if (!filter.chain().equals(FilterDefinition.ROOT_CHAIN)) {
            int priority = filter.root()
                    .attribute("priority")
                    .map(Integer::parseInt)
                    .orElseGet(() -> prefix(filter.chain()).priority());
            from.chainPriorities.putIfAbsent(filter.chain(), priority);
            to.chainPriorities.putIfAbsent(filter.chain(), priority);
        }
        for (var rule : filter.rules()) {
            if (rule.children().isEmpty()) {
                low(filter.chain(), rule, "mac", new LinkedHashMap<>());
            }
            for (var protocol : rule.children()) {
                for (var attributes : expanded(protocol, variables, applied)) {
                    if (Match.isHigh(protocol.name())) {
                        high(rule, protocol.name(), attributes);
                    } else {
                        low(filter.chain(), rule, protocol.name(), attributes);
                    }
                }
            }
        }
    }

    private static Prefix prefix(String chain) {
        return PREFIXES.stream()
                .filter(known -> known.begins(chain))
                .findFirst()
                .orElseThrow(() -> Match.unsupported(
                        "a chain's name begins with the name of its protocol, as arp-mine; '" + chain + "' does not"));
    }

    /** A guest's own address may be missing: it is learned from what the guest sends, unless that is forbidden. */
    private List<SequencedMap<String, String>> expanded(
            Element protocol, Variables variables, FilterRequest.Applied applied) {
        if (!variables.lacks("IP", protocol.attributes())) {
            return variables.expand(protocol.attributes());
        }
        var way = applied.variables()
                .getOrDefault("CTRL_IP_LEARNING", List.of("any"))
                .getFirst();
        var found = switch (way) {
            case "any" -> Learning.FIRST_USED;
            case "dhcp" -> Learning.BY_DHCP;
            default ->
                throw Match.unsupported("interface '" + request.link() + "' has no parameter IP, and CTRL_IP_LEARNING='"
                        + way + "' finds none out: use 'any' or 'dhcp'");
        };
        learning = found;
        servers = applied.variables().getOrDefault("DHCPSERVER", servers);
        var known = new LinkedHashMap<>(applied.variables());
        known.put("IP", List.of(Variables.LEARNED));
        return new Variables(known).expand(protocol.attributes());
    }

    private void low(String chain, Element rule, String protocol, SequencedMap<String, String> attributes) {
        int priority = priority(rule);
        var direction = rule.attribute("direction", "inout");
        // A rule for both directions is written as it holds for packets to the guest.
        if (!direction.equals("in")) {
            var seen = direction.equals("inout") ? turned(attributes) : attributes;
            from.add(chain, priority, line(Match.of(protocol, seen, features), verdict(rule, true), attributes));
        }
        if (!direction.equals("out")) {
            to.add(chain, priority, line(Match.of(protocol, attributes, features), verdict(rule, false), attributes));
        }
    }

    private void high(Element rule, String protocol, SequencedMap<String, String> attributes) {
        var direction = rule.attribute("direction", "inout");
        boolean stateful = rule.has("action", "accept")
                && !rule.has("statematch", "false")
                && !rule.has("statematch", "0")
                && !attributes.containsKey("state");
        // As libvirt: what a rule accepts in one direction has its answers accepted in the other.
        if (direction.equals("out")) {
            high(from, true, rule, protocol, attributes, stateful ? "new, established" : "");
            if (stateful) {
                answers(to, false, rule, protocol, turned(attributes));
            }
        } else if (direction.equals("in")) {
            high(to, false, rule, protocol, attributes, stateful ? "new, established" : "");
            if (stateful) {
                answers(from, true, rule, protocol, turned(attributes));
            }
        } else {
            high(to, false, rule, protocol, attributes, "");
            high(from, true, rule, protocol, turned(attributes), "");
        }
    }

    private void high(
            Side side, boolean leaving, Element rule, String protocol, Map<String, String> attributes, String states) {
        var parts = new ArrayList<>(Match.of(protocol, attributes, features));
        if (!states.isEmpty() && features.tracking()) {
            parts.add("ct state { " + states + " }");
        }
        side.high.add(new Line(priority(rule), line(parts, verdict(rule, leaving), attributes)));
    }

    private void answers(Side side, boolean leaving, Element rule, String protocol, Map<String, String> turned) {
        if (protocol.startsWith("icmp") && !features.tracking()) {
            // An answer of ICMP has another type than the question; without connections all of them would have to pass.
            turned.remove("type");
            turned.remove("code");
        }
        var parts = new ArrayList<>(Match.of(protocol, turned, features));
        if (features.tracking()) {
            parts.add("ct state { established, related }");
        } else if (protocol.startsWith("tcp")) {
            parts.add("tcp flags & (syn|ack) != syn");
        }
        side.high.add(new Line(priority(rule), line(parts, verdict(rule, leaving), turned)));
    }

    private static int priority(Element rule) {
        return rule.attribute("priority").map(Integer::parseInt).orElse(RULE_PRIORITY);
    }

    /** The attributes with source and destination exchanged. */
    private static SequencedMap<String, String> turned(Map<String, String> attributes) {
        var turned = new LinkedHashMap<String, String>();
        attributes.forEach((name, value) -> {
            var other = name;
            for (var before : List.of("", "arp")) {
                if (name.startsWith(before + "src")) {
                    other = before + "dst" + name.substring(before.length() + 3);
                } else if (name.startsWith(before + "dst")) {
                    other = before + "src" + name.substring(before.length() + 3);
                }
            }
            turned.put(other, value);
        });
        return turned;
    }

    private String verdict(Element rule, boolean leaving) {
        return switch (rule.attribute("action", "")) {
            case "accept" -> "accept";
            case "return" -> "return";
            case "continue" -> "continue";
            // Only what a guest sends can be answered: on the way to it the kernel lets nobody refuse.
            case "reject" -> features.reject() && leaving ? "reject" : "drop";
            default -> "drop";
        };
    }

    private static String line(List<String> parts, String verdict, Map<String, String> attributes) {
        // Cut last: what replaces a character may be shorter than it.
        var comment = attributes.getOrDefault("comment", "").replaceAll("[^A-Za-z0-9 ._:/-]", "_");
        return String.join(" ", parts)
                + (parts.isEmpty() ? "" : " ")
                + verdict
                + (comment.isEmpty()
                        ? ""
                        : " comment \"" + comment.substring(0, Math.min(comment.length(), 100)) + "\"");
    }

    private String text() {
        var text = new StringBuilder(removal(request.link()));
        text.append("table bridge ").append(table(request.link())).append(" {\n");
        if (learning != Learning.NOT) {
            text.append("  set addr { type ipv4_addr; size ")
                    .append(learning.addressesMax)
                    .append("; flags dynamic; }\n");
        }
        side(text, from, "from", "iifname", "prerouting");
        side(text, to, "to", "oifname", "postrouting");
        return text.append("}\n").toString();
    }

    private void side(StringBuilder text, Side side, String name, String device, String hook) {
        side.chainPriorities.keySet().removeIf(chain -> !side.chains.containsKey(chain));
        for (var chain : side.chainPriorities.keySet()) {
            chain(text, chainName(name, chain), sorted(side.chains.getOrDefault(chain, List.of())));
        }
        var root = new ArrayList<Line>();
        side.chainPriorities.forEach((chain, priority) ->
                root.add(new Line(priority, prefix(chain).enters() + "jump " + chainName(name, chain))));
        root.addAll(side.chains.getOrDefault(FilterDefinition.ROOT_CHAIN, List.of()));
        var lines = sorted(root);
        lines.addAll(0, learned(name));
        stage(text, name + "_frames", device, hook, LOW_PRIORITY, lines);
        stage(text, name + "_packets", device, hook, HIGH_PRIORITY, sorted(side.high));
    }

    /** The lines that learn a guest's address of what it sends, or of what it is sent. */
    private List<Line> learned(String side) {
        var mac = Values.mac(request.mac());
        if (learning == Learning.FIRST_USED && side.equals("from")) {
            var own = "ether saddr " + mac + " ";
            return List.of(
                    new Line(0, own + "arp saddr ip != 0.0.0.0 add @addr { arp saddr ip }"),
                    new Line(0, own + "ip saddr != 0.0.0.0 add @addr { ip saddr }"));
        }
        if (learning == Learning.BY_DHCP && side.equals("to")) {
            var from = servers.isEmpty()
                    ? ""
                    : "ip saddr { "
                            + String.join(
                                    ", ", servers.stream().map(Values::ipv4).toList()) + " } ";
            return List.of(new Line(0, from + ACKNOWLEDGED + Match.hexadecimal(mac) + " add @addr { @th,192,32 }"));
        }
        return List.of();
    }

    private static String chainName(String side, String chain) {
        return side + "_" + chain.replaceAll("[^A-Za-z0-9]", "_");
    }

    private static List<Line> sorted(List<Line> lines) {
        var sorted = new ArrayList<>(lines);
        sorted.sort(Comparator.comparingInt(Line::priority));
        return sorted;
    }

    private void stage(StringBuilder text, String name, String device, String hook, int priority, List<Line> lines) {
        if (lines.isEmpty()) {
            return;
        }
        chain(text, name, lines);
        text.append("  chain hook_")
                .append(name)
                .append(" {\n    type filter hook ")
                .append(hook);
        text.append(" priority ").append(priority).append("; policy accept;\n    ");
        text.append(device)
                .append(" \"")
                .append(request.link())
                .append("\" jump ")
                .append(name)
                .append("\n  }\n");
    }

    private static void chain(StringBuilder text, String name, List<Line> lines) {
        text.append("  chain ").append(name).append(" {\n");
        lines.forEach(line -> text.append("    ").append(line.text()).append('\n'));
        text.append("  }\n");
    }
}
