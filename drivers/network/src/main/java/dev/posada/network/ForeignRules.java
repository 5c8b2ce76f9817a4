package dev.posada.network;

import dev.posada.link.HostCommands;
import dev.posada.link.LinkException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Other firewalls of the host that drop what they do not know. A packet has to pass all of them, so rules of ours cannot help
 * it: who is in the way is found, and said with what would help.
 */
final class ForeignRules {
    private static final Pattern TABLE = Pattern.compile("^table (\\S+) (\\S+) \\{");
    private static final Pattern DROP = Pattern.compile("type filter hook (forward|input) .*policy drop;");

    private final HostCommands commands;

    ForeignRules(HostCommands commands) {
        this.commands = commands;
    }

    /** One line that says what is in the way of this network; empty when nothing is. */
    Optional<String> inTheWay(NetworkPlan plan) {
        if (!HostCommands.has("nft")) {
            return Optional.empty();
        }
        try {
            var listed = commands.attempt("firewall of the host", "", List.of("nft", "list", "chains"));
            return listed.success() ? inTheWay(plan.name(), plan.bridge(), listed.output()) : Optional.empty();
        } catch (LinkException cannotTell) {
            return Optional.empty();
        }
    }

    /** The same, from what {@code nft list chains} prints. */
    static Optional<String> inTheWay(String network, String bridge, String chains) {
        var tables = new ArrayList<String>();
        var table = "";
        for (var line : chains.lines().toList()) {
            var heading = TABLE.matcher(line);
            if (heading.find()) {
                table = heading.group(1) + " " + heading.group(2);
            }
            // Those of iptables are opened by us.
            boolean iptables = table.equals("ip filter") || table.equals("ip6 filter");
            var drop = DROP.matcher(line);
            if (drop.find() && !iptables && !table.endsWith(" " + NftRules.TABLE)) {
                tables.add("table '" + table + "' (hook " + drop.group(1) + ")");
            }
        }
        if (tables.isEmpty()) {
            return Optional.empty();
        }
        var remedy = tables.stream().anyMatch(name -> name.contains("firewalld"))
                ? "give the bridge a zone: firewall-cmd --zone=trusted --change-interface=" + bridge
                        + ", or <bridge name='" + bridge + "' zone='trusted'/> in the network"
                : "accept there what comes from and goes to the bridge: nft insert rule TABLE CHAIN iifname " + bridge
                        + " accept, and the same with oifname";
        return Optional.of("network '" + network + "': packets of bridge " + bridge
                + " are dropped by other firewall rules, in " + String.join(" and ", tables) + ": " + remedy);
    }
}
