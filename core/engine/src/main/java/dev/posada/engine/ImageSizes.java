package dev.posada.engine;

import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.driver.HypervisorDriver;
import java.nio.file.Path;
import java.util.Optional;

/** How big the images of domains are that do not run. */
final class ImageSizes {
    private final HypervisorDriver driver;

    ImageSizes(HypervisorDriver driver) {
        this.driver = driver;
    }

    /** The sizes of a disk's image; nothing for an empty drive, a source that is no path, and a file not to be read. */
    Optional<DiskSizes> of(DomainFacts.Disk disk) {
        if (!disk.source().startsWith("/")) {
            return Optional.empty();
        }
        if (!disk.format().equals("raw")) {
            return driver.imageSizes(Path.of(disk.source()), disk.format());
        }
        // A file that is not there has no length and raises nothing, which matters when a thousand are asked for.
        long length = Path.of(disk.source()).toFile().length();
        return length > 0 ? Optional.of(new DiskSizes(length, length, length)) : Optional.empty();
    }
}
