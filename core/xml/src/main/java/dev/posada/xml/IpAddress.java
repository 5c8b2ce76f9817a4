package dev.posada.xml;

import java.math.BigInteger;
import java.util.Optional;

/**
 * An internet address as a number, so that ranges and networks can be reckoned with.
 *
 * @param value as the bits stand
 * @param ipv6 whether it is one of version 6
 */
record IpAddress(BigInteger value, boolean ipv6) {
    /** The address a text is; nothing when it is none. Names are not looked up. */
    static Optional<IpAddress> parse(String text) {
        if (Addresses.isIpv4(text)) {
            return Optional.of(new IpAddress(BigInteger.valueOf(four(text)), false));
        }
        return Addresses.isIpv6(text) ? Optional.of(new IpAddress(six(text), true)) : Optional.empty();
    }

    private static long four(String text) {
        long value = 0;
        for (var part : Outline.split(text, '.')) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }

    private static BigInteger six(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text).value;
        }
        var head = groups(text.substring(0, gap));
        var tail = groups(text.substring(gap + 2));
        return head.value.shiftLeft(128 - head.bits).or(tail.value);
    }

    private record Groups(BigInteger value, int bits) {}

    private static Groups groups(String text) {
        var value = BigInteger.ZERO;
        int bits = 0;
        if (text.isEmpty()) {
            return new Groups(value, bits);
        }
        for (var group : Outline.split(text, ':')) {
            boolean four = group.indexOf('.') >= 0;
            int width = four ? 32 : 16;
            value = value.shiftLeft(width).or(BigInteger.valueOf(four ? four(group) : Long.parseLong(group, 16)));
            bits += width;
        }
        return new Groups(value, bits);
    }

    int bits() {
        return ipv6 ? 128 : 32;
    }

    /** How many bits of a netmask are set at its beginning; nothing when others are set as well. */
    Optional<Integer> prefixOfMask() {
        int prefix = bits() - trailing(value);
        return value.equals(mask(prefix)) ? Optional.of(prefix) : Optional.empty();
    }

    private int trailing(BigInteger bits) {
        return bits.signum() == 0 ? bits() : bits.getLowestSetBit();
    }

    /** The length an address's network has when nobody says otherwise; nothing for those that belong to no class. */
    Optional<Integer> usualPrefix() {
        if (value.signum() == 0) {
            return Optional.of(0);
        }
        if (ipv6) {
            return Optional.of(64);
        }
        int first = value.shiftRight(24).intValue();
        if (first < 128) {
            return Optional.of(8);
        }
        if (first < 192) {
            return Optional.of(16);
        }
        return first < 224 ? Optional.of(24) : Optional.empty();
    }

    /** The first address of the network this one is in. */
    IpAddress network(int prefix) {
        return new IpAddress(value.and(mask(prefix)), ipv6);
    }

    /** The last address of the network this one is in. */
    IpAddress last(int prefix) {
        return new IpAddress(value.or(mask(prefix).xor(mask(bits()))), ipv6);
    }

    boolean sameNetwork(IpAddress other, int prefix) {
        return ipv6 == other.ipv6 && network(prefix).equals(other.network(prefix));
    }

    private BigInteger mask(int prefix) {
        return BigInteger.ONE.shiftLeft(prefix).subtract(BigInteger.ONE).shiftLeft(bits() - prefix);
    }
}
