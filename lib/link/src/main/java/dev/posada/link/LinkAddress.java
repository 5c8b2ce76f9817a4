package dev.posada.link;

import java.net.InetAddress;

/**
 * An address a link has.
 *
 * @param link the link's name
 * @param address the address
 * @param prefixLength of the network it is in
 */
public record LinkAddress(String link, InetAddress address, int prefixLength) {}
