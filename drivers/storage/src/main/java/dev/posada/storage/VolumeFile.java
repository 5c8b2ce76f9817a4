package dev.posada.storage;

import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.posix.Errno;
import dev.posada.posix.FileStatus;
import dev.posada.posix.FileStatus.Kind;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The open file or device of a volume: the one that stands under its name in the pool, and not what a link of that name
 * leads to. That is checked after opening, when it cannot change any more.
 *
 * @param path its name
 * @param descriptor finds holes, makes them, and keeps the file
 * @param channel moves bytes
 */
record VolumeFile(Path path, Descriptor descriptor, FileChannel channel) implements AutoCloseable {
    /**
     * Opens a volume's file.
     *
     * @throws PosadaException {@code SYSTEM_ERROR}, naming the path
     */
    static VolumeFile open(Path path, boolean writable) {
        var what = "cannot open volume '" + path + "'";
        Descriptor descriptor;
        try {
            // Non-blocking: to open a FIFO would wait for its other end. For files and block devices it means nothing.
            descriptor = Descriptor.open(
                    path, Set.of(writable ? OpenFlag.READ_WRITE : OpenFlag.READ, OpenFlag.NON_BLOCKING), 0);
        } catch (PosixException e) {
            throw StorageErrors.failed(what, e);
        }
        try {
            requireOwn(path, descriptor, what);
            var again = Path.of("/proc/self/fd/" + descriptor.number());
            var channel = writable
                    ? FileChannel.open(again, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    : FileChannel.open(again, StandardOpenOption.READ);
            return new VolumeFile(path, descriptor, channel);
        } catch (IOException e) {
            descriptor.close();
            throw StorageErrors.failed(what, e);
        } catch (PosixException e) {
            descriptor.close();
            throw StorageErrors.failed(what, e);
        } catch (RuntimeException e) {
            descriptor.close();
            throw e;
        }
    }

    private static void requireOwn(Path path, Descriptor descriptor, String what) {
        var opened = FileStatus.of(descriptor);
        boolean usable = opened.kind() == Kind.REGULAR || opened.kind() == Kind.BLOCK_DEVICE;
        if (!usable || !FileStatus.ofName(path).isSameFile(opened)) {
            throw StorageErrors.system(Errno.EINVAL, what + ", which is no file or device of its pool");
        }
    }

    /** Where the next data is; a device has no holes that could be seen. */
    OptionalLong nextData(long position) throws IOException {
        if (status().kind() == Kind.BLOCK_DEVICE) {
            return position < length() ? OptionalLong.of(position) : OptionalLong.empty();
        }
        return PosixFiles.nextData(descriptor, position);
    }

    /** Where the data that is at a position ends. */
    OptionalLong nextHole(long position) throws IOException {
        return status().kind() == Kind.BLOCK_DEVICE
                ? OptionalLong.of(length())
                : PosixFiles.nextHole(descriptor, position);
    }

    FileStatus status() {
        return FileStatus.of(descriptor);
    }

    /** Where the file or device ends. */
    long length() throws IOException {
        return channel.size();
    }

    @Override
    public void close() {
        try (descriptor) {
            channel.close();
        } catch (IOException e) {
            throw StorageErrors.failed("cannot close volume '" + path + "'", e);
        }
    }
}
