package dev.posada.network;

import dev.posada.link.HostCommands;
import dev.posada.link.LinkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The chains of all tables the host's nftables have, those of iptables among them where iptables are kept by nftables: one
 * look tells what is ours and who else decides.
 *
 * @param chains all of them
 */
record Ruleset(List<Chain> chains) {
    private static final Pattern TABLE = Pattern.compile("^table (\\S+) (\\S+) \\{");
    private static final Pattern CHAIN = Pattern.compile("^\\s+chain (\\S+) \\{");
    private static final Pattern HOOK = Pattern.compile("type filter hook (\\S+) .*policy (\\w+);");

    /** The tables of iptables where they are kept apart from nftables: a line each, none where they are not used. */
    private static final Path LEGACY_TABLES = Path.of("/proc/net/ip_tables_names");

    Ruleset {
        chains = List.copyOf(chains);
    }

    /**
     * A chain.
     *
     * @param table its table's family and name, as {@code ip filter}
     * @param drops the hook at which it drops what no rule of it speaks of; empty if it does not
     */
    record Chain(String table, String name, Optional<String> drops) {
        boolean ours() {
            return table.endsWith(" " + NftRules.TABLE);
        }

        /** Whether {@code iptables} speaks of it. */
        boolean iptables() {
            return table.equals("ip filter")
                    || table.equals("ip6 filter")
                    || table.equals("ip nat")
                    || table.equals("ip6 nat");
        }
    }

    /** What there is now; nothing where there is no {@code nft}, or it cannot tell. */
    static Optional<Ruleset> look(HostCommands commands) {
        if (!HostCommands.has("nft")) {
            return Optional.empty();
        }
        try {
            var listed = commands.attempt("firewall of the host", "", List.of("nft", "list", "chains"));
            return listed.success() ? Optional.of(parse(listed.output())) : Optional.empty();
        } catch (LinkException cannotTell) {
            return Optional.empty();
        }
    }

    /** Reads what {@code nft list chains} prints. */
    static Ruleset parse(String text) {
        var chains = new ArrayList<Chain>();
        var table = "";
        for (var line : text.lines().toList()) {
            var heading = TABLE.matcher(line);
            var chain = CHAIN.matcher(line);
            var hook = HOOK.matcher(line);
            if (heading.find()) {
                table = heading.group(1) + " " + heading.group(2);
            } else if (chain.find()) {
                chains.add(new Chain(table, chain.group(1), Optional.empty()));
            } else if (hook.find() && hook.group(2).equals("drop") && !chains.isEmpty()) {
                var last = chains.removeLast();
                chains.add(new Chain(last.table(), last.name(), Optional.of(hook.group(1))));
            }
        }
        return new Ruleset(chains);
    }

    /** Whether iptables are kept apart from nftables here, and used. */
    static boolean legacyTables() {
        try {
            return !Files.readString(LEGACY_TABLES).isBlank();
        } catch (IOException unknownHere) {
            return false;
        }
    }

    /** Whether iptables, as far as they are seen here, drop what they do not know. */
    boolean iptablesDrop() {
        return chains.stream()
                .anyMatch(chain -> chain.iptables()
                        && chain.drops()
                                .filter(hook -> hook.equals("forward") || hook.equals("input"))
                                .isPresent());
    }

    /** Whether iptables have a chain of ours. */
    boolean oursInIptables() {
        return chains.stream()
                .anyMatch(chain -> chain.iptables() && chain.name().startsWith(IptablesRules.PREFIX));
    }
}
