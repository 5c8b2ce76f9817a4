package dev.posada.storage;

import dev.posada.driver.LivePool.DeleteOption;
import dev.posada.driver.VolumeEntry;
import dev.posada.driver.WipeAlgorithm;
import dev.posada.model.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Deletes volumes of a folder. */
final class VolumeRemoval {
    private VolumeRemoval() {}

    /** Deletes a file, or a folder that is empty; what is gone already is as good as deleted. */
    static void delete(VolumeEntry volume, Set<DeleteOption> options) {
        var path = Path.of(volume.path());
        switch (volume.type()) {
            case FILE -> deleteFile(volume, path, options);
            case DIR -> remove(path, "cannot remove directory '" + path + "'");
            case BLOCK, NETWORK, NETDIR, PLOOP ->
                throw StorageErrors.of(
                        ErrorCode.NO_SUPPORT, "removing block or network volumes is not supported: " + path);
        }
    }

    private static void deleteFile(VolumeEntry volume, Path path, Set<DeleteOption> options) {
        if (options.contains(DeleteOption.ZEROED)) {
            Wiping.wipe(volume, WipeAlgorithm.ZERO);
        }
        try (var _ = GuestLock.take(path)) {
            remove(path, "cannot unlink file '" + path + "'");
        }
    }

    private static void remove(Path path, String what) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw StorageErrors.failed(what, e);
        }
    }
}
