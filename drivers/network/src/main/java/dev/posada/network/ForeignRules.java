package dev.posada.network;

import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Other firewalls of the host that drop what they do not know. A packet has to pass all of them, so rules of ours cannot help
 * it: who is in the way is found, and said with what would help.
 */
final class ForeignRules {
    private ForeignRules() {}

    /** One line that says what is in the way of this network; empty when nothing is. */
    static Optional<String> inTheWay(String network, String bridge, Ruleset ruleset) {
        var tables = ruleset.chains().stream()
                // Those of iptables are opened by us.
                .filter(chain -> !chain.ours() && !chain.iptables())
                .filter(chain -> chain.drops()
                        .filter(hook -> hook.equals("forward") || hook.equals("input"))
                        .isPresent())
                .map(chain ->
                        "table '" + chain.table() + "' (hook " + chain.drops().orElseThrow() + ")")
                .collect(Collectors.joining(" and "));
        if (tables.isEmpty()) {
            return Optional.empty();
        }
        var remedy = tables.contains("firewalld")
                ? "give the bridge a zone: firewall-cmd --zone=trusted --change-interface=" + bridge
                        + ", or <bridge name='" + bridge + "' zone='trusted'/> in the network"
                : "accept there what comes from and goes to the bridge: nft insert rule TABLE CHAIN iifname " + bridge
                        + " accept, and the same with oifname";
        return Optional.of("network '" + network + "': packets of bridge " + bridge
                + " are dropped by other firewall rules, in " + tables + ": " + remedy);
    }
}
