package dev.posada.link;

import java.net.InetAddress;

/**
 * A way the host knows to a network.
 *
 * @param destination where the network begins
 * @param prefixLength how many bits are the network's; 0 for the way to everywhere else
 * @param link where packets leave
 * @param direct whether the network is at the link itself, not behind a gateway
 */
public record Route(InetAddress destination, int prefixLength, String link, boolean direct) {}
