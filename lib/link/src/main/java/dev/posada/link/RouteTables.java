package dev.posada.link;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's tables of routes: {@code /proc/net/route}, whose addresses are hexadecimal numbers in the order of this
 * machine's bytes (all that Java runs KVM on are little-endian), and {@code /proc/net/ipv6_route}, whose are in the order
 * of the network.
 */
final class RouteTables {
    private static final Path IPV4 = Path.of("/proc/net/route");
    private static final Path IPV6 = Path.of("/proc/net/ipv6_route");

    private static final int FLAG_GATEWAY = 2;

    /** The kernel marks its own routes to local addresses, multicast and the like so (RTF_LOCAL, RTF_ANYCAST). */
    private static final long FLAGS_OWN = 0x8000_0000L | 0x0010_0000L;

    /** RTF_REJECT: a way that leads nowhere. */
    private static final int FLAG_REJECT = 0x0200;

    private static final int IPV4_FIELDS = 8;
    private static final int IPV6_FIELDS = 10;
    private static final int LINES_MAX = 100_000;

    private RouteTables() {}

    static List<Route> read() {
        var routes = new ArrayList<Route>();
        lines(IPV4).stream().skip(1).forEach(line -> ipv4(line).ifPresent(routes::add));
        lines(IPV6).forEach(line -> ipv6(line).ifPresent(routes::add));
        return List.copyOf(routes);
    }

    private static List<String> lines(Path table) {
        try (var lines = Files.lines(table)) {
            return lines.limit(LINES_MAX).toList();
        } catch (IOException absent) {
            // A kernel without IPv6 has no table of it.
            return List.of();
        }
    }

    /** Iface, Destination, Gateway, Flags, RefCnt, Use, Metric, Mask, MTU, Window, IRTT. */
    static Optional<Route> ipv4(String line) {
        var fields = line.strip().split("\\s+", -1);
        if (fields.length < IPV4_FIELDS) {
            return Optional.empty();
        }
        int flags = (int) Long.parseLong(fields[3], 16);
        if ((flags & FLAG_REJECT) != 0) {
            return Optional.empty();
        }
        int mask = (int) Long.parseLong(fields[7], 16);
        return Optional.of(
                new Route(littleEndian(fields[1]), Integer.bitCount(mask), fields[0], (flags & FLAG_GATEWAY) == 0));
    }

    /** Destination, its prefix length, source, its prefix length, next hop, metric, references, use, flags, device. */
    static Optional<Route> ipv6(String line) {
        var fields = line.strip().split("\\s+", -1);
        if (fields.length < IPV6_FIELDS) {
            return Optional.empty();
        }
        long flags = Long.parseLong(fields[8], 16);
        var destination = Links.address(HexFormat.of().parseHex(fields[0]));
        if ((flags & (FLAGS_OWN | FLAG_REJECT)) != 0
                || destination.isMulticastAddress()
                || destination.isLinkLocalAddress()) {
            return Optional.empty();
        }
        return Optional.of(
                new Route(destination, Integer.parseInt(fields[1], 16), fields[9], (flags & FLAG_GATEWAY) == 0));
    }

    private static InetAddress littleEndian(String hexadecimal) {
        int number = Integer.reverseBytes((int) Long.parseLong(hexadecimal, 16));
        return Links.address(
                new byte[] {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number});
    }
}
