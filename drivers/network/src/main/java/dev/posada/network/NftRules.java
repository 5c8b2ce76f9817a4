package dev.posada.network;

import java.util.List;

/**
 * The rules of one network in the language of {@code nft}: chains of its own, hooked into the kernel by themselves, in a
 * table of ours for each of IPv4 and IPv6. One script is one transaction: no packet meets half of it.
 */
final class NftRules {
    static final String TABLE = "posada_network";

    private static final List<String> FAMILIES = List.of("ip", "ip6");

    private NftRules() {}

    static String put(NetworkPlan plan) {
        var text = new StringBuilder();
        for (var family : FAMILIES) {
            new Script(plan, family, text).put();
        }
        return text.toString();
    }

    /** What takes a network's chains away, and a table that would be empty then; empty when there is nothing. */
    static String remove(String bridge, Ruleset ruleset) {
        var text = new StringBuilder();
        var names = List.of(forward(bridge), postrouting(bridge));
        for (var family : FAMILIES) {
            var table = family + " " + TABLE;
            var there = ruleset.chains().stream()
                    .filter(chain -> chain.table().equals(table))
                    .map(Ruleset.Chain::name)
                    .toList();
            if (names.containsAll(there)) {
                // Added first: it need not be there, and deleting it then would fail.
                text.append("add table ").append(table).append('\n');
                text.append("delete table ").append(table).append('\n');
                continue;
            }
            there.stream()
                    .filter(names::contains)
                    .forEach(name -> text.append("delete chain " + table + " " + name + "\n"));
        }
        return text.toString();
    }

    private static String forward(String bridge) {
        return "forward_" + plain(bridge);
    }

    private static String postrouting(String bridge) {
        return "postrouting_" + plain(bridge);
    }

    /** A link's name as it may stand in a chain's: what may not is written as its number. */
    private static String plain(String bridge) {
        var text = new StringBuilder();
        bridge.chars().forEach(c -> {
            if (Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.') {
                text.append((char) c);
            } else {
                text.append('_').append(Integer.toHexString(c)).append('_');
            }
        });
        return text.toString();
    }

    private static final class Script {
        private final NetworkPlan plan;
        private final String family;
        private final boolean ipv6;
        private final StringBuilder text;

        Script(NetworkPlan plan, String family, StringBuilder text) {
            this.plan = plan;
            this.family = family;
            this.ipv6 = family.equals("ip6");
            this.text = text;
        }

        void put() {
            text.append("add table ").append(family).append(' ').append(TABLE).append('\n');
            filter();
            translate();
        }

        private void chain(String name, String hook) {
            text.append("add chain " + family + " " + TABLE + " " + name + " { " + hook + "; policy accept; }\n");
            text.append("flush chain " + family + " " + TABLE + " " + name + "\n");
        }

        private void rule(String chain, String rule) {
            text.append("add rule " + family + " " + TABLE + " " + chain + " " + rule + "\n");
        }

        private void filter() {
            var chain = forward(plan.bridge());
            chain(chain, "type filter hook forward priority filter");
            var in = "iifname \"" + plan.bridge() + "\"";
            var out = "oifname \"" + plan.bridge() + "\"";
            rule(chain, in + " " + out + " accept");
            var networks = plan.networks(ipv6);
            if (!plan.forward().isolated() && !networks.isEmpty()) {
                var inside = set(networks);
                var connected = plan.forward().translates(ipv6) ? " ct state established,related" : "";
                rule(chain, in + devices("oifname") + " " + family + " saddr " + inside + " accept");
                rule(chain, in + " counter reject");
                rule(
                        chain,
                        devices("iifname").stripLeading() + (devices("iifname").isEmpty() ? "" : " ") + out + " "
                                + family + " daddr " + inside + connected + " accept");
            } else {
                rule(chain, in + " counter reject");
            }
            rule(chain, out + " counter reject");
        }

        /** The links traffic has to leave or enter by, if any are named. */
        private String devices(String direction) {
            var devices = plan.forward().devices();
            return devices.isEmpty()
                    ? ""
                    : " " + direction + " "
                            + set(devices.stream()
                                    .map(name -> "\"" + name + "\"")
                                    .toList());
        }

        private static String set(List<String> members) {
            return members.size() == 1 ? members.getFirst() : "{ " + String.join(", ", members) + " }";
        }

        private void translate() {
            var chain = postrouting(plan.bridge());
            chain(chain, "type nat hook postrouting priority srcnat");
            if (!plan.forward().translates(ipv6)) {
                return;
            }
            for (var network : plan.networks(ipv6)) {
                var from = family + " saddr " + network + " " + family + " daddr ";
                // What is meant for everybody on the link has to keep its sender.
                rule(chain, from + (ipv6 ? "ff02::/16" : "{ 224.0.0.0/24, 255.255.255.255/32 }") + " return");
                var leaving = from + "!= " + network + devices("oifname") + " ";
                var to = plan.forward()
                        .natRange(ipv6)
                        .map(range -> "snat to " + range)
                        .orElse("masquerade");
                var ports = ports(plan.forward().natRange(ipv6).isPresent());
                rule(chain, leaving + "meta l4proto tcp " + to + ports);
                rule(chain, leaving + "meta l4proto udp " + to + ports);
                rule(chain, leaving + to);
            }
        }

        private String ports(boolean behindAddress) {
            return (behindAddress ? ":" : " to :") + plan.forward().ports();
        }
    }
}
