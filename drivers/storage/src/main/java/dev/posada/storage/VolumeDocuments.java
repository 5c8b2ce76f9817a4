package dev.posada.storage;

import dev.posada.driver.VolumeEntry;
import dev.posada.image.BackingReference;
import dev.posada.image.Format;
import dev.posada.image.ImageDescription;
import dev.posada.image.ImageException;
import dev.posada.image.Images;
import dev.posada.model.Element;
import dev.posada.model.VolumeDefinition;
import dev.posada.model.VolumeInfo;
import dev.posada.posix.FileStatus;
import dev.posada.posix.FileStatus.Kind;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells what volumes in a folder are, from their files and the headers in them. Of a backing chain the next image is
 * named and not opened.
 */
final class VolumeDocuments {
    /** The formats libvirt's documents have a word for; a file of any other is raw to them. */
    private static final Set<Format> NAMED = Set.of(
            Format.QCOW2,
            Format.VDI,
            Format.VMDK,
            Format.VPC,
            Format.QCOW,
            Format.QED,
            Format.DMG,
            Format.BOCHS,
            Format.CLOOP);

    private static final String BYTES = "bytes";

    private final Path folder;

    VolumeDocuments(Path folder) {
        this.folder = folder;
    }

    /**
     * What a volume is now.
     *
     * @throws dev.posada.model.PosadaException {@code SYSTEM_ERROR} when it is not there any more
     */
    VolumeDefinition describe(VolumeEntry volume) {
        var path = Path.of(volume.path());
        var status = status(path);
        return switch (status.kind()) {
            case REGULAR -> file(volume, path, status);
            case BLOCK_DEVICE -> device(volume, path, status);
            case DIRECTORY -> new VolumeDefinition(document(volume, 0, 0, 0, target(path, "dir", status)));
            case CHARACTER_DEVICE, FIFO, SOCKET, SYMBOLIC_LINK ->
                throw StorageErrors.invalid("volume '" + path + "' is no file or device any more: refresh the pool");
        };
    }

    /** The figures of what a volume is now, without its document. */
    VolumeInfo info(VolumeEntry volume) {
        var path = Path.of(volume.path());
        var status = status(path);
        if (status.kind() == Kind.REGULAR) {
            var described = image(path);
            var format = described.map(ImageDescription::format).orElseGet(() -> formatOf(path));
            long capacity = capacity(described, format, status);
            return new VolumeInfo(volume.type(), capacity, status.allocatedBytes(), status.sizeBytes());
        }
        var definition = describe(volume);
        return new VolumeInfo(
                volume.type(),
                definition.capacityBytes().orElse(0),
                definition.allocationBytes().orElse(0),
                definition.physicalBytes().orElse(0));
    }

    private static FileStatus status(Path path) {
        try {
            return FileStatus.ofName(path);
        } catch (PosixException e) {
            throw StorageErrors.failed("cannot stat volume '" + path + "'", e);
        }
    }

    /** What a guest can keep on an image. Of a raw file every byte counts, whatever sectors a guest will see. */
    private static long capacity(Optional<ImageDescription> described, Format format, FileStatus status) {
        return format == Format.RAW
                ? status.sizeBytes()
                : described.map(ImageDescription::virtualBytes).orElse(status.sizeBytes());
    }

    private VolumeDefinition device(VolumeEntry volume, Path path, FileStatus status) {
        try (var file = VolumeFile.open(path, false)) {
            long length = file.length();
            return new VolumeDefinition(document(volume, length, length, length, target(path, "raw", status)));
        } catch (IOException e) {
            throw StorageErrors.failed("cannot find the size of volume '" + path + "'", e);
        }
    }

    private VolumeDefinition file(VolumeEntry volume, Path path, FileStatus status) {
        var described = image(path);
        var format = described.map(ImageDescription::format).orElseGet(() -> formatOf(path));
        long capacity = capacity(described, format, status);
        var target = target(path, NAMED.contains(format) ? format.label() : "raw", status);
        if (described.isPresent()) {
            target = withDetails(target, described.get());
        }
        var document = document(volume, capacity, status.allocatedBytes(), status.sizeBytes(), target);
        return new VolumeDefinition(described
                .flatMap(ImageDescription::backing)
                .flatMap(this::backing)
                .map(document::plus)
                .orElse(document));
    }

    /** What an image says of itself; nothing when it is torn, or what it says cannot be. */
    private static Optional<ImageDescription> image(Path path) {
        try {
            return Optional.of(Images.describe(path, Optional.empty()));
        } catch (ImageException e) {
            return switch (e.kind()) {
                case CORRUPT, UNSUPPORTED, INVALID -> Optional.empty();
                case NOT_FOUND, EXISTS, DENIED, IN_USE, NO_SPACE, FAILED -> throw StorageErrors.failed(e);
            };
        }
    }

    private static Format formatOf(Path path) {
        try {
            return Images.probe(path);
        } catch (ImageException e) {
            throw StorageErrors.failed(e);
        }
    }

    private static Element document(VolumeEntry volume, long capacity, long allocation, long physical, Element target) {
        var document = Element.of("volume", "type", volume.type().word())
                .plus(Element.text("name", volume.name()))
                .plus(Element.text("key", volume.key()))
                .plus(size("capacity", capacity))
                .plus(size("allocation", allocation));
        return (physical > 0 ? document.plus(size("physical", physical)) : document).plus(target);
    }

    static Element size(String name, long bytes) {
        return Element.text(name, Long.toString(bytes)).with("unit", BYTES);
    }

    private static Element target(Path path, String format, FileStatus status) {
        return target(path, Optional.of(format), status);
    }

    /** Where a volume is, what it is there, and whose. */
    static Element target(Path path, Optional<String> format, FileStatus status) {
        var target = Element.of("target").plus(Element.text("path", path.toString()));
        var formatted = format.map(word -> target.plus(Element.of("format", "type", word)))
                .orElse(target);
        return formatted.plus(Permissions.element(status)).plus(timestamps(status));
    }

    private static Element timestamps(FileStatus status) {
        return Element.of("timestamps")
                .plus(Element.text("atime", time(status.accessed())))
                .plus(Element.text("mtime", time(status.modified())))
                .plus(Element.text("ctime", time(status.changed())));
    }

    private static String time(Instant time) {
        return time.getNano() == 0
                ? Long.toString(time.getEpochSecond())
                : time.getEpochSecond() + "."
                        + Integer.toString(1_000_000_000 + time.getNano()).substring(1);
    }

    private static Element withDetails(Element target, ImageDescription image) {
        var detailed = target;
        if (image.encrypted() || image.format() == Format.LUKS) {
            boolean old = "aes".equals(encryptionOf(image));
            detailed = detailed.plus(Element.of("encryption", "format", old ? "qcow" : "luks"));
        }
        if (image.format() != Format.QCOW2) {
            return detailed;
        }
        boolean modern = "1.1".equals(image.details().get("compat"));
        if (modern) {
            detailed = detailed.plus(Element.text("compat", "1.1"));
        }
        if (image.clusterBytes().isPresent()) {
            detailed = detailed.plus(Element.text(
                            "clusterSize", Long.toString(image.clusterBytes().getAsLong()))
                    .with("unit", "B"));
        }
        return modern ? detailed.plus(features(image)) : detailed;
    }

    private static String encryptionOf(ImageDescription image) {
        return image.details().get("encrypt") instanceof Map<?, ?> how ? String.valueOf(how.get("format")) : "";
    }

    private static Element features(ImageDescription image) {
        var features = Element.of("features");
        if (Boolean.TRUE.equals(image.details().get("lazy-refcounts"))) {
            features = features.plus(Element.of("lazy_refcounts"));
        }
        if (Boolean.TRUE.equals(image.details().get("extended-l2"))) {
            features = features.plus(Element.of("extended_l2"));
        }
        return features;
    }

    /** The image below, as far as it is a file. */
    private Optional<Element> backing(BackingReference reference) {
        Path path;
        try {
            path = folder.resolve(reference.name()).normalize();
        } catch (InvalidPathException notAFile) {
            return Optional.empty();
        }
        boolean elsewhere = reference.name().matches("[a-z][a-z0-9+.-]*:.*")
                && !reference.name().startsWith("/");
        if (elsewhere) {
            return Optional.empty();
        }
        var store = Element.of("backingStore").plus(Element.text("path", path.toString()));
        if (reference.format().isPresent()) {
            store = store.plus(Element.of("format", "type", reference.format().get()));
        }
        return Optional.of(withStatus(store, path));
    }

    /** What is below a volume, with whose it is if it is there. */
    static Element withStatus(Element store, Path path) {
        try {
            var status = FileStatus.of(path);
            return status.kind() == Kind.REGULAR || status.kind() == Kind.BLOCK_DEVICE
                    ? store.plus(Permissions.element(status)).plus(timestamps(status))
                    : store;
        } catch (PosixException missing) {
            return store;
        }
    }
}
