package dev.posada.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a format needs to know to open an image, and its way to the images below. */
final class OpenContext {
    private final OpenOptions options;
    private final List<ImageFile> above;

    /** @param above the images that have led here, this one last */
    OpenContext(OpenOptions options, List<ImageFile> above) {
        this.options = options;
        this.above = List.copyOf(above);
    }

    boolean readOnly() {
        return options.readOnly();
    }

    Bounds bounds() {
        return options.bounds();
    }

    /** Whether {@link #openBacking} is to be called. */
    boolean withBacking() {
        return options.withBacking();
    }

    /**
     * Opens the image below, for reading, or nothing if the caller of {@link Images} wants this layer alone.
     *
     * @throws ImageException UNSUPPORTED when its format is not declared, or the name is not that of a file; CORRUPT when the
     *     chain bites its tail; INVALID when it is too long
     */
    Optional<Disk> openBacking(BackingReference reference) {
        if (!options.withBacking()) {
            return Optional.empty();
        }
        var overlay = above.getLast();
        if (above.size() >= options.bounds().chainLength()) {
            throw new ImageException(
                    ImageException.Kind.INVALID,
                    "the backing chain of " + above.getFirst().path() + " has more than "
                            + options.bounds().chainLength() + " images");
        }
        var format = Backing.format(reference, overlay.path());
        var below = options.withFormat(format);
        return Optional.of(Images.openLayer(
                Backing.resolve(reference.name(), overlay.path()),
                new OpenOptions(below.format(), true, true, below.lock(), below.bounds()),
                above,
                Optional.of(overlay.path())));
    }

    /** Opens a file that holds the guest's bytes beside the image's own, with the same rights and locks as the image. */
    ImageFile openDataFile(String name) {
        var overlay = above.getLast();
        Path path = Backing.resolve(name, overlay.path());
        return Images.openFile(path, options.readOnly(), options.lock(), true);
    }

    /** The chain down to and with one more image. */
    List<ImageFile> chainWith(ImageFile file) {
        var longer = new ArrayList<>(above);
        longer.add(file);
        return longer;
    }
}
