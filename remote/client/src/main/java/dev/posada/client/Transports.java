package dev.posada.client;

import dev.posada.model.PosadaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
            // What libraries of their own do elsewhere, the system's client does here: it has its own settings and
            // agents.
            case "ssh", "libssh", "libssh2" -> command(SshCommand.of(uri, options.readOnly()), true);
            case "ext" ->
                command(
                        List.of(uri.parameter("command")
                                .orElseThrow(() -> Failures.invalidAddress(
                                        "remote_open: for 'ext' transport, command is required"))),
                        false);
            case "tls" ->
                throw Failures.unsupported("TLS connections, as '" + uri
                        + "' asks for, are not available yet; qemu+ssh:// reaches another host safely");
            default ->
                throw Failures.invalidAddress(
                        "remote_open: transport in URL not recognised (should be tls|unix|ssh|ext|tcp|libssh2|libssh)");
        };
    }

    private static Transport unix(ConnectionUri uri, ConnectionOptions options) {
        if (!uri.host().isEmpty()) {
            throw Failures.invalidAddress("using unix socket and remote server '" + uri.host() + "' is not supported.");
        }
        List<Path> candidates = uri.parameter("socket")
                .map(socket -> List.of(Path.of(socket)))
                .orElseGet(() ->
                        SocketPaths.candidates(uri, options.readOnly(), ClientSettings.runsAsRoot(), System.getenv()));
        PosadaException failure = null;
        for (Path candidate : candidates) {
            try {
                return SocketTransport.unix(candidate);
            } catch (IOException e) {
                // A daemon that is installed but stopped must not hide one that runs.
                if (failure == null || Files.exists(candidate)) {
                    failure = Failures.unreachableSocket(candidate, e);
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
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw Failures.unknownHost(host, port, e);
        }
        IOException failure = new IOException("no address");
        for (var address : addresses) {
            try {
                return SocketTransport.tcp(new InetSocketAddress(address, port), options.connectTimeout());
            } catch (IOException e) {
                // A name may stand for addresses of both versions, and a daemon may listen at one.
                failure = e;
            }
        }
        throw Failures.unreachableServer(host, port, failure);
    }

    private static Transport command(List<String> command, boolean secure) {
        try {
            return CommandTransport.start(command, secure);
        } catch (IOException e) {
            throw Failures.unstartable(command.getFirst(), e);
        }
    }
}
