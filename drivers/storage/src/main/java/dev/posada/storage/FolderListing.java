package dev.posada.storage;

import dev.posada.driver.VolumeEntry;
import dev.posada.model.ErrorCode;
import dev.posada.model.VolumeType;
import dev.posada.posix.FileStatus;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the volumes in a folder: its files, folders and block devices. Only names are looked at, so that ten thousand
 * are found at once; what is in them is read when somebody asks. Symbolic links are no volumes, because they may lead out
 * of the folder, to where its pool has no say.
 */
final class FolderListing {
    /** More files than this in one folder are a mistake rather than a pool. */
    private static final int MAX_VOLUMES = 1_000_000;

    private final Path folder;
    private final Leftovers leftovers = new Leftovers(InstantSource.system());

    FolderListing(Path folder) {
        this.folder = folder;
    }

    List<VolumeEntry> volumes() {
        var volumes = new ArrayList<VolumeEntry>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                if (volumes.size() == MAX_VOLUMES) {
                    throw StorageErrors.of(
                            ErrorCode.OPERATION_FAILED,
                            "directory '" + folder + "' holds more than " + MAX_VOLUMES + " files");
                }
                leftovers.remove(file);
                entry(file).ifPresent(volumes::add);
            }
            return volumes;
        } catch (DirectoryIteratorException e) {
            throw StorageErrors.failed("cannot read directory '" + folder + "'", new IOException(e.getMessage(), e));
        } catch (IOException e) {
            throw StorageErrors.failed("cannot open directory '" + folder + "'", e);
        }
    }

    private static Optional<VolumeEntry> entry(Path file) {
        var name = String.valueOf(file.getFileName());
        if (!VolumeNames.listed(name)) {
            return Optional.empty();
        }
        return type(file).map(type -> new VolumeEntry(name, file.toString(), file.toString(), type));
    }

    private static Optional<VolumeType> type(Path file) {
        try {
            return switch (FileStatus.ofName(file).kind()) {
                case REGULAR -> Optional.of(VolumeType.FILE);
                case DIRECTORY -> Optional.of(VolumeType.DIR);
                case BLOCK_DEVICE -> Optional.of(VolumeType.BLOCK);
                case CHARACTER_DEVICE, FIFO, SOCKET, SYMBOLIC_LINK -> Optional.empty();
            };
        } catch (PosixException goneMeanwhile) {
            return Optional.empty();
        }
    }
}
