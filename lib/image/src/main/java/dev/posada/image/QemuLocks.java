package dev.posada.image;

import dev.posada.posix.Descriptor;
import dev.posada.posix.FileLocks;
import java.nio.file.Path;

/**
 * The locks by which QEMU's processes keep out of each other's images.
 *
 * <pre>
 * byte 100 + n   held shared by each process that uses permission n
 * byte 200 + n   held shared by each process that lets nobody else use permission n
 *
 * n = 0  consistent read      1  write      2  write what is there already      3  resize
 * </pre>
 *
 * All of them are shared locks of the open file (F_OFD_SETLK), so taking one never fails. What counts is the look afterwards:
 * whoever uses n and finds 200 + n held by another one, or forbids n and finds 100 + n held, has to give up. Two that come at
 * the same time may both give up; they never both go on.
 */
final class QemuLocks {
    private static final int USED = 100;
    private static final int FORBIDDEN = 200;

    private static final int CONSISTENT_READ = 1;
    private static final int WRITE = 1 << 1;
    private static final int RESIZE = 1 << 3;
    private static final int PERMISSIONS = 4;

    private QemuLocks() {}

    /** What an image is opened for. */
    enum Purpose {
        /** Raw bytes are read; others may write meanwhile, as QEMU allows too. */
        READ_SHARED(CONSISTENT_READ, 0),
        /** An image with tables is read, or a backing image: nobody may change it meanwhile. */
        READ(CONSISTENT_READ, QemuLocks.WRITE | QemuLocks.RESIZE),
        WRITE(CONSISTENT_READ | QemuLocks.WRITE | QemuLocks.RESIZE, QemuLocks.WRITE | QemuLocks.RESIZE);

        private final int used;
        private final int forbidden;

        Purpose(int used, int forbidden) {
            this.used = used;
            this.forbidden = forbidden;
        }
    }

    /**
     * Takes the locks for a purpose; they are gone when the file is closed.
     *
     * @throws ImageException IN_USE when another process is in the way; no lock is held then
     */
    static void take(Descriptor file, Path path, Purpose purpose) {
        for (int n = 0; n < PERMISSIONS; n++) {
            hold(file, USED + n, has(purpose.used, n));
            hold(file, FORBIDDEN + n, has(purpose.forbidden, n));
        }
        for (int n = 0; n < PERMISSIONS; n++) {
            if ((has(purpose.used, n) && isTaken(file, FORBIDDEN + n))
                    || (has(purpose.forbidden, n) && isTaken(file, USED + n))) {
                FileLocks.unlockRange(file, USED, PERMISSIONS);
                FileLocks.unlockRange(file, FORBIDDEN, PERMISSIONS);
                throw new ImageException(
                        ImageException.Kind.IN_USE,
                        path + " is in use: another process, such as a running guest, "
                                + (purpose == Purpose.WRITE ? "reads or writes it" : "writes it"));
            }
        }
    }

    private static boolean has(int permissions, int n) {
        return (permissions & 1 << n) != 0;
    }

    private static void hold(Descriptor file, long offset, boolean wanted) {
        if (wanted) {
            FileLocks.tryLockRange(file, offset, 1, FileLocks.Kind.SHARED);
        }
    }

    private static boolean isTaken(Descriptor file, long offset) {
        return FileLocks.isRangeTaken(file, offset, 1, FileLocks.Kind.EXCLUSIVE);
    }
}
