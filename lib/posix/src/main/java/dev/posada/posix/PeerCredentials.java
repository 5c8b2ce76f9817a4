package dev.posada.posix;

import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;

/**
 * Who opened the other end of a unix socket, as the kernel vouches for it (SO_PEERCRED, unix(7)).
 *
 * @param pid process that connected, or listened; it may have ended since, and 0 if it is outside our pid namespace
 * @param uid its effective user at that time
 * @param gid its effective group at that time
 */
public record PeerCredentials(int pid, int uid, int gid) {
    /**
     * The credentials of the peer of a connected unix socket.
     *
     * @throws ClosedChannelException when the channel is closed
     * @throws PosixException ENOTSUP when it is no unix socket, or not connected
     */
    public static PeerCredentials of(SocketChannel channel) throws ClosedChannelException {
        try (var copy = ChannelDescriptors.duplicate(channel)) {
            return of(copy);
        }
    }

    /** The credentials of the peer of a connected unix socket. */
    public static PeerCredentials of(Descriptor socket) {
        int number = socket.acquire();
        try {
            return SocketCalls.peerCredentials(number);
        } finally {
            socket.done();
        }
    }
}
