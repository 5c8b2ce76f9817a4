package dev.posada.dhcp;

import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a server lends and says of its network.
 *
 * @param prefixLength of the network the address is in, 0 to 32
 * @param router where everything else is reached
 * @param routes what is reached otherwise; where a server names any, the router does not count (RFC 3442)
 * @param nameServers at most {@link DhcpMessage#ADDRESSES_MAX}
 * @param domain what names are completed with, empty where it does not say
 * @param duration how long, at least a second; {@link #FOREVER} for an address that is not taken back
 * @param renewAfter when to ask for it again
 */
public record DhcpLease(
        Inet4Address address,
        int prefixLength,
        Optional<Inet4Address> router,
        List<Hop> routes,
        List<Inet4Address> nameServers,
        String domain,
        OptionalInt mtu,
        Inet4Address server,
        Duration duration,
        Duration renewAfter) {
    /** What a server means by all bits set. */
    public static final Duration FOREVER = Duration.ofSeconds(0xffff_ffffL);

    public DhcpLease {
        routes = List.copyOf(routes);
        nameServers = List.copyOf(nameServers);
    }

    /** A part of the world, and through whom it is reached. */
    public record Hop(Inet4Address network, int prefixLength, Inet4Address router) {}
}
