package dev.posada.network;

import dev.posada.link.HostCommands;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Rules kept by nftables, in tables of our own that nobody else touches. */
final class NftFirewall implements Firewall {
    private static final List<String> SCRIPT = List.of("nft", "-f", "-");

    private final HostCommands commands;

    /**
     * Held while a table that looks empty is deleted, and while chains are added to it: a leaf, around one run of a tool that
     * ends in bounded time.
     */
    private final ReentrantLock table = new ReentrantLock();

    NftFirewall(HostCommands commands) {
        this.commands = commands;
    }

    @Override
    public void put(NetworkPlan plan) {
        if (plan.forward().open()) {
            return;
        }
        table.lock();
        try {
            commands.feed("firewall of network '" + plan.name() + "'", NftRules.put(plan), SCRIPT);
        } finally {
            table.unlock();
        }
    }

    @Override
    public void remove(String bridge) {
        var _ = lookAndRemove(bridge);
    }

    /** The same; answers what was there before. */
    Optional<Ruleset> lookAndRemove(String bridge) {
        table.lock();
        try {
            var ruleset = Ruleset.look(commands);
            ruleset.map(all -> NftRules.remove(bridge, all))
                    .filter(script -> !script.isEmpty())
                    .ifPresent(script -> commands.feed("firewall of bridge '" + bridge + "'", script, SCRIPT));
            return ruleset;
        } finally {
            table.unlock();
        }
    }

    @Override
    public String word() {
        return "nftables";
    }
}
