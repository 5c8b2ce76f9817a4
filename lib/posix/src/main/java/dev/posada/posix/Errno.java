package dev.posada.posix;

import java.lang.foreign.MemorySegment;

/** Error numbers of Linux (errno(3)) that callers branch on, and the name of any of them. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTSUP = 95;
    public static final int EADDRINUSE = 98;
    public static final int ECONNRESET = 104;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EDQUOT = 122;

    /** Longest text the C library gives for an error; the longest in glibc has about 50 characters. */
    private static final int TEXT_LENGTH_MAX = 256;

    // strerrorname_np(3), strerrordesc_np(3): both answer constant strings, or null for an unknown number.
    private static final NativeCall STRERRORNAME = NativeCall.of("strerrorname_np");
    private static final NativeCall STRERRORDESC = NativeCall.of("strerrordesc_np");

    private Errno() {}

    /** The symbolic name, such as {@code ENOENT}; {@code E<number>} when the C library knows none. */
    public static String symbol(int errno) {
        return text(STRERRORNAME.raw(errno), "E" + errno);
    }

    /** The C library's sentence, such as {@code No such file or directory}, always in English. */
    public static String description(int errno) {
        return text(STRERRORDESC.raw(errno), "Unknown error " + errno);
    }

    // Restricted since a length must be believed: both functions answer constant strings, each ended by a zero byte.
    @SuppressWarnings("restricted")
    private static String text(long pointer, String otherwise) {
        return pointer == 0
                ? otherwise
                : MemorySegment.ofAddress(pointer).reinterpret(TEXT_LENGTH_MAX).getString(0);
    }
}
