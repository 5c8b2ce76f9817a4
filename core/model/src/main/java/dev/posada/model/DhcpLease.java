package dev.posada.model;

import java.util.Optional;

/**
 * An address a network's DHCP server has given out.
 *
 * @param bridge the network's bridge
 * @param expirySeconds when it ends, in seconds since 1970; 0 for never
 * @param ipv6 whether the address is one of IPv6
 * @param mac the card it was given to, in lower case; empty where it is not known
 * @param iaid the identity association's number, of IPv6
 * @param address the address
 * @param prefixLength of the network the address is in
 * @param hostname what the guest calls itself
 * @param clientId client identifier of IPv4, or DUID of IPv6
 */
public record DhcpLease(
        String bridge,
        long expirySeconds,
        boolean ipv6,
        String mac,
        Optional<String> iaid,
        String address,
        int prefixLength,
        Optional<String> hostname,
        Optional<String> clientId) {}
