package dev.posada.network;

import dev.posada.model.Element;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * An address the host has in a network, with what it serves there.
 *
 * @param at the address
 * @param element the {@code ip} element
 */
record Gateway(IpNetwork at, Element element) {
    /** A range DHCP gives addresses from. */
    record Range(InetAddress start, InetAddress end, Element element) {}

    /** Reads an {@code ip} element. */
    static Gateway of(String network, Element element) {
        var text = element.attribute("address", "");
        var address = IpNetwork.literal(text)
                .orElseThrow(() -> NetworkErrors.unsupported(
                        "network '" + network + "': '" + text + "' is no address of the host"));
        return new Gateway(new IpNetwork(address, prefix(network, element, address)), element);
    }

    /** The prefix: as it stands, from a netmask, or what the address's class once meant. */
    static int prefix(String network, Element element, InetAddress address) {
        var prefix = element.attribute("prefix");
        var netmask = element.attribute("netmask");
        int most = IpNetwork.bits(address);
        if (prefix.isPresent()) {
            int length = prefix.get().matches("[0-9]{1,3}") ? Integer.parseInt(prefix.get()) : -1;
            if (length < 0 || length > most) {
                throw NetworkErrors.unsupported("Invalid " + (most == 32 ? "IPv4" : "IPv6") + " prefix '" + prefix.get()
                        + "' in network '" + network + "'");
            }
            return length;
        }
        if (netmask.isPresent()) {
            return IpNetwork.literal(netmask.get())
                    .filter(mask -> !IpNetwork.ipv6(mask) && !IpNetwork.ipv6(address))
                    .map(Gateway::maskLength)
                    .filter(length -> length >= 0)
                    .orElseThrow(() -> NetworkErrors.unsupported("Invalid netmask '" + netmask.get() + "' for address '"
                            + IpNetwork.text(address) + "' in network '" + network + "'"));
        }
        if (IpNetwork.ipv6(address)) {
            return 64;
        }
        int first = address.getAddress()[0] & 0xff;
        if (first < 128) {
            return 8;
        }
        return first < 192 ? 16 : 24;
    }

    private static int maskLength(InetAddress mask) {
        var bytes = mask.getAddress();
        int bits = ((bytes[0] & 0xff) << 24) | ((bytes[1] & 0xff) << 16) | ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
        int length = Integer.bitCount(bits);
        return bits == (length == 0 ? 0 : -1 << (32 - length)) ? length : -1;
    }

    boolean ipv6() {
        return at.ipv6();
    }

    Optional<Element> dhcp() {
        return element.child("dhcp");
    }

    List<Range> ranges(String network) {
        return dhcp().map(dhcp -> dhcp.children("range")).orElse(List.of()).stream()
                .map(range -> range(network, range))
                .toList();
    }

    private Range range(String network, Element range) {
        var start = IpNetwork.literal(range.attribute("start", ""));
        var end = IpNetwork.literal(range.attribute("end", ""));
        var words = "range " + range.attribute("start", "") + " - " + range.attribute("end", "");
        if (start.isEmpty() || end.isEmpty()) {
            throw NetworkErrors.internal("network '" + network + "': " + words + " has no addresses");
        }
        if (!at.contains(start.get()) || !at.contains(end.get())) {
            throw NetworkErrors.internal(words + " is not entirely within network " + at.own());
        }
        if (IpNetwork.count(start.get(), end.get()).signum() <= 0) {
            throw NetworkErrors.internal(words + " is reversed ");
        }
        return new Range(start.get(), end.get(), range);
    }

    List<Element> hosts() {
        return dhcp().map(dhcp -> dhcp.children("host")).orElse(List.of());
    }
}
