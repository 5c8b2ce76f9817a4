package dev.posada.posix;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What the kernel knows of a file, as far as the JDK does not tell; statx(2).
 *
 * @param kind what stands under the name
 * @param mode permission bits, up to 07777
 * @param uid owner
 * @param gid group
 * @param sizeBytes length of the file; 0 for a device
 * @param allocatedBytes what it occupies: less than the size for a sparse file
 * @param deviceMajor with the minor and the inode number what tells a file from all others
 * @param deviceMinor see there
 * @param inode number of the file in its file system
 * @param accessed when its content was last read
 * @param modified when its content last changed
 * @param changed when its owner, its permissions or its content last changed
 */
public record FileStatus(
        Kind kind,
        int mode,
        int uid,
        int gid,
        long sizeBytes,
        long allocatedBytes,
        int deviceMajor,
        int deviceMinor,
        long inode,
        Instant accessed,
        Instant modified,
        Instant changed) {

    /** What a name can stand for. */
    public enum Kind {
        REGULAR,
        DIRECTORY,
        BLOCK_DEVICE,
        CHARACTER_DEVICE,
        FIFO,
        SOCKET,
        SYMBOLIC_LINK
    }

    /*
     * struct statx: mask at 0, block size 4, attributes 8, links 16, uid 20, gid 24, mode (16 bits) 28, inode 32, size 40,
     * blocks of 512 bytes 48, …, last access 64, change 96 and modification 112 (seconds and nanoseconds), device major 136, minor
     * 140. It is the same on every architecture, unlike struct stat.
     */
    private static final int STATX_BYTES = 256;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int BLOCK_BYTES = 512;
    private static final int KIND_SHIFT = 12;

    private static final NativeCall STATX = NativeCall.of("statx");

    /**
     * Of the file a path leads to; symbolic links are followed.
     *
     * @throws PosixException ENOENT when there is none, EACCES when a folder on the way may not be searched
     */
    public static FileStatus of(Path path) {
        return of(AT_FDCWD, path.toString(), 0, path.toString());
    }

    /**
     * Of what stands under a name itself, also if that is a symbolic link.
     *
     * @throws PosixException ENOENT when there is nothing, EACCES when a folder on the way may not be searched
     */
    public static FileStatus ofName(Path path) {
        return of(AT_FDCWD, path.toString(), AT_SYMLINK_NOFOLLOW, path.toString());
    }

    /** Of an open file. */
    public static FileStatus of(Descriptor file) {
        int number = file.acquire();
        try {
            return of(number, "", AT_EMPTY_PATH, file.toString());
        } finally {
            file.done();
        }
    }

    private static FileStatus of(int folder, String name, int flags, String object) {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(STATX_BYTES, Long.BYTES);
            STATX.checked(object, folder, Text.of(name, arena).address(), flags, STATX_BASIC_STATS, memory.address());
            var status = Memory.of(memory);
            int mode = Short.toUnsignedInt(status.getShort(28));
            return new FileStatus(
                    kind(mode),
                    mode & 0_7777,
                    status.getInt(20),
                    status.getInt(24),
                    status.getLong(40),
                    status.getLong(48) * BLOCK_BYTES,
                    status.getInt(136),
                    status.getInt(140),
                    status.getLong(32),
                    time(status, 64),
                    time(status, 112),
                    time(status, 96));
        }
    }

    private static Instant time(ByteBuffer status, int offset) {
        return Instant.ofEpochSecond(status.getLong(offset), status.getInt(offset + Long.BYTES));
    }

    private static Kind kind(int mode) {
        return switch (mode >> KIND_SHIFT) {
            case 1 -> Kind.FIFO;
            case 2 -> Kind.CHARACTER_DEVICE;
            case 4 -> Kind.DIRECTORY;
            case 6 -> Kind.BLOCK_DEVICE;
            case 8 -> Kind.REGULAR;
            case 10 -> Kind.SYMBOLIC_LINK;
            default -> Kind.SOCKET;
        };
    }

    /** Whether both are one and the same file. */
    public boolean isSameFile(FileStatus other) {
        return deviceMajor == other.deviceMajor && deviceMinor == other.deviceMinor && inode == other.inode;
    }
}
