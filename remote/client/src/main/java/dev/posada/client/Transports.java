package dev.posada.client;

import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens the transport an address asks for. */
final class Transports {

    private static final int TCP_PORT = 16_509;

    private Transports() {}

    /**
     * Reaches the daemon.
     *
     * @throws PosadaException when the address cannot be used or nobody listens there
     */
    static Transport open(ConnectionUri uri, ConnectionOptions options) {
        return switch (uri.effectiveTransport()) {
            case "unix" -> unix(uri, options);
            case "tcp" -> tcp(uri, options);
            case "ssh" -> command(SshCommand.of(uri, options.readOnly()), true);
            case "ext" ->
                command(
                        List.of(uri.parameter("command")
                                .orElseThrow(() -> Failures.invalidAddress(
                                        "transport ext in '" + uri + "' needs command=PROGRAM"))),
                        false);
            case "tls" ->
                throw Failures.unsupported("TLS connections, as '" + uri
                        + "' asks for, are not available yet; qemu+ssh:// reaches another host safely");
            case "libssh", "libssh2" ->
                throw Failures.unsupported(
                        "transport " + uri.transport() + "; use ssh, which runs the system's client");
            default ->
                throw Failures.invalidAddress(
                        "transport '" + uri.transport() + "' in '" + uri + "' is none of unix, tcp, ssh and ext");
        };
    }

    private static Transport unix(ConnectionUri uri, ConnectionOptions options) {
        if (!uri.host().isEmpty()) {
            throw Failures.invalidAddress("a unix socket is on this machine; take host '" + uri.host() + "' out of '"
                    + uri + "' or use +ssh");
        }
        List<Path> candidates = uri.parameter("socket")
                .map(socket -> List.of(Path.of(socket)))
                .orElseGet(() -> SocketPaths.candidates(uri, options.readOnly(), runsAsRoot(), System.getenv()));
        PosadaException failure = null;
        for (Path candidate : candidates) {
            try {
                return SocketTransport.unix(candidate);
            } catch (IOException e) {
                // A daemon that is installed but stopped must not hide one that runs.
                if (failure == null || Files.exists(candidate)) {
                    failure = Failures.unreachable("socket '" + candidate + "'", e);
                }
            }
        }
        throw failure == null
                ? Failures.invalidAddress("no daemon is known for driver '" + uri.driver() + "' with mode=direct")
                : failure;
    }

    private static Transport tcp(ConnectionUri uri, ConnectionOptions options) {
        String host = uri.host().isEmpty() ? "localhost" : uri.host();
        int port = uri.port().orElse(TCP_PORT);
        try {
            return SocketTransport.tcp(host, port, options.connectTimeout());
        } catch (IOException | UnresolvedAddressException e) {
            throw Failures.unreachable(host + " port " + port, e);
        }
    }

    private static Transport command(List<String> command, boolean secure) {
        try {
            return CommandTransport.start(command, secure);
        } catch (IOException e) {
            throw Failures.unreachable("a daemon through '" + command.getFirst() + "'", e);
        }
    }

    /** The JDK knows the user by name only; the name is looked up by uid, not taken from the environment. */
    private static boolean runsAsRoot() {
        return System.getProperty("user.name", "").equals("root");
    }
}
