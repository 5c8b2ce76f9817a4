package dev.posada.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Calls on files and descriptors: open(2), close(2), fcntl(2), read(2), write(2), lseek(2). */
final class FileCalls {
    /** Bytes moved by one read or write: a native copy of that size is made for each. */
    private static final int TRANSFER_BYTES_MAX = 64 * 1024;

    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private static final NativeCall OPEN = NativeCall.of("open");
    private static final NativeCall CLOSE = NativeCall.of("close");
    private static final NativeCall FCNTL = NativeCall.of("fcntl");
    private static final NativeCall READ = NativeCall.of("read");
    private static final NativeCall WRITE = NativeCall.of("write");
    private static final NativeCall LSEEK = NativeCall.of("lseek");

    private FileCalls() {}

    static int open(Path path, int flags, int mode) {
        try (var arena = Arena.ofConfined()) {
            long name = Text.of(path.toString(), arena).address();
            return (int) OPEN.check(OPEN.asIntRestarting(name, flags | O_CLOEXEC, mode), path.toString());
        }
    }

    static void close(int number) {
        // Linux has closed the number whatever the answer is; trying again could hit somebody else's file.
        CLOSE.asInt(number);
    }

    static int duplicate(int number, int lowestNumber) {
        return FCNTL.checked("descriptor " + number, number, F_DUPFD_CLOEXEC, lowestNumber);
    }

    static int fcntl(int number, int command, long argument) {
        return FCNTL.asInt(number, command, argument);
    }

    static void makeNonBlocking(int number) {
        String object = "descriptor " + number;
        int flags = FCNTL.checked(object, number, F_GETFL);
        if ((flags & O_NONBLOCK) == 0) {
            FCNTL.checked(object, number, F_SETFL, flags | O_NONBLOCK);
        }
    }

    /** Bytes read into the buffer, 0 at the end of the file, or -errno. */
    static int read(int number, ByteBuffer into) {
        try (var arena = Arena.ofConfined()) {
            long length = Math.min(into.remaining(), TRANSFER_BYTES_MAX);
            var copy = arena.allocate(Math.max(1, length));
            int count = (int) READ.asLongRestarting(number, copy.address(), length);
            if (count > 0) {
                into.put(copy.asSlice(0, count).asByteBuffer());
            }
            return count;
        }
    }

    /** Bytes written from the buffer, or -errno. */
    static int write(int number, ByteBuffer from) {
        try (var arena = Arena.ofConfined()) {
            int length = Math.min(from.remaining(), TRANSFER_BYTES_MAX);
            var copy = arena.allocate(Math.max(1, length));
            copy.copyFrom(MemorySegment.ofBuffer(from).asSlice(0, length));
            int count = (int) WRITE.asLongRestarting(number, copy.address(), length);
            if (count > 0) {
                from.position(from.position() + count);
            }
            return count;
        }
    }

    /** The new offset, or -errno. */
    static long seek(int number, long offset, int whence) {
        return LSEEK.asLong(number, offset, whence);
    }
}
