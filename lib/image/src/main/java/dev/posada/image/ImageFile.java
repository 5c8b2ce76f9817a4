package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import dev.posada.posix.Descriptor;
import dev.posada.posix.Errno;
import dev.posada.posix.FileStatus;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The file or block device that an image lies in. Errors of the system become {@link ImageException}.
 *
 * <p>Two descriptors of the same file: the JDK's channel moves bytes, ours locks, finds holes and punches them, which the JDK
 * cannot. The second one is opened through the first, so that both are one file whatever happens to the name.
 *
 * <p>Threads may read and write different places at once.
 */
final class ImageFile implements ByteStore {
    private static final int ZERO_CHUNK_BYTES = 1 << 20;

    private final Path path;
    private final Descriptor descriptor;
    private final FileChannel channel;
    private final boolean writable;
    private final boolean blockDevice;
    private volatile boolean durable = true;

    private ImageFile(Path path, Descriptor descriptor, FileChannel channel, boolean writable, boolean blockDevice) {
        this.path = path;
        this.descriptor = descriptor;
        this.channel = channel;
        this.writable = writable;
        this.blockDevice = blockDevice;
    }

    /**
     * Opens an existing file or block device.
     *
     * @throws ImageException NOT_FOUND, DENIED; INVALID when it is neither file nor block device
     */
    static ImageFile open(Path path, boolean writable) {
        // Non-blocking: to open a FIFO would wait for its other end. For files and block devices it means nothing.
        return open(path, Set.of(writable ? OpenFlag.READ_WRITE : OpenFlag.READ, OpenFlag.NON_BLOCKING), writable);
    }

    /** Opens a file for writing, made if there is none. */
    static ImageFile openOrMake(Path path) {
        return open(path, Set.of(OpenFlag.READ_WRITE, OpenFlag.NON_BLOCKING, OpenFlag.CREATE), true);
    }

    private static ImageFile open(Path path, Set<OpenFlag> flags, boolean writable) {
        Descriptor descriptor;
        try {
            descriptor = Descriptor.open(path, flags, 0_644);
        } catch (PosixException e) {
            throw failure("open", path, e);
        } catch (IllegalArgumentException e) {
            throw new ImageException(Kind.INVALID, "a file name cannot hold a zero byte", e);
        }
        try {
            var status = FileStatus.of(descriptor);
            var device = status.kind() == FileStatus.Kind.BLOCK_DEVICE;
            if (status.kind() != FileStatus.Kind.REGULAR && !device) {
                var kind = status.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
                throw new ImageException(Kind.INVALID, path + " is a " + kind + ", not a file or block device");
            }
            var again = Path.of("/proc/self/fd/" + descriptor.number());
            var channel = writable
                    ? FileChannel.open(again, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    : FileChannel.open(again, StandardOpenOption.READ);
            return new ImageFile(path, descriptor, channel, writable, device);
        } catch (IOException e) {
            descriptor.close();
            throw failure("open", path, e);
        } catch (RuntimeException e) {
            descriptor.close();
            throw e;
        }
    }

    /** The name it was opened by. */
    @Override
    public Path path() {
        return path;
    }

    boolean writable() {
        return writable;
    }

    @Override
    public boolean blockDevice() {
        return blockDevice;
    }

    /** Whether two names lead to one file. */
    static boolean isSame(Path one, Path other) {
        try {
            return FileStatus.of(one).isSameFile(FileStatus.of(other));
        } catch (PosixException e) {
            throw failure("find", one.equals(other) ? one : other, e);
        }
    }

    /** What the kernel knows of it; tells whether two are one file. */
    FileStatus status() {
        return FileStatus.of(descriptor);
    }

    /** Bytes it occupies, holes not counted; of a device 0, as QEMU has it. */
    long allocatedBytes() {
        return status().allocatedBytes();
    }

    /**
     * Takes QEMU's locks.
     *
     * @throws ImageException IN_USE
     */
    void lock(QemuLocks.Purpose purpose) {
        QemuLocks.take(descriptor, path, purpose);
    }

    /** Where the file ends. */
    @Override
    public long length() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw failure("find the size of", path, e);
        }
    }

    /**
     * Fills all of the target.
     *
     * @throws ImageException CORRUPT when the file ends before
     */
    @Override
    public void read(long offset, ByteBuffer target) {
        int wanted = target.remaining();
        int count = readAvailable(offset, target);
        if (count < wanted) {
            throw new ImageException(
                    Kind.CORRUPT,
                    path + " is truncated: " + wanted + " bytes should be at " + offset + ", but it ends at "
                            + length());
        }
    }

    /** Fills the target as far as the file reaches, and answers how many bytes these were. */
    @Override
    public int readAvailable(long offset, ByteBuffer target) {
        if (offset < 0) {
            throw new ImageException(Kind.CORRUPT, path + " refers to a place beyond any file");
        }
        int begin = target.position();
        try {
            while (target.hasRemaining()) {
                if (channel.read(target, offset + target.position() - begin) < 0) {
                    break;
                }
            }
        } catch (IOException e) {
            throw failure("read", path, e);
        }
        return target.position() - begin;
    }

    /** Fills all of the target; what is behind the end of the file reads as zeroes. */
    void readPadded(long offset, ByteBuffer target) {
        readAvailable(offset, target);
        Zeroes.fill(target);
    }

    /** Writes all of the source; the file grows if need be. */
    @Override
    public void write(long offset, ByteBuffer source) {
        int begin = source.position();
        try {
            while (source.hasRemaining()) {
                channel.write(source, offset + source.position() - begin);
            }
        } catch (IOException e) {
            throw failure("write", path, e);
        }
    }

    /** Makes a range read as zeroes; the file grows if it ends before. */
    @Override
    public void writeZeroes(long offset, long length, boolean mayDeallocate) {
        if (length == 0) {
            return;
        }
        long end = Math.addExact(offset, length);
        if (mayDeallocate && tryPunch(offset, length)) {
            if (!blockDevice && length() < end) {
                truncate(end);
            }
            return;
        }
        if (!mayDeallocate && tryZeroRange(offset, length)) {
            return;
        }
        var zeroes = ByteBuffer.allocateDirect((int) Math.min(length, ZERO_CHUNK_BYTES));
        for (long at = offset; at < end; at += zeroes.capacity()) {
            write(at, zeroes.clear().limit((int) Math.min(zeroes.capacity(), end - at)));
        }
    }

    /** Gives the room of a range back if that can be done; it reads as zeroes then, and is unchanged otherwise. */
    @Override
    public boolean tryPunch(long offset, long length) {
        return onRange("punch a hole in", () -> PosixFiles.punchHole(descriptor, offset, length));
    }

    private boolean tryZeroRange(long offset, long length) {
        return onRange("zero", () -> PosixFiles.zeroRange(descriptor, offset, length));
    }

    /**
     * Reserves room for a range, without writing it where the file system can; the file grows if it ends before.
     *
     * @throws ImageException NO_SPACE
     */
    @Override
    public void allocate(long offset, long length) {
        if (length > 0 && !onRange("reserve room in", () -> PosixFiles.allocate(descriptor, offset, length))) {
            writeZeroes(offset, length, false);
        }
    }

    private boolean onRange(String action, Attempt attempt) {
        try {
            return attempt.done();
        } catch (PosixException e) {
            // Devices demand whole sectors.
            if (blockDevice && e.errno() == Errno.EINVAL) {
                return false;
            }
            throw failure(action, path, e);
        }
    }

    private interface Attempt {
        boolean done();
    }

    /** Makes the file end at the given place; a device keeps its size. */
    @Override
    public void truncate(long length) {
        if (blockDevice) {
            return;
        }
        try {
            long now = channel.size();
            if (length < now) {
                channel.truncate(length);
            } else if (length > now) {
                PosixFiles.resize(descriptor, length);
            }
        } catch (IOException e) {
            throw failure("resize", path, e);
        } catch (PosixException e) {
            throw failure("resize", path, e);
        }
    }

    /** Where data begins at or behind a place; empty when only a hole follows. A file system without holes has data only. */
    OptionalLong nextData(long offset) {
        try {
            return PosixFiles.nextData(descriptor, offset);
        } catch (PosixException e) {
            return noHoles(e, offset);
        }
    }

    /** Where a hole begins at or behind a place, the end of the file at the latest; empty when the place is behind it. */
    OptionalLong nextHole(long offset) {
        try {
            return PosixFiles.nextHole(descriptor, offset);
        } catch (PosixException e) {
            return noHoles(e, length());
        }
    }

    private OptionalLong noHoles(PosixException e, long answer) {
        if (e.errno() == Errno.EINVAL || e.errno() == Errno.ENOTSUP) {
            return OptionalLong.of(answer);
        }
        throw failure("look for holes in", path, e);
    }

    /** The JDK's channel, for bulk copies; stays ours. */
    FileChannel channel() {
        return channel;
    }

    /** From now on {@link #flush} does nothing: the system writes to the medium in its own time. */
    void forgoDurability() {
        durable = false;
    }

    /** Returns when all written bytes are on the medium. */
    @Override
    public void flush() {
        if (!durable) {
            return;
        }
        try {
            channel.force(false);
        } catch (IOException e) {
            throw failure("flush", path, e);
        }
    }

    /** Gives the locks back too. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failure("close", path, e);
        } finally {
            descriptor.close();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    static ImageException failure(String action, Path path, PosixException e) {
        var kind = switch (e.errno()) {
            case Errno.ENOENT, Errno.ENOTDIR -> Kind.NOT_FOUND;
            case Errno.EACCES, Errno.EPERM, Errno.EROFS -> Kind.DENIED;
            case Errno.EEXIST -> Kind.EXISTS;
            case Errno.ENOSPC, Errno.EFBIG, Errno.EDQUOT -> Kind.NO_SPACE;
            case Errno.EISDIR -> Kind.INVALID;
            default -> Kind.FAILED;
        };
        return new ImageException(kind, "cannot " + action + " " + path + ": " + Errno.description(e.errno()), e);
    }

    static ImageException failure(String action, Path path, IOException e) {
        var reason = String.valueOf(e.getMessage());
        // The JDK gives the C library's words, and no number.
        var full = reason.contains("No space left") || reason.contains("File too large") || reason.contains("quota");
        return new ImageException(
                full ? Kind.NO_SPACE : Kind.FAILED, "cannot " + action + " " + path + ": " + reason, e);
    }
}
