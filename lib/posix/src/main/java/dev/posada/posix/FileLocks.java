package dev.posada.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Advisory locks that belong to the open file, not to the process: flock(2), and fcntl(2) with F_OFD_SETLK.
 *
 * <p>The JDK's {@code FileChannel.lock} takes process-wide locks, which vanish when anything in the process closes any
 * descriptor of the same file, and do not keep two daemons in one JVM apart. These stay until unlocked or until the last
 * duplicate of the descriptor is closed, also those in children.
 */
public final class FileLocks {
    private static final int LOCK_SH_NB = 1 | 4;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int LOCK_UN = 8;
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final int F_UNLCK = 2;

    // struct flock: short l_type, short l_whence, off_t l_start at 8, off_t l_len at 16, pid_t l_pid at 24.
    private static final int FLOCK_BYTES = 32;

    private static final NativeCall FLOCK = NativeCall.of("flock");

    private FileLocks() {}

    /** How a lock goes together with others. */
    public enum Kind {
        SHARED(LOCK_SH_NB, 0),
        EXCLUSIVE(LOCK_EX_NB, 1);

        private final int wholeFile;
        private final int range;

        Kind(int wholeFile, int range) {
            this.wholeFile = wholeFile;
            this.range = range;
        }
    }

    /** Locks the whole file, without waiting; flock(2). False when somebody else's lock is in the way. */
    public static boolean tryLock(Descriptor file, Kind kind) {
        return flock(file, kind.wholeFile);
    }

    /** Gives the lock of {@link #tryLock} back. */
    public static void unlock(Descriptor file) {
        flock(file, LOCK_UN);
    }

    /**
     * Locks a range of bytes, without waiting, by F_OFD_SETLK; such locks also meet those of fcntl and of QEMU.
     *
     * @param lengthBytes 0 means to the end, wherever that will be
     * @return false when somebody else's lock is in the way
     */
    public static boolean tryLockRange(Descriptor file, long offsetBytes, long lengthBytes, Kind kind) {
        return range(file, kind.range, offsetBytes, lengthBytes);
    }

    /** Unlocks a range of bytes. */
    public static void unlockRange(Descriptor file, long offsetBytes, long lengthBytes) {
        range(file, F_UNLCK, offsetBytes, lengthBytes);
    }

    /**
     * Whether a lock of somebody else's would keep us from locking the range, by F_OFD_GETLK; nothing is locked.
     *
     * @param lengthBytes 0 means to the end, wherever that will be
     */
    public static boolean isRangeTaken(Descriptor file, long offsetBytes, long lengthBytes, Kind kind) {
        int number = file.acquire();
        try (var arena = Arena.ofConfined()) {
            var lock = lock(arena, kind.range, offsetBytes, lengthBytes);
            int result = FileCalls.fcntl(number, F_OFD_GETLK, lock.address());
            if (result < 0) {
                throw new PosixException("fcntl", file + " F_OFD_GETLK", -result);
            }
            return Memory.of(lock).getShort(0) != F_UNLCK;
        } finally {
            file.done();
        }
    }

    private static boolean flock(Descriptor file, int operation) {
        int number = file.acquire();
        try {
            int result = FLOCK.asIntRestarting(number, operation);
            if (result == -Errno.EAGAIN) {
                return false;
            }
            FLOCK.check(result, file.toString());
            return true;
        } finally {
            file.done();
        }
    }

    private static boolean range(Descriptor file, int type, long offsetBytes, long lengthBytes) {
        int number = file.acquire();
        try (var arena = Arena.ofConfined()) {
            var lock = lock(arena, type, offsetBytes, lengthBytes);
            int result = FileCalls.fcntl(number, F_OFD_SETLK, lock.address());
            if (result == -Errno.EAGAIN || result == -Errno.EACCES) {
                return false;
            }
            if (result < 0) {
                throw new PosixException("fcntl", file + " F_OFD_SETLK", -result);
            }
            return true;
        } finally {
            file.done();
        }
    }

    private static MemorySegment lock(Arena arena, int type, long offsetBytes, long lengthBytes) {
        var lock = arena.allocate(FLOCK_BYTES, Long.BYTES);
        Memory.of(lock)
                .putShort(0, (short) type)
                .putLong(8, offsetBytes)
                .putLong(16, lengthBytes)
                .putInt(24, 0);
        return lock;
    }
}
