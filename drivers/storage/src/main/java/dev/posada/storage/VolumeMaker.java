package dev.posada.storage;

import dev.posada.driver.LivePool.CreateOption;
import dev.posada.driver.VolumeEntry;
import dev.posada.image.ConvertRequest;
import dev.posada.image.CreateRequest;
import dev.posada.image.Format;
import dev.posada.image.ImageException;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.image.Preallocation;
import dev.posada.image.Progress;
import dev.posada.model.ErrorCode;
import dev.posada.model.VolumeDefinition;
import dev.posada.posix.Errno;
import dev.posada.posix.FileStatus;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the volumes of a folder, empty ones and copies of others. */
final class VolumeMaker {
    /** Only the owner reads and writes a volume, as libvirt has it. */
    private static final int MODE = 0600;

    private static final int FOLDER_MODE = 0700;

    /** Formats whose bytes are the guest's own. */
    private static final Set<String> RAW = Set.of("raw", "iso");

    private static final String DIR = "dir";
    private static final long KIB = 1 << 10;

    private final Path folder;

    /** Where volumes are made that will be at a path. */
    private final Map<Path, Path> making = new ConcurrentHashMap<>();

    VolumeMaker(Path folder) {
        this.folder = folder;
    }

    /**
     * Refuses formats no volume can have.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED}
     */
    static void checkFormat(VolumeDefinition definition) {
        var format = formatOf(definition);
        if (!CapabilitiesDocument.VOLUME_FORMATS.contains(format) || format.equals("none")) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "unknown volume format type " + format + ": raw, qcow2, vdi and dir can be made");
        }
        if (definition.encryption().isPresent()) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "volume '" + definition.name() + "' is to be encrypted, which no volume can be here: leave out"
                            + " <encryption>");
        }
        boolean old = definition.compat().filter("0.10"::equals).isPresent();
        if (old && definition.feature("lazy_refcounts")) {
            throw StorageErrors.of(ErrorCode.CONFIG_UNSUPPORTED, "lazy_refcounts not supported with compat level 0.10");
        }
        if (definition.backingPath().isPresent() && RAW.contains(format)) {
            throw StorageErrors.of(ErrorCode.NO_SUPPORT, "backing storage not supported for " + format + " volumes");
        }
    }

    private static String formatOf(VolumeDefinition definition) {
        return definition.format().orElse("raw");
    }

    void create(VolumeDefinition definition, VolumeEntry volume, Set<CreateOption> options) {
        var format = formatOf(definition);
        refuseMetadata(format, options);
        try (var part = begin(volume)) {
            if (format.equals(DIR)) {
                makeFolder(part.part());
            } else if (RAW.contains(format)) {
                RawFiles.create(part.part(), volume.path(), definition);
            } else {
                makeImage(part.part(), definition, options);
            }
            part.publish(Permissions.of(definition.permissions(), format.equals(DIR) ? FOLDER_MODE : MODE));
        }
    }

    private static void refuseMetadata(String format, Set<CreateOption> options) {
        if (RAW.contains(format) && options.contains(CreateOption.METADATA)) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED, "metadata preallocation is not supported for " + format + " volumes");
        }
    }

    private NewVolume begin(VolumeEntry volume) {
        var made = NewVolume.at(Path.of(volume.path()), making::remove);
        making.put(made.target(), made.part());
        return made;
    }

    /** How much room a volume that is being made has taken so far. */
    long madeBytes(VolumeEntry volume) {
        var target = Path.of(volume.path());
        var part = Optional.ofNullable(making.get(target)).orElse(target);
        return occupied(part) + occupied(VolumeNames.imagePart(part));
    }

    private static long occupied(Path file) {
        try {
            return FileStatus.ofName(file).allocatedBytes();
        } catch (PosixException notThere) {
            return 0;
        }
    }

    private static void makeFolder(Path part) {
        try {
            Files.createDirectory(part);
        } catch (IOException e) {
            throw StorageErrors.failed("cannot create path '" + part + "'", e);
        }
    }

    private void makeImage(Path part, VolumeDefinition definition, Set<CreateOption> options) {
        var request = request(definition, options);
        try {
            Images.create(part, request);
        } catch (ImageException e) {
            throw StorageErrors.failed(named(e, part, definition));
        }
    }

    /** A complaint about a volume in the making is one about the volume. */
    private ImageException named(ImageException e, Path part, VolumeDefinition definition) {
        var own = folder.resolve(definition.name()).toString();
        var shown = String.valueOf(e.getMessage())
                .replace(VolumeNames.imagePart(part).toString(), own)
                .replace(part.toString(), own);
        return new ImageException(e.kind(), shown, e);
    }

    private CreateRequest request(VolumeDefinition definition, Set<CreateOption> options) {
        var label = formatOf(definition);
        var format = RAW.contains(label) ? Format.RAW : Format.named(label).orElseThrow(() -> cannotMake(label));
        var backing = definition.backingPath();
        var backingFormat = backing.map(_ -> definition.backingFormat().orElse("raw"))
                .map(word -> Format.named(word).orElseThrow(() -> unknownFormat(word)));
        long capacity = definition
                .capacityBytes()
                .orElseGet(
                        () -> backing.map(path -> sizeOf(path, backingFormat)).orElse(0L));
        backing.ifPresent(VolumeMaker::mustBeThere);
        return new CreateRequest(
                format,
                // Whole KiB, which is how libvirt tells qemu-img.
                Math.ceilDiv(Math.clamp(capacity, 0, Long.MAX_VALUE - KIB), KIB) * KIB,
                backing.map(path -> folder.resolve(path).toString()),
                backingFormat,
                imageOptions(definition),
                preallocation(definition, options, capacity),
                false);
    }

    private static RuntimeException cannotMake(String label) {
        return StorageErrors.of(
                ErrorCode.CONFIG_UNSUPPORTED,
                "volumes of format " + label + " cannot be made: use raw, qcow2, vdi or dir");
    }

    private static RuntimeException unknownFormat(String word) {
        return StorageErrors.of(ErrorCode.CONFIG_UNSUPPORTED, "unknown volume format type " + word);
    }

    private static void mustBeThere(String backing) {
        if (!Files.exists(Path.of(backing))) {
            throw StorageErrors.system(Errno.ENOENT, "inaccessible backing store volume " + backing);
        }
    }

    private static long sizeOf(String backing, Optional<Format> format) {
        mustBeThere(backing);
        try {
            return Images.describe(Path.of(backing), format).virtualBytes();
        } catch (ImageException e) {
            throw StorageErrors.failed(e);
        }
    }

    private static Map<String, String> imageOptions(VolumeDefinition definition) {
        var options = new LinkedHashMap<String, String>();
        definition.compat().ifPresent(compat -> options.put("compat", compat));
        definition.clusterBytes().ifPresent(bytes -> options.put("cluster_size", Long.toString(bytes)));
        if (definition.feature("lazy_refcounts")) {
            options.put("lazy_refcounts", "on");
        }
        if (definition.feature("extended_l2")) {
            options.put("extended_l2", "on");
        }
        return options;
    }

    private static Preallocation preallocation(VolumeDefinition definition, Set<CreateOption> options, long capacity) {
        if (!options.contains(CreateOption.METADATA)) {
            return Preallocation.OFF;
        }
        return definition.allocationBytes().orElse(0) >= capacity ? Preallocation.FALLOC : Preallocation.METADATA;
    }

    void copy(
            VolumeDefinition definition,
            VolumeEntry volume,
            VolumeEntry source,
            VolumeDefinition sourceDefinition,
            Set<CreateOption> options) {
        var format = formatOf(definition);
        var sourceFormat = formatOf(sourceDefinition);
        boolean raw = RAW.contains(format) && RAW.contains(sourceFormat);
        boolean shared = options.contains(CreateOption.SHARE_BLOCKS);
        refuseMetadata(format, options);
        if (shared && !raw) {
            throw StorageErrors.of(
                    ErrorCode.INVALID_ARG,
                    "unsupported flags (0x2): only raw volumes share blocks with raw ones, not " + format + " with "
                            + sourceFormat);
        }
        try (var part = begin(volume)) {
            if (shared) {
                RawFiles.share(part.part(), volume.path(), Path.of(source.path()), definition);
            } else if (raw) {
                RawFiles.copy(part.part(), volume.path(), Path.of(source.path()), definition);
            } else {
                copyImage(part.part(), definition, source, sourceDefinition, options);
            }
            part.publish(Permissions.of(definition.permissions(), MODE));
        }
    }

    private void copyImage(
            Path part,
            VolumeDefinition definition,
            VolumeEntry source,
            VolumeDefinition sourceDefinition,
            Set<CreateOption> options) {
        boolean overlay = definition.backingPath().isPresent();
        if (overlay && !definition.backingPath().equals(sourceDefinition.backingPath())) {
            throw StorageErrors.of(ErrorCode.INTERNAL_ERROR, "a different backing store cannot be specified.");
        }
        var request = ConvertRequest.to(request(definition, options));
        var reading = OpenOptions.READING.withFormat(Format.named(formatOf(sourceDefinition)));
        try (var disk = Images.open(Path.of(source.path()), reading)) {
            Images.convert(disk, part, request, Progress.NONE);
        } catch (ImageException e) {
            throw StorageErrors.failed(named(e, part, definition));
        }
    }
}
