package dev.posada.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a server can be reached.
 *
 * @param readWrite the read-write unix socket
 * @param readOnly the read-only unix socket
 * @param tcp the TCP socket with the port really used
 */
public record BoundAddresses(Path readWrite, Path readOnly, Optional<InetSocketAddress> tcp) {}
