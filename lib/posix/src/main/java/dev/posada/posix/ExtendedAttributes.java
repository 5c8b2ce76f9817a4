package dev.posada.posix;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Small notes that stick to a file, by full name ({@code trusted.x}, {@code user.x}); fsetxattr(2). The JDK knows those of
 * users only.
 */
public final class ExtendedAttributes {
    /** Longest value that is read, in bytes; a longer one counts as absent. */
    public static final int VALUE_BYTES_MAX = 4096;

    private static final int ENODATA = 61;
    private static final int ERANGE = 34;

    private static final NativeCall FGETXATTR = NativeCall.of("fgetxattr");
    private static final NativeCall FSETXATTR = NativeCall.of("fsetxattr");
    private static final NativeCall FREMOVEXATTR = NativeCall.of("fremovexattr");

    private ExtendedAttributes() {}

    /** The value as text; empty when there is none, or the file system has no such notes. */
    public static Optional<String> get(Descriptor file, String name) {
        int number = file.acquire();
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(VALUE_BYTES_MAX);
            long length = FGETXATTR.asLong(number, Text.of(name, arena).address(), value.address(), VALUE_BYTES_MAX);
            if (length == -ENODATA || length == -ERANGE || length == -Errno.ENOTSUP || length == -Errno.EPERM) {
                return Optional.empty();
            }
            FGETXATTR.check(length, file + " " + name);
            byte[] bytes = new byte[(int) length];
            value.asByteBuffer().get(bytes);
            // C programs store the zero behind a text with it.
            int end = bytes.length > 0 && bytes[bytes.length - 1] == 0 ? bytes.length - 1 : bytes.length;
            return Optional.of(new String(bytes, 0, end, StandardCharsets.UTF_8));
        } finally {
            file.done();
        }
    }

    /**
     * Sets a value, whether or not there was one.
     *
     * @return false when the file system has no such notes, or no room for this one
     * @throws PosixException EPERM when we may not
     */
    public static boolean set(Descriptor file, String name, String value) {
        int number = file.acquire();
        try (var arena = Arena.ofConfined()) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            var copy = Memory.cString(value, arena);
            int result = FSETXATTR.asInt(number, Text.of(name, arena).address(), copy.address(), bytes.length, 0);
            if (result == -Errno.ENOTSUP || result == -Errno.ENOSPC || result == -Errno.EDQUOT) {
                return false;
            }
            FSETXATTR.check(result, file + " " + name);
            return true;
        } finally {
            file.done();
        }
    }

    /** Takes a value away; one that is not there is none to take. */
    public static void remove(Descriptor file, String name) {
        int number = file.acquire();
        try (var arena = Arena.ofConfined()) {
            int result = FREMOVEXATTR.asInt(number, Text.of(name, arena).address());
            if (result != -ENODATA && result != -Errno.ENOTSUP) {
                FREMOVEXATTR.check(result, file + " " + name);
            }
        } finally {
            file.done();
        }
    }
}
