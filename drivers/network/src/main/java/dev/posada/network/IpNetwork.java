package dev.posada.network;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * An address in a network of addresses.
 *
 * @param address the address
 * @param prefixLength how many of its bits are the network's
 */
record IpNetwork(InetAddress address, int prefixLength) {
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    /** An address written as a number; nothing is looked up. */
    static Optional<InetAddress> literal(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    static int bits(InetAddress address) {
        return address instanceof Inet6Address ? IPV6_BITS : IPV4_BITS;
    }

    static boolean ipv6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    boolean ipv6() {
        return ipv6(address);
    }

    /** The network's first address, with all bits of the host 0. */
    InetAddress first() {
        var bytes = address.getAddress();
        for (int bit = prefixLength; bit < bits(address); bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
        }
        return address(bytes);
    }

    /** As {@code 192.0.2.0/24}. */
    String cidr() {
        return text(first()) + "/" + prefixLength;
    }

    /** As {@code 192.0.2.1/24}. */
    String own() {
        return text(address) + "/" + prefixLength;
    }

    /** The mask of a network of IPv4, as {@code 255.255.255.0}. */
    String netmask() {
        int mask = prefixLength == 0 ? 0 : -1 << (IPV4_BITS - prefixLength);
        return (mask >>> 24) + "." + ((mask >>> 16) & 0xff) + "." + ((mask >>> 8) & 0xff) + "." + (mask & 0xff);
    }

    boolean contains(InetAddress other) {
        return bits(other) == bits(address)
                && new IpNetwork(other, prefixLength).first().equals(first());
    }

    /** Whether an address is in both. */
    boolean overlaps(IpNetwork other) {
        return prefixLength <= other.prefixLength ? contains(other.address) : other.contains(address);
    }

    /** Whether all of the other network is in this one. */
    boolean covers(IpNetwork other) {
        return prefixLength <= other.prefixLength && contains(other.address);
    }

    /** How many addresses there are from one to another, both counted. */
    static BigInteger count(InetAddress from, InetAddress to) {
        return new BigInteger(1, to.getAddress())
                .subtract(new BigInteger(1, from.getAddress()))
                .add(BigInteger.ONE);
    }

    /** An address as dnsmasq and the firewall write it: IPv6 with its zeros left out. */
    static String text(InetAddress address) {
        if (!ipv6(address)) {
            return address.getHostAddress();
        }
        var bytes = address.getAddress();
        var groups = new int[IPV6_BITS / 16];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
        }
        return shortened(groups);
    }

    /** RFC 5952: the longest run of at least two zero groups becomes "::", the first one of equals. */
    private static String shortened(int[] groups) {
        int start = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException(wrongLength);
        }
    }
}
