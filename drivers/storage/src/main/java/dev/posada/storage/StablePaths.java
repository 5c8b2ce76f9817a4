package dev.posada.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The paths that devices have in a pool's folder: in {@code /dev} their own, elsewhere the links that lead to them, as in
 * {@code /dev/disk/by-path}, where a device has the same name after every start of the host.
 */
final class StablePaths {
    private static final Path DEV = Path.of("/dev");

    private final Map<Path, Path> links = new HashMap<>();
    private final boolean direct;

    private StablePaths(boolean direct) {
        this.direct = direct;
    }

    /**
     * Looks which links a folder holds now.
     *
     * @throws dev.posada.model.PosadaException {@code SYSTEM_ERROR} when it cannot be read
     */
    static StablePaths in(Path folder) {
        var paths = new StablePaths(folder.equals(DEV));
        if (paths.direct) {
            return paths;
        }
        var what = "cannot read dir '" + folder + "'";
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                // Of several links to a device the first in the alphabet: always the same.
                resolved(entry).ifPresent(device -> paths.links.merge(device, entry, StablePaths::first));
            }
            return paths;
        } catch (DirectoryIteratorException e) {
            throw StorageErrors.failed(what, new IOException(e.getMessage(), e));
        } catch (IOException e) {
            throw StorageErrors.failed(what, e);
        }
    }

    private static Path first(Path one, Path other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Optional<Path> resolved(Path entry) {
        try {
            return Optional.of(entry.toRealPath());
        } catch (IOException dangling) {
            return Optional.empty();
        }
    }

    /** The path of a device; nothing when the folder has none for it, or the device is not there. */
    Optional<Path> of(Path device) {
        return direct ? Optional.of(device).filter(Files::exists) : Optional.ofNullable(links.get(device));
    }
}
