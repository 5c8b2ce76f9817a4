package dev.posada.link;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Changes to links, to be made in this order by {@link Links#apply}; the first that fails ends it, and those before it stay
 * made. Not safe for use by several threads.
 */
public final class LinkBatch {
    private final List<String> lines = new ArrayList<>();

    /** What a macvlan or macvtap lets its links do with each other. */
    public enum MacvlanMode {
        BRIDGE,
        PRIVATE,
        VEPA,
        PASSTHRU;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Makes a bridge. */
    public LinkBatch addBridge(String name) {
        return line("link", "add", "name", name, "type", "bridge");
    }

    /** Makes a bridge with a MAC address of its own, which its ports then do not change. */
    public LinkBatch addBridge(String name, String mac) {
        return line("link", "add", "name", name, "address", mac, "type", "bridge");
    }

    /** Whether a bridge takes part in the spanning tree protocol. */
    public LinkBatch spanningTree(String bridge, boolean on) {
        return line("link", "set", "dev", bridge, "type", "bridge", "stp_state", on ? "1" : "0");
    }

    /** How long a port only listens before it forwards, in hundredths of a second; below 200 only without spanning tree. */
    public LinkBatch forwardDelay(String bridge, int hundredths) {
        return line("link", "set", "dev", bridge, "type", "bridge", "forward_delay", String.valueOf(hundredths));
    }

    /** Whether a bridge keeps VLANs apart. */
    public LinkBatch vlanFiltering(String bridge, boolean on) {
        return line("link", "set", "dev", bridge, "type", "bridge", "vlan_filtering", on ? "1" : "0");
    }

    /** Makes a pair of links; what enters one leaves the other. */
    public LinkBatch addPair(String name, String peer) {
        return line("link", "add", "name", name, "type", "veth", "peer", "name", peer);
    }

    /** Gives a link to the network namespace of a process, where it has another name and is down. */
    public LinkBatch give(String link, long process, String name) {
        return line("link", "set", "dev", link, "netns", Long.toString(process), "name", name);
    }

    /** Makes a link with a MAC address of its own on top of another. */
    public LinkBatch addMacvlan(String name, String below, MacvlanMode mode) {
        return line("link", "add", "link", below, "name", name, "type", "macvlan", "mode", mode.word());
    }

    /** The same, as a character device {@code /dev/tapINDEX}. */
    public LinkBatch addMacvtap(String name, String below, MacvlanMode mode) {
        return line("link", "add", "link", below, "name", name, "type", "macvtap", "mode", mode.word());
    }

    /** Puts a link into a bridge. */
    public LinkBatch master(String link, String bridge) {
        return line("link", "set", "dev", link, "master", bridge);
    }

    /** Takes a link out of its bridge. */
    public LinkBatch noMaster(String link) {
        return line("link", "set", "dev", link, "nomaster");
    }

    /** Whether a bridge's port may exchange packets with other isolated ports. */
    public LinkBatch isolated(String port, boolean on) {
        return line("link", "set", "dev", port, "type", "bridge_slave", "isolated", on ? "on" : "off");
    }

    /** Whether a bridge's port learns the addresses behind it, and gets packets for unknown ones. */
    public LinkBatch learning(String port, boolean on) {
        var word = on ? "on" : "off";
        return line("link", "set", "dev", port, "type", "bridge_slave", "learning", word, "flood", word);
    }

    public LinkBatch up(String link) {
        return line("link", "set", "dev", link, "up");
    }

    public LinkBatch down(String link) {
        return line("link", "set", "dev", link, "down");
    }

    /** Sets the largest packet, in bytes. */
    public LinkBatch mtu(String link, int bytes) {
        return line("link", "set", "dev", link, "mtu", String.valueOf(bytes));
    }

    /** Sets the hardware address. */
    public LinkBatch mac(String link, String mac) {
        return line("link", "set", "dev", link, "address", mac);
    }

    /** Gives a link an address, as {@code 192.0.2.1/24}; the broadcast address of IPv4 is derived from it. */
    public LinkBatch address(String link, String addressAndPrefix) {
        return addressAndPrefix.contains(":")
                ? line("addr", "add", addressAndPrefix, "dev", link)
                : line("addr", "add", addressAndPrefix, "broadcast", "+", "dev", link);
    }

    /**
     * Adds a route through a gateway.
     *
     * @param destination as {@code 192.0.2.0/24}
     */
    public LinkBatch route(String link, String destination, String gateway, OptionalInt metric) {
        var words = new ArrayList<String>();
        words.addAll(List.of("route", "add", destination, "via", gateway, "dev", link, "proto", "static"));
        metric.ifPresent(number -> words.addAll(List.of("metric", String.valueOf(number))));
        return line(words.toArray(String[]::new));
    }

    /** Removes a link, and all that hangs on it: addresses, routes. */
    public LinkBatch delete(String link) {
        return line("link", "del", "dev", link);
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /** The text {@code ip -batch} reads: a line for each change. */
    public String text() {
        return String.join("\n", lines) + "\n";
    }

    private LinkBatch line(String... words) {
        for (var word : words) {
            if (word.isEmpty() || !word.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"'\\#".indexOf(c) < 0)) {
                throw new IllegalArgumentException("'" + word + "' cannot stand in a change of links");
            }
        }
        lines.add(String.join(" ", words));
        return this;
    }
}
