package dev.posada.network;

import dev.posada.model.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What the kernel is told about forwarding and about a bridge's IPv6, in {@code /proc/sys/net}. Forwarding is switched on when
 * a network needs it and stays on, as libvirt has it: who else relies on it by then cannot be known.
 */
final class Forwarding {
    private static final Path SETTINGS = Path.of("/proc/sys/net");
    private static final Path IPV6_ROUTES = Path.of("/proc/net/ipv6_route");

    /** RTF_ADDRCONF: a route learned from a router's advertisement. */
    private static final long FLAG_ADVERTISED = 0x0004_0000L;

    private static final int FLAGS_FIELD = 8;
    private static final int DEVICE_FIELD = 9;

    private Forwarding() {}

    /**
     * Refuses to cut the host's own IPv6 off: a host that forwards forgets what routers advertised to it, unless its link is
     * set to accept that all the same.
     */
    static void check(NetworkPlan plan) {
        if (plan.forward().isolated() || !plan.hasIpv6() || on(ipv6All())) {
            return;
        }
        try (var routes = Files.lines(IPV6_ROUTES)) {
            routes.map(line -> line.strip().split("\\s+", -1))
                    .filter(fields -> fields.length > DEVICE_FIELD)
                    .filter(fields -> (HexFormat.fromHexDigitsToLong(fields[FLAGS_FIELD]) & FLAG_ADVERTISED) != 0)
                    .map(fields -> fields[DEVICE_FIELD])
                    .filter(link -> !read(SETTINGS.resolve("ipv6/conf")
                                    .resolve(link)
                                    .resolve("accept_ra"))
                            .filter("2"::equals)
                            .isPresent())
                    .findFirst()
                    .ifPresent(link -> {
                        throw NetworkErrors.of(
                                ErrorCode.INTERNAL_ERROR,
                                "Check the host setup: interface " + link + " has kernel autoconfigured IPv6 routes and"
                                        + " enabling forwarding without accept_ra set to 2 will cause the kernel to flush"
                                        + " them, breaking networking.");
                    });
        } catch (IOException noIpv6) {
            // Then there is nothing to lose either.
        }
    }

    static void enable(NetworkPlan plan) {
        if (plan.forward().isolated()) {
            return;
        }
        if (plan.hasIpv4()) {
            enable(SETTINGS.resolve("ipv4/ip_forward"));
        }
        if (plan.hasIpv6()) {
            enable(ipv6All());
        }
    }

    /**
     * A bridge the host has no address of IPv6 on speaks none of it, so that guests cannot reach the host that way; one it has
     * an address on is a router, and believes no other.
     */
    static void prepareBridge(NetworkPlan plan) {
        var conf = SETTINGS.resolve("ipv6/conf").resolve(plan.bridge());
        if (!Files.isDirectory(conf)) {
            return;
        }
        if (plan.hasIpv6()) {
            write(conf.resolve("disable_ipv6"), "0");
            write(conf.resolve("accept_ra"), "0");
            write(conf.resolve("autoconf"), "0");
            // Nobody but us is on a bridge that is just being made: its address is good at once.
            write(conf.resolve("accept_dad"), "0");
        } else {
            write(conf.resolve("disable_ipv6"), "1");
        }
    }

    private static Path ipv6All() {
        return SETTINGS.resolve("ipv6/conf/all/forwarding");
    }

    private static void enable(Path setting) {
        if (!on(setting)) {
            write(setting, "1");
        }
    }

    private static boolean on(Path setting) {
        return read(setting).filter("1"::equals).isPresent();
    }

    private static Optional<String> read(Path setting) {
        try {
            return Optional.of(Files.readString(setting).strip());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static void write(Path setting, String value) {
        try {
            Files.writeString(setting, value + "\n");
        } catch (IOException e) {
            throw NetworkErrors.failed("cannot write '" + value + "' to '" + setting + "'", e);
        }
    }
}
