/**
 * The client's side of DHCP for IPv4 (RFC 2131, 2132): asks a server for an address, and again for the one it has.
 *
 * <p>The socket is the caller's, so that it may be one of another network namespace; so is what becomes of the answer.
 *
 * {@snippet :
 * try (var channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
 *     var client = new DhcpClient(channel, "52:54:00:12:34:56", "web", RandomGenerator.getDefault());
 *     client.ask(Optional.empty(), Duration.ofSeconds(10)).ifPresent(lease -> System.out.println(lease.address()));
 * }
 * }
 */
@NullMarked
package dev.posada.dhcp;

import org.jspecify.annotations.NullMarked;
