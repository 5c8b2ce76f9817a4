package dev.posada.posix;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Makes unix sockets as plain descriptors, to be handed to a child or over a socket. */
public final class UnixSockets {
    private static final int MODE_UNTIL_LISTENING = 0_600;

    private UnixSockets() {}

    /**
     * A listening stream socket at the path. The umask plays no part: the file gets exactly the mode given, is never more open
     * than that, and nobody can connect before it has it. The owner can be set afterwards by {@link PosixFiles#changeOwner}.
     *
     * <p>A path longer than the 107 bytes a socket address holds works too, as long as its last name is not longer than
     * some 80 bytes.
     *
     * @param mode permission bits, such as 0600; connecting needs the write permission
     * @param backlog connections that may wait to be accepted, at least 1
     * @throws PosixException EADDRINUSE when the path exists, even if nobody listens there
     */
    public static Descriptor listen(Path path, int mode, int backlog) {
        var socket = SocketCalls.newStream();
        boolean bound = false;
        try {
            int number = socket.number();
            // The kernel takes the permissions of the new file from the socket's own, less the umask.
            PosixFiles.changeMode(socket, mode & MODE_UNTIL_LISTENING);
            bind(number, path);
            bound = true;
            PosixFiles.changeMode(path, mode);
            SocketCalls.listen(number, backlog, path.toString());
            return socket;
        } catch (PosixException e) {
            socket.close();
            if (bound) {
                PosixFiles.unlink(path);
            }
            throw e;
        }
    }

    /**
     * Connects to a unix socket, also when its path is longer than a socket address holds.
     *
     * @throws IOException when there is none, or nobody listens
     */
    public static SocketChannel connect(Path path) throws IOException {
        var absolute = path.toAbsolutePath();
        var parent = absolute.getParent();
        var name = absolute.getFileName();
        if (fitsAnAddress(path) || parent == null || name == null) {
            return SocketChannel.open(UnixDomainSocketAddress.of(path));
        }
        try (var directory = Descriptor.open(parent, OpenFlag.PATH_ONLY)) {
            return SocketChannel.open(UnixDomainSocketAddress.of("/proc/self/fd/" + directory.number() + "/" + name));
        } catch (PosixException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean fitsAnAddress(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length <= SocketCalls.PATH_BYTES_MAX;
    }

    /** Two connected stream sockets. */
    public static Pair pair() {
        var both = SocketCalls.newPair();
        return new Pair(both.getFirst(), both.getLast());
    }

    /** Two ends of one connection, each to be closed. */
    public record Pair(Descriptor first, Descriptor second) implements AutoCloseable {
        @Override
        public void close() {
            List.of(first, second).forEach(Descriptor::close);
        }
    }

    private static void bind(int number, Path path) {
        if (fitsAnAddress(path)) {
            SocketCalls.bind(number, path.toString());
            return;
        }
        var absolute = path.toAbsolutePath();
        var parent = absolute.getParent();
        var name = absolute.getFileName();
        if (parent == null || name == null) {
            throw new PosixException("bind", path.toString(), Errno.EADDRINUSE);
        }
        try (var directory = Descriptor.open(parent, OpenFlag.PATH_ONLY)) {
            SocketCalls.bind(number, "/proc/self/fd/" + directory.number() + "/" + name);
        }
    }
}
