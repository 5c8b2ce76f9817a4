package dev.posada.storage;

import dev.posada.model.ErrorCode;
import dev.posada.posix.Errno;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Which names volumes in a folder can have. */
final class VolumeNames {
    /** Most bytes of a file's name. */
    private static final int MAX_BYTES = 255;

    private static final String PART_PREFIX = ".posada-new-";
    private static final String IMAGE_PART_SUFFIX = ".posada-part";

    private VolumeNames() {}

    /**
     * Refuses a name that leads out of the folder, or cannot be a file's.
     *
     * @throws dev.posada.model.PosadaException with libvirt's codes
     */
    static void check(Path folder, String name) {
        if (name.indexOf('/') >= 0) {
            throw StorageErrors.invalid("volume name '" + name + "' cannot contain '/'");
        }
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw StorageErrors.invalid("volume target path '" + folder + "/" + name + "' already exists");
        }
        if (!listed(name)) {
            throw StorageErrors.of(
                    ErrorCode.XML_ERROR,
                    "volume name '" + name.replaceAll("\\p{Cntrl}", "?")
                            + "' cannot be used: it holds control characters or is one of the daemon's own");
        }
        try {
            var _ = Path.of(name);
        } catch (InvalidPathException e) {
            throw StorageErrors.of(
                    ErrorCode.XML_ERROR,
                    "volume name '" + name + "' cannot be a file's in the daemon's locale: start it in one with UTF-8");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw StorageErrors.system(Errno.ENAMETOOLONG, "Failed to create file '" + folder + "/" + name + "'");
        }
    }

    /** Whether a file of this name is a volume: volumes in the making are not, nor what no document could name. */
    static boolean listed(String name) {
        return !partial(name) && name.codePoints().noneMatch(VolumeNames::unspeakable);
    }

    /** Whether a file of this name is a volume in the making. */
    static boolean partial(String name) {
        return name.startsWith(PART_PREFIX) || (name.startsWith(".") && name.endsWith(IMAGE_PART_SUFFIX));
    }

    /** A name for a volume in the making; nobody else has it. */
    static String partial(long number) {
        return PART_PREFIX + Long.toHexString(number);
    }

    /** Where an image is while it is being written, before it is what stands at a path. */
    static Path imagePart(Path path) {
        return path.resolveSibling("." + path.getFileName() + IMAGE_PART_SUFFIX);
    }

    private static boolean unspeakable(int character) {
        return Character.isISOControl(character)
                || character == '\uFFFD'
                || Character.getType(character) == Character.SURROGATE;
    }
}
