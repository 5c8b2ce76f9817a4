package dev.posada.storage;

import dev.posada.driver.LivePool.ResizeOption;
import dev.posada.driver.VolumeEntry;
import dev.posada.image.Format;
import dev.posada.image.ImageException;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.model.ErrorCode;
import dev.posada.model.VolumeDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Makes volumes bigger and smaller. */
final class VolumeSizes {
    private VolumeSizes() {}

    static void resize(VolumeEntry volume, VolumeDefinition now, long capacityBytes, Set<ResizeOption> options) {
        var path = Path.of(volume.path());
        var format = now.format().orElse("raw");
        boolean shrinks = capacityBytes < now.capacityBytes().orElse(0);
        if (format.equals("raw")) {
            resizeRaw(path, capacityBytes, shrinks, options.contains(ResizeOption.ALLOCATE));
        } else if (options.contains(ResizeOption.ALLOCATE)) {
            throw StorageErrors.of(
                    ErrorCode.OPERATION_UNSUPPORTED, "preallocate is only supported for raw type volume");
        } else {
            resizeImage(path, format, capacityBytes);
        }
    }

    private static void resizeRaw(Path path, long capacityBytes, boolean shrinks, boolean allocate) {
        if (shrinks) {
            try (var _ = GuestLock.take(path)) {
                setLength(path, capacityBytes, allocate);
            }
        } else {
            setLength(path, capacityBytes, allocate);
        }
    }

    private static void setLength(Path path, long capacityBytes, boolean allocate) {
        try (var file = VolumeFile.open(path, true)) {
            long before = file.length();
            RawFiles.extend(file.descriptor(), capacityBytes, "Failed to truncate file '" + path + "'");
            if (allocate) {
                RawFiles.allocate(file.descriptor(), path, before, capacityBytes - before, path.toString());
            }
        } catch (IOException e) {
            throw StorageErrors.failed("cannot find the size of volume '" + path + "'", e);
        }
    }

    private static void resizeImage(Path path, String format, long capacityBytes) {
        var known = Format.named(format)
                .orElseThrow(() -> StorageErrors.of(
                        ErrorCode.OPERATION_UNSUPPORTED, "volumes of format " + format + " cannot be resized"));
        try (var disk = Images.open(path, OpenOptions.WRITING.withFormat(known))) {
            disk.resize(capacityBytes);
        } catch (ImageException e) {
            throw StorageErrors.failed(e);
        }
    }
}
