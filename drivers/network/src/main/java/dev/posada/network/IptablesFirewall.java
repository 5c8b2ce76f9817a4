package dev.posada.network;

import dev.posada.link.HostCommands;
import dev.posada.link.LinkException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * Rules kept by {@code iptables} and {@code ip6tables}, in chains of our own; each table is changed in one transaction.
 *
 * <p>It is also used beside nftables where the host's iptables drop what they do not know ({@code opensOnly}): what is
 * accepted in one place may still be dropped in the other, so ours has to be accepted in both.
 */
final class IptablesFirewall implements Firewall {
    private static final Pattern DROPS = Pattern.compile("^:(INPUT|FORWARD) DROP ", Pattern.MULTILINE);

    private final HostCommands commands;
    private final boolean opensOnly;

    /**
     * Held from looking at the tables until they are changed: what is deleted has to be there. A leaf, around a few runs of
     * tools that end in bounded time.
     */
    private final ReentrantLock tables = new ReentrantLock();

    IptablesFirewall(HostCommands commands, boolean opensOnly) {
        this.commands = commands;
        this.opensOnly = opensOnly;
    }

    @Override
    public void put(NetworkPlan plan) {
        if (plan.forward().open() && !opensOnly) {
            return;
        }
        tables.lock();
        try {
            change(plan, false);
            change(plan, true);
        } finally {
            tables.unlock();
        }
    }

    private void change(NetworkPlan plan, boolean ipv6) {
        boolean needed = !ipv6 || plan.hasIpv6();
        var what = "firewall of network '" + plan.name() + "'";
        try {
            var text = new StringBuilder();
            boolean translates = !opensOnly && plan.forward().translates(ipv6);
            for (boolean nat : translates ? new boolean[] {false, true} : new boolean[] {false}) {
                var saved = saved(what, ipv6, nat);
                text.append(new IptablesRules(plan.bridge(), ipv6, nat).put(plan, saved, opensOnly));
            }
            restore(what, ipv6, text.toString());
        } catch (LinkException e) {
            // A host without IPv6 has nothing to filter there.
            if (needed) {
                throw e;
            }
        }
    }

    @Override
    public void remove(String bridge) {
        if (!HostCommands.has("iptables-save")) {
            return;
        }
        var what = "firewall of bridge '" + bridge + "'";
        tables.lock();
        try {
            for (boolean ipv6 : new boolean[] {false, true}) {
                var text = new StringBuilder();
                for (boolean nat : new boolean[] {false, true}) {
                    text.append(new IptablesRules(bridge, ipv6, nat).remove(lookAt(what, ipv6, nat)));
                }
                if (!text.isEmpty()) {
                    restore(what, ipv6, text.toString());
                }
            }
        } finally {
            tables.unlock();
        }
    }

    /** Whether a packet nobody speaks of is dropped by the host's iptables, on its way in or through. */
    boolean hostDrops() {
        return HostCommands.has("iptables-save")
                && DROPS.matcher(lookAt("firewall of the host", false, false)).find();
    }

    @Override
    public String word() {
        return "iptables";
    }

    private String saved(String what, boolean ipv6, boolean nat) {
        return commands.run(what, List.of(program(ipv6, "save"), "-t", nat ? "nat" : "filter"));
    }

    /** A table as it is; nothing where there is none. */
    private String lookAt(String what, boolean ipv6, boolean nat) {
        var result = commands.attempt(what, "", List.of(program(ipv6, "save"), "-t", nat ? "nat" : "filter"));
        return result.success() ? result.output() : "";
    }

    private void restore(String what, boolean ipv6, String text) {
        commands.feed(what, text, List.of(program(ipv6, "restore"), "--noflush", "-w"));
    }

    private static String program(boolean ipv6, String what) {
        return (ipv6 ? "ip6tables-" : "iptables-") + what;
    }
}
