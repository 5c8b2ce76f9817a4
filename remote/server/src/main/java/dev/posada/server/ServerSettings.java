package dev.posada.server;

import dev.posada.model.PosadaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a server listens and what it grants its clients: what {@code libvirtd.conf} says, with the same defaults.
 *
 * @param unix the unix sockets
 * @param tcp the TCP socket, when there is to be one
 * @param limits how much clients may ask for
 * @param keepAlive when a silent client is given up
 */
public record ServerSettings(UnixSockets unix, Optional<TcpSocket> tcp, Limits limits, KeepAliveRule keepAlive) {

    /** The name of the read-write socket in its folder; the read-only one has {@value #READ_ONLY_SUFFIX} behind it. */
    public static final String SOCKET_NAME = "posada-sock";

    static final String READ_ONLY_SUFFIX = "-ro";

    /**
     * The unix sockets.
     *
     * @param readWrite where clients may do everything
     * @param readOnly where clients may only look
     * @param group the group both files are given to, when not that of the process
     * @param readWritePermissions mode bits of the first file
     * @param readOnlyPermissions mode bits of the second file
     * @param readWriteAuthentication how clients of the first prove who they are
     * @param readOnlyAuthentication how clients of the second prove who they are
     * @param ownUserOnly whether peers of other users than the process's own and root are turned away whatever the mode
     *     of the file is: a session's daemon
     */
    public record UnixSockets(
            Path readWrite,
            Path readOnly,
            Optional<String> group,
            int readWritePermissions,
            int readOnlyPermissions,
            Authentication readWriteAuthentication,
            Authentication readOnlyAuthentication,
            boolean ownUserOnly) {

        /** The sockets at another place: the read-write one at this path, the read-only one beside it. */
        public UnixSockets at(Path path) {
            return new UnixSockets(
                    path,
                    path.resolveSibling(path.getFileName() + READ_ONLY_SUFFIX),
                    group,
                    readWritePermissions,
                    readOnlyPermissions,
                    readWriteAuthentication,
                    readOnlyAuthentication,
                    ownUserOnly);
        }
    }

    /**
     * The TCP socket.
     *
     * @param address name or address of the interface to listen on; empty for all
     * @param port 0 to 65535, 0 for one the host chooses
     * @param authentication how clients prove who they are
     */
    public record TcpSocket(String address, int port, Authentication authentication) {}

    /**
     * How much clients may ask for.
     *
     * @param clients most clients at once over all sockets; further ones are closed
     * @param queuedClients most connections that wait to be accepted, per socket
     * @param anonymousClients most clients that have not yet proved who they are; 0 for no such limit
     * @param requestsPerClient most calls of one client that are worked on; its further ones wait in its socket
     * @param writeStall how long a client may leave what it is sent unread before it is dropped
     * @param frameStall how long a client may take from the first byte of a message to the last while it sends nothing
     */
    public record Limits(
            int clients,
            int queuedClients,
            int anonymousClients,
            int requestsPerClient,
            Duration writeStall,
            Duration frameStall) {

        /** As in {@code libvirtd.conf}. */
        public static final Limits DEFAULTS =
                new Limits(5000, 1000, 20, 5, Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    /**
     * When a silent client is given up. It concerns only clients that have said they know keep-alive messages.
     *
     * @param interval silence before each question; nothing for no questions at all
     * @param count questions that may stay unanswered; after one more interval the connection is closed
     */
    public record KeepAliveRule(Optional<Duration> interval, int count) {

        /** As in {@code libvirtd.conf}. */
        public static final KeepAliveRule DEFAULTS = new KeepAliveRule(Optional.of(Duration.ofSeconds(5)), 5);
    }

    /** What holds when nothing is set, with the sockets in this folder. */
    public static ServerSettings defaults(Path socketDirectory) {
        return from(Map.of(), socketDirectory);
    }

    /**
     * Reads the keys of {@code libvirtd.conf}; keys that do not concern the server are left to others.
     *
     * @param keys each key with its values in order
     * @param socketDirectory where the sockets are unless {@code unix_sock_dir} says otherwise
     * @throws PosadaException {@code CONF_SYNTAX} naming the key whose value is wrong, {@code CONFIG_UNSUPPORTED} naming
     *     the key that asks for something this server does not have
     */
    public static ServerSettings from(Map<String, List<String>> keys, Path socketDirectory) {
        return new SettingsReader(keys).settings(socketDirectory);
    }

    /** These settings with the unix sockets elsewhere. */
    public ServerSettings withSocket(Path readWrite) {
        return new ServerSettings(unix.at(readWrite), tcp, limits, keepAlive);
    }

    /** These settings with other unix sockets. */
    public ServerSettings withUnix(UnixSockets other) {
        return new ServerSettings(other, tcp, limits, keepAlive);
    }

    /** These settings with other limits. */
    public ServerSettings withLimits(Limits other) {
        return new ServerSettings(unix, tcp, other, keepAlive);
    }

    /** These settings with another rule for silent clients. */
    public ServerSettings withKeepAlive(KeepAliveRule other) {
        return new ServerSettings(unix, tcp, limits, other);
    }

    /** These settings with a TCP socket. */
    public ServerSettings withTcp(TcpSocket socket) {
        return new ServerSettings(unix, Optional.of(socket), limits, keepAlive);
    }
}
