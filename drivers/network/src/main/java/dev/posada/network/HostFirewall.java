package dev.posada.network;

import dev.posada.link.HostCommands;
import dev.posada.link.LinkException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The firewall as networks use it: the back end the settings name or the host has, the host's iptables opened where they drop
 * what they do not know, and a line in the log where others do.
 */
final class HostFirewall {
    private static final System.Logger LOG = System.getLogger("posada.network");

    private final HostCommands commands;
    private final Optional<String> chosen;
    private final NftFirewall nft;
    private final IptablesFirewall iptables;
    private final IptablesFirewall opening;

    /** What has been said already, by bridge. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /**
     * The firewall of a driver.
     *
     * @param chosen {@code firewall_backend} of the settings
     */
    HostFirewall(HostCommands commands, Optional<String> chosen) {
        this.commands = commands;
        this.chosen = chosen;
        this.nft = new NftFirewall(commands);
        this.iptables = new IptablesFirewall(commands, false);
        this.opening = new IptablesFirewall(commands, true);
    }

    /**
     * The back end.
     *
     * @throws dev.posada.model.PosadaException when it is not there
     */
    Firewall backend(String network) {
        var word = chosen.orElseGet(
                () -> HostCommands.has("nft") || !HostCommands.has("iptables") ? "nftables" : "iptables");
        var firewall = switch (word) {
            case "nftables" -> nft;
            case "iptables" -> iptables;
            default ->
                throw NetworkErrors.unsupported(
                        "firewall_backend in network.conf is '" + word + "': it can be nftables or iptables");
        };
        try {
            HostCommands.require(
                    "network '" + network + "' needs firewall rules", word.equals("nftables") ? "nft" : word);
        } catch (LinkException e) {
            throw NetworkErrors.failed(e);
        }
        return firewall;
    }

    /** Puts the network's rules, and sees to the others'. */
    void put(NetworkPlan plan) {
        var backend = backend(plan.name());
        backend.put(plan);
        var ruleset = Ruleset.look(commands);
        if (backend == nft && iptablesDrop(ruleset)) {
            opening.put(plan);
            if (said.add("iptables")) {
                LOG.log(
                        Level.INFO,
                        "the host''s iptables drop what they do not know (Docker and ufw set them so): the bridges of"
                                + " networks are accepted there too");
            }
        }
        ruleset.flatMap(all -> ForeignRules.inTheWay(plan.name(), plan.bridge(), all))
                .ifPresent(line -> {
                    if (said.add(line)) {
                        LOG.log(Level.WARNING, line);
                    }
                });
    }

    private boolean iptablesDrop(Optional<Ruleset> ruleset) {
        return ruleset.filter(Ruleset::iptablesDrop).isPresent() || (Ruleset.legacyTables() && opening.hostDrops());
    }

    /** Takes away whatever there is for this bridge, also what another back end put before the settings were changed. */
    void remove(String bridge) {
        var ruleset = nft.lookAndRemove(bridge);
        // Looking costs a program for each table and family, so only where there is something.
        if (ruleset.filter(all -> !all.oursInIptables()).isEmpty() || Ruleset.legacyTables()) {
            iptables.remove(bridge);
        }
    }
}
