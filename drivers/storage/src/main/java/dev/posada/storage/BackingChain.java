package dev.posada.storage;

import dev.posada.driver.ImageLink;
import dev.posada.image.Bounds;
import dev.posada.image.Format;
import dev.posada.image.ImageDescription;
import dev.posada.image.ImageException;
import dev.posada.image.Images;
import dev.posada.posix.FileStatus;
import dev.posada.posix.PosixException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is below an image. */
final class BackingChain {
    private BackingChain() {}

    /** The images below one; what is wrong with the image itself is for whoever opens it to say. */
    static List<ImageLink> below(Path image, Format format) {
        if (format == Format.RAW || !hasBacking(image, format)) {
            return List.of();
        }
        try {
            var chain = Images.describeChain(image, Optional.of(format), Bounds.DEFAULT);
            return chain.subList(1, chain.size()).stream()
                    .map(BackingChain::link)
                    .toList();
        } catch (ImageException e) {
            throw StorageErrors.failed(e);
        }
    }

    private static boolean hasBacking(Path image, Format format) {
        try {
            return Images.describe(image, Optional.of(format)).backing().isPresent();
        } catch (ImageException e) {
            return false;
        }
    }

    private static ImageLink link(ImageDescription image) {
        return new ImageLink(image.path().toString(), image.format().label(), device(image.path()));
    }

    private static boolean device(Path path) {
        try {
            return FileStatus.of(path).kind() == FileStatus.Kind.BLOCK_DEVICE;
        } catch (PosixException gone) {
            return false;
        }
    }
}
