package dev.posada.server;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A unix socket with its file, which is ours alone from {@link #bind} to {@link #close}.
 *
 * <p>Three things keep two servers apart. A lock on a file beside the socket is held for as long as we listen, so that
 * of two servers starting at once one is refused. A socket file somebody answers on is never touched, also when he
 * holds no lock. And the socket is bound under another name, given its mode and group, and only then moved to where
 * clients look for it: there is no moment at which it can be opened by somebody it is not meant for.
 */
final class SocketFile implements AutoCloseable {
    /** What the kernel's address structure holds, unix(7). */
    private static final int PATH_BYTES_MAX = 107;

    private final Path path;
    private final ServerSocketChannel channel;
    private final FileChannel lockFile;
    private final @Nullable Object key;

    private SocketFile(Path path, ServerSocketChannel channel, FileChannel lockFile) {
        this.path = path;
        this.channel = channel;
        this.lockFile = lockFile;
        this.key = fileKey(path);
    }

    /**
     * Listens at this path. Missing folders are made.
     *
     * @param permissions mode bits of the file
     * @param group the group the file is given to, when another than it gets by itself
     * @param backlog most connections that wait to be accepted
     * @throws PosadaException when somebody else listens there, or the file cannot be made as asked
     */
    static SocketFile bind(Path path, int permissions, Optional<String> group, int backlog) {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length
                        + temporarySuffix().length()
                > PATH_BYTES_MAX) {
            throw failure(
                    "cannot listen on " + path + ": a socket's path has at most "
                            + (PATH_BYTES_MAX - temporarySuffix().length()) + " bytes; choose a shorter folder",
                    null);
        }
        FileChannel lockFile = null;
        ServerSocketChannel channel = null;
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            lockFile = lock(path);
            requireNobodyListens(path);
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            publish(channel, path, permissions, group, backlog);
            return new SocketFile(path, channel, lockFile);
        } catch (IOException e) {
            closeQuietly(channel);
            closeQuietly(lockFile);
            throw failure("cannot listen on " + path + ": " + reason(e), e);
        } catch (PosadaException e) {
            closeQuietly(lockFile);
            throw e;
        }
    }

    /** The channel that accepts. */
    ServerSocketChannel channel() {
        return channel;
    }

    /** Where clients find the socket. */
    Path path() {
        return path;
    }

    /** Stops listening and takes the file away, unless it is somebody else's by now. */
    @Override
    public void close() {
        closeQuietly(channel);
        try {
            if (key != null && key.equals(fileKey(path))) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.getLogger("posada.server")
                    .log(System.Logger.Level.WARNING, "cannot remove the socket file " + path + ": " + reason(e));
        }
        // The lock file stays: removing it would let two servers hold locks on two files of the same name.
        closeQuietly(lockFile);
    }

    private static FileChannel lock(Path path) throws IOException {
        var lockFile = FileChannel.open(
                path.resolveSibling(path.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = lockFile.tryLock();
            if (lock != null) {
                return lockFile;
            }
        } catch (OverlappingFileLockException e) {
            // The other server lives in this very process.
        }
        lockFile.close();
        throw taken(path);
    }

    private static void requireNobodyListens(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isOther()) {
            throw failure("cannot listen on " + path + ": a file that is no socket is in the way; move it away", null);
        }
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Not to hang on a server whose queue is full: that one is alive too.
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            if (refused(e)) {
                return;
            }
            throw e;
        }
        throw taken(path);
    }

    /** The JDK tells connect(2)'s failures apart by text only. */
    private static boolean refused(IOException e) {
        return reason(e).contains("refused");
    }

    private static void publish(
            ServerSocketChannel channel, Path path, int permissions, Optional<String> group, int backlog)
            throws IOException {
        var temporary = path.resolveSibling(path.getFileName() + temporarySuffix());
        Files.deleteIfExists(temporary);
        try {
            channel.bind(UnixDomainSocketAddress.of(temporary), backlog);
            var view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            if (group.isPresent()) {
                view.setGroup(groupNamed(group.get(), temporary));
            }
            view.setPermissions(permissions(permissions));
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static GroupPrincipal groupNamed(String name, Path file) throws IOException {
        try {
            return file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException e) {
            // The JDK's own message is empty.
            throw new IOException("there is no group " + name + " (unix_sock_group)", e);
        }
    }

    private static String temporarySuffix() {
        return ".new";
    }

    private static Set<PosixFilePermission> permissions(int bits) {
        // The constants stand in the order of the bits, from the owner's read bit down.
        var all = PosixFilePermission.values();
        var chosen = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < all.length; i++) {
            if ((bits & 0400 >> i) != 0) {
                chosen.add(all[i]);
            }
        }
        return chosen;
    }

    private static @Nullable Object fileKey(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    private static PosadaException taken(Path path) {
        return failure(
                "another daemon is listening on " + path + "; stop it, or choose another socket or root folder", null);
    }

    private static PosadaException failure(String detail, @Nullable Throwable cause) {
        return cause == null
                ? new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.RPC, detail)
                : new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.RPC, detail, cause);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied on " + e.getMessage();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static void closeQuietly(@Nullable AutoCloseable resource) {
        if (resource == null) {
            return;
        }
        try {
            resource.close();
        } catch (Exception e) {
            System.getLogger("posada.server")
                    .log(System.Logger.Level.DEBUG, "closing what was opened for a socket: " + e.getMessage());
        }
    }
}
