package dev.posada.posix;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** What the JDK cannot do with files: ownership by number, FIFOs, holes, flushed directories. */
public final class PosixFiles {
    /** Leaves the user or group as it is, in {@link #changeOwner}. */
    public static final int UNCHANGED = -1;

    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int FALLOC_FL_ZERO_RANGE = 0x10;

    /** FICLONE of linux/fs.h: _IOW(0x94, 9, int). */
    private static final long FICLONE = 0x4004_9409;

    private static final NativeCall IOCTL = NativeCall.of("ioctl");
    private static final NativeCall FTRUNCATE = NativeCall.of("ftruncate");
    private static final NativeCall FALLOCATE = NativeCall.of("fallocate");
    private static final NativeCall CHMOD = NativeCall.of("chmod");
    private static final NativeCall FCHMOD = NativeCall.of("fchmod");
    private static final NativeCall CHOWN = NativeCall.of("chown");
    private static final NativeCall FCHOWN = NativeCall.of("fchown");
    private static final NativeCall LCHOWN = NativeCall.of("lchown");
    private static final NativeCall MKFIFO = NativeCall.of("mkfifo");
    private static final NativeCall UNLINK = NativeCall.of("unlink");

    private PosixFiles() {}

    /** Sets the permission bits (up to 07777) of a file, whatever the umask; chmod(2). Follows symbolic links. */
    public static void changeMode(Path path, int mode) {
        onPath(CHMOD, path, mode, 0);
    }

    /** Sets the permission bits of an open file; fchmod(2). */
    public static void changeMode(Descriptor file, int mode) {
        onDescriptor(FCHMOD, file, mode, 0);
    }

    /** Sets user and group, either of them may be {@link #UNCHANGED}; chown(2). Follows symbolic links. */
    public static void changeOwner(Path path, int uid, int gid) {
        onPath(CHOWN, path, uid, gid);
    }

    /** Sets user and group of an open file, either of them may be {@link #UNCHANGED}; fchown(2). */
    public static void changeOwner(Descriptor file, int uid, int gid) {
        onDescriptor(FCHOWN, file, uid, gid);
    }

    /** Sets user and group of the path itself, even if it is a symbolic link; lchown(2). */
    public static void changeLinkOwner(Path path, int uid, int gid) {
        onPath(LCHOWN, path, uid, gid);
    }

    /** Makes a named pipe with exactly the given mode; mkfifo(3). */
    public static void makeFifo(Path path, int mode) {
        onPath(MKFIFO, path, mode & 0_600, 0);
        changeMode(path, mode);
    }

    static void unlink(Path path) {
        onPath(UNLINK, path, 0, 0);
    }

    /**
     * Has the names in a directory written to disk, so that a file created or renamed there survives a power cut.
     *
     * @throws IOException when the directory cannot be opened or flushed
     */
    public static void flushDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Sets where the next read or write of a file begins that names no place; lseek(2). */
    public static void position(Descriptor file, long offsetBytes) {
        var _ = seek(file, offsetBytes, SEEK_SET);
    }

    /**
     * Where the next data of a sparse file starts, at or behind the offset; lseek(2). Moves the file's offset.
     *
     * @return empty when only a hole follows, or the offset is at or behind the end
     */
    public static OptionalLong nextData(Descriptor file, long offsetBytes) {
        return seek(file, offsetBytes, SEEK_DATA);
    }

    /**
     * Where the next hole of a sparse file starts, at or behind the offset; the end of the file counts as one. Moves the file's
     * offset.
     *
     * @return empty when the offset is at or behind the end
     */
    public static OptionalLong nextHole(Descriptor file, long offsetBytes) {
        return seek(file, offsetBytes, SEEK_HOLE);
    }

    /**
     * Cuts the file off or makes it longer by a hole; ftruncate(2).
     *
     * @throws PosixException EFBIG when the file system has no files of that size
     */
    public static void resize(Descriptor file, long bytes) {
        int number = file.acquire();
        try {
            FTRUNCATE.check(FTRUNCATE.asIntRestarting(number, bytes), file.toString());
        } finally {
            file.done();
        }
    }

    /**
     * Gives the range real blocks that read as zeroes where there were none, and grows the file if it ends before; fallocate(2).
     *
     * @return false when the file system cannot
     * @throws PosixException ENOSPC when there is no room
     */
    public static boolean allocate(Descriptor file, long offsetBytes, long lengthBytes) {
        return fallocate(file, 0, offsetBytes, lengthBytes);
    }

    /**
     * Gives the blocks of the range back; it reads as zeroes and the file's size stays. Of a block device the sectors are zeroed.
     *
     * @return false when the file system or device cannot; nothing was changed then
     */
    public static boolean punchHole(Descriptor file, long offsetBytes, long lengthBytes) {
        return fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offsetBytes, lengthBytes);
    }

    /**
     * Makes the range read as zeroes and keeps its blocks, without writing them; grows the file if it ends before.
     *
     * @return false when the file system or device cannot; nothing was changed then
     */
    public static boolean zeroRange(Descriptor file, long offsetBytes, long lengthBytes) {
        return fallocate(file, FALLOC_FL_ZERO_RANGE, offsetBytes, lengthBytes);
    }

    /**
     * Makes a file the same as another, whose blocks both then have until one of them is changed; ioctl_ficlonerange(2).
     *
     * @throws PosixException EOPNOTSUPP (the number of {@link Errno#ENOTSUP}) or EINVAL when the file system cannot, EXDEV
     *     when the files are on different ones
     */
    public static void shareBlocks(Descriptor target, Descriptor source) {
        int to = target.acquire();
        try {
            int from = source.acquire();
            try {
                IOCTL.check(IOCTL.asIntRestarting(to, FICLONE, from), target.toString());
            } finally {
                source.done();
            }
        } finally {
            target.done();
        }
    }

    private static boolean fallocate(Descriptor file, int mode, long offsetBytes, long lengthBytes) {
        int number = file.acquire();
        try {
            int result = FALLOCATE.asIntRestarting(number, mode, offsetBytes, lengthBytes);
            if (result == -Errno.ENOTSUP || result == -Errno.ENODEV || result == -Errno.ENOSYS) {
                return false;
            }
            FALLOCATE.check(result, file.toString());
            return true;
        } finally {
            file.done();
        }
    }

    private static OptionalLong seek(Descriptor file, long offsetBytes, int whence) {
        int number = file.acquire();
        try {
            long found = FileCalls.seek(number, offsetBytes, whence);
            if (found == -Errno.ENXIO) {
                return OptionalLong.empty();
            }
            if (found < 0) {
                throw new PosixException("lseek", file.toString(), (int) -found);
            }
            return OptionalLong.of(found);
        } finally {
            file.done();
        }
    }

    private static void onPath(NativeCall call, Path path, int second, int third) {
        try (var arena = Arena.ofConfined()) {
            call.checked(path.toString(), Text.of(path.toString(), arena).address(), second, third);
        }
    }

    private static void onDescriptor(NativeCall call, Descriptor file, int second, int third) {
        int number = file.acquire();
        try {
            call.checked(file.toString(), number, second, third);
        } finally {
            file.done();
        }
    }
}
