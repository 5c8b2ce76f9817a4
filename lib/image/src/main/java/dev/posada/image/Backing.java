package dev.posada.image;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the name of a backing image, written by somebody else, becomes a file. */
final class Backing {
    /** QEMU takes what stands before a colon as a protocol, unless a slash comes first. */
    private static final Pattern PROTOCOL = Pattern.compile("^([A-Za-z0-9_+.-]+):.*", Pattern.DOTALL);

    private Backing() {}

    /**
     * The file a name means that is written in an image.
     *
     * @throws ImageException UNSUPPORTED for {@code json:}, {@code nbd:} and others that are no files
     */
    static Path resolve(String name, Path overlay) {
        var protocol = PROTOCOL.matcher(name);
        if (protocol.matches() && !protocol.group(1).equals("file")) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    overlay + " is based on \"" + shorten(name) + "\": only files can be read, not " + protocol.group(1)
                            + ":");
        }
        var file = protocol.matches() ? name.substring("file:".length()) : name;
        try {
            var path = Path.of(file);
            var folder = overlay.toAbsolutePath().getParent();
            return path.isAbsolute() || folder == null ? path : folder.resolve(path);
        } catch (InvalidPathException e) {
            throw new ImageException(
                    ImageException.Kind.CORRUPT, overlay + " is based on a file whose name cannot be", e);
        }
    }

    /**
     * The format that an image declares for the one below.
     *
     * @throws ImageException UNSUPPORTED when it declares none: to guess it would let a guest choose
     */
    static Format format(BackingReference reference, Path overlay) {
        var declared = reference
                .format()
                .orElseThrow(() -> new ImageException(
                        ImageException.Kind.UNSUPPORTED,
                        overlay + " does not say which format its backing file \"" + shorten(reference.name())
                                + "\" has; say it with: rebase -u -b FILE -F FORMAT"));
        return named(declared)
                .orElseThrow(() -> new ImageException(
                        ImageException.Kind.UNSUPPORTED,
                        overlay + " has a backing file of the unknown format \"" + shorten(declared) + "\""));
    }

    private static Optional<Format> named(String declared) {
        // Images of raw devices have the name of QEMU's protocol instead of the format's.
        return declared.equals("host_device") || declared.equals("file")
                ? Optional.of(Format.RAW)
                : Format.named(declared);
    }

    private static String shorten(String text) {
        int longest = 200;
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }
}
