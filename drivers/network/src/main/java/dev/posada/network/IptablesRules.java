package dev.posada.network;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rules of one network in the language of {@code iptables-restore}, for one family and table. Chains of ours are jumped
 * to from the kernel's own, before all others: {@code POSADA_FWD} asks each network's chain, which rejects or lets the next be
 * asked, and {@code POSADA_ACC} then accepts what none rejected. Which of the shared chains' rules are a network's is known by
 * the bridge in them.
 */
final class IptablesRules {
    static final String PREFIX = "POSADA_";

    /** A built-in chain and the chains of ours it jumps to, in their order. */
    private record Hook(String builtIn, String ours) {}

    private static final List<Hook> FILTER = List.of(
            new Hook("INPUT", "POSADA_INP"),
            new Hook("OUTPUT", "POSADA_OUT"),
            new Hook("FORWARD", "POSADA_ACC"),
            new Hook("FORWARD", "POSADA_FWD"));
    private static final List<Hook> NAT = List.of(new Hook("POSTROUTING", "POSADA_PRT"));

    private final String bridge;
    private final boolean ipv6;
    private final boolean nat;

    IptablesRules(String bridge, boolean ipv6, boolean nat) {
        this.bridge = bridge;
        this.ipv6 = ipv6;
        this.nat = nat;
    }

    private String own() {
        return PREFIX + (nat ? "PRT_" : "FWD_") + bridge;
    }

    private List<Hook> hooks() {
        return nat ? NAT : FILTER;
    }

    /**
     * What puts the network's rules.
     *
     * @param saved the table as {@code iptables-save} shows it
     * @param opensOnly only what accepts: another firewall decides what is rejected
     */
    String put(NetworkPlan plan, String saved, boolean opensOnly) {
        var text = begin();
        for (var hook : hooks()) {
            if (!has(saved, ":" + hook.ours() + " ")) {
                text.append(":").append(hook.ours()).append(" - [0:0]\n");
            }
        }
        boolean chain = !opensOnly;
        if (chain) {
            text.append(":").append(own()).append(" - [0:0]\n");
        }
        removeShared(text, saved);
        for (var hook : hooks()) {
            // Those of the built-in chains that are there may have been pushed down by others: first again.
            if (has(saved, "-A " + hook.builtIn() + " -j " + hook.ours())) {
                text.append("-D ")
                        .append(hook.builtIn())
                        .append(" -j ")
                        .append(hook.ours())
                        .append('\n');
            }
            text.append("-I ")
                    .append(hook.builtIn())
                    .append(" 1 -j ")
                    .append(hook.ours())
                    .append('\n');
        }
        (nat ? translated(plan) : filtered(plan, opensOnly))
                .forEach(rule -> text.append("-A ").append(rule).append('\n'));
        return text.append("COMMIT\n").toString();
    }

    /** What takes them away; empty when there are none. */
    String remove(String saved) {
        boolean chain = has(saved, ":" + own() + " ");
        var shared = shared(saved);
        if (!chain && shared.isEmpty()) {
            return "";
        }
        var text = begin();
        if (chain) {
            text.append(":").append(own()).append(" - [0:0]\n");
        }
        removeShared(text, saved);
        if (chain) {
            text.append("-X ").append(own()).append('\n');
        }
        for (var hook : hooks()) {
            var rules = lines(saved, "-A " + hook.ours() + " ");
            if (has(saved, ":" + hook.ours() + " ") && shared.containsAll(rules)) {
                if (has(saved, "-A " + hook.builtIn() + " -j " + hook.ours())) {
                    text.append("-D ")
                            .append(hook.builtIn())
                            .append(" -j ")
                            .append(hook.ours())
                            .append('\n');
                }
                text.append("-X ").append(hook.ours()).append('\n');
            }
        }
        return text.append("COMMIT\n").toString();
    }

    private StringBuilder begin() {
        return new StringBuilder(nat ? "*nat\n" : "*filter\n");
    }

    private void removeShared(StringBuilder text, String saved) {
        shared(saved)
                .forEach(line -> text.append("-D").append(line.substring(2)).append('\n'));
    }

    /** The rules of the shared chains that are this network's. */
    private List<String> shared(String saved) {
        var name = Pattern.quote(bridge);
        var mine = Pattern.compile(" -[io] " + name + "( |$)| -j " + Pattern.quote(own()) + "$");
        return saved.lines()
                .filter(line -> hooks().stream().anyMatch(hook -> line.startsWith("-A " + hook.ours() + " ")))
                .filter(line -> mine.matcher(line).find())
                .toList();
    }

    private static boolean has(String saved, String beginning) {
        return saved.lines().anyMatch(line -> line.startsWith(beginning));
    }

    private static List<String> lines(String saved, String beginning) {
        return saved.lines().filter(line -> line.startsWith(beginning)).toList();
    }

    private List<String> filtered(NetworkPlan plan, boolean opensOnly) {
        var rules = new ArrayList<String>();
        served(plan, rules);
        if (!opensOnly) {
            forwarded(plan, rules);
            rules.add("POSADA_FWD -i " + bridge + " -j " + own());
            rules.add("POSADA_FWD -o " + bridge + " -j " + own());
        }
        rules.add("POSADA_ACC -i " + bridge + " -j ACCEPT");
        rules.add("POSADA_ACC -o " + bridge + " -j ACCEPT");
        return rules;
    }

    /** Guests ask for addresses, names and files; answers go back. */
    private void served(NetworkPlan plan, List<String> rules) {
        var protocols = List.of("udp", "tcp");
        for (var protocol : protocols) {
            rules.add("POSADA_INP -i " + bridge + " -p " + protocol + " --dport 53 -j ACCEPT");
            rules.add("POSADA_OUT -o " + bridge + " -p " + protocol + " --sport 53 -j ACCEPT");
        }
        rules.add("POSADA_INP -i " + bridge + " -p udp --dport " + (ipv6 ? "547" : "67") + " -j ACCEPT");
        rules.add("POSADA_OUT -o " + bridge + " -p udp --dport " + (ipv6 ? "546" : "68") + " -j ACCEPT");
        if (!ipv6 && plan.tftp()) {
            rules.add("POSADA_INP -i " + bridge + " -p udp --dport 69 -j ACCEPT");
        }
    }

    private void forwarded(NetworkPlan plan, List<String> rules) {
        var chain = own() + " ";
        var networks = plan.forward().isolated() ? List.<String>of() : plan.networks(ipv6);
        var connected = plan.forward().translates(ipv6) ? " -m conntrack --ctstate RELATED,ESTABLISHED" : "";
        rules.add(chain + "-i " + bridge + " -o " + bridge + " -j RETURN");
        for (var network : networks) {
            for (var device : devices(plan, "-o")) {
                rules.add(chain + "-s " + network + " -i " + bridge + device + " -j RETURN");
            }
        }
        var reject = " -j REJECT --reject-with " + (ipv6 ? "icmp6-port-unreachable" : "icmp-port-unreachable");
        rules.add(chain + "-i " + bridge + reject);
        for (var network : networks) {
            for (var device : devices(plan, "-i")) {
                rules.add(chain + "-d " + network + device + " -o " + bridge + connected + " -j RETURN");
            }
        }
        rules.add(chain + "-o " + bridge + reject);
    }

    private List<String> translated(NetworkPlan plan) {
        var rules = new ArrayList<String>();
        var chain = own() + " ";
        for (var network : plan.forward().translates(ipv6) ? plan.networks(ipv6) : List.<String>of()) {
            var from = chain + "-s " + network + " ";
            for (var everybody : ipv6 ? List.of("ff02::/16") : List.of("224.0.0.0/24", "255.255.255.255/32")) {
                rules.add(from + "-d " + everybody + " -j RETURN");
            }
            for (var device : devices(plan, "-o")) {
                var leaving = from + "! -d " + network + device;
                for (var protocol : List.of("tcp", "udp")) {
                    rules.add(leaving + " -p " + protocol + target(plan, true));
                }
                rules.add(leaving + target(plan, false));
            }
        }
        rules.add("POSADA_PRT -j " + own());
        return rules;
    }

    private String target(NetworkPlan plan, boolean ports) {
        var range = plan.forward().natRange(ipv6);
        if (range.isEmpty()) {
            return " -j MASQUERADE" + (ports ? " --to-ports " + plan.forward().ports() : "");
        }
        var to = ports && ipv6 ? bracketed(range.get()) : range.get();
        return " -j SNAT --to-source " + to + (ports ? ":" + plan.forward().ports() : "");
    }

    /** Before a port, addresses of IPv6 stand in brackets, both of a range in one pair. */
    private static String bracketed(String range) {
        return "[" + range + "]";
    }

    private static List<String> devices(NetworkPlan plan, String direction) {
        var devices = plan.forward().devices();
        return devices.isEmpty()
                ? List.of("")
                : devices.stream().map(name -> " " + direction + " " + name).toList();
    }
}
