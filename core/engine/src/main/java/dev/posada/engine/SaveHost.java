package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * The saved states that wait for the next start of their domains: {@code FOLDER/UUID.save}, UUID being the domain's, so that
 * renaming moves nothing.
 */
final class SaveHost {
    private static final String SUFFIX = ".save";
    private static final int EIO = 5;

    private final Optional<Path> folder;
    private final ErrorOrigin origin;

    /**
     * @param folder where they are kept; nothing when they cannot be
     */
    SaveHost(Optional<Path> folder, ErrorOrigin origin) {
        this.folder = folder;
        this.origin = origin;
    }

    /** Where a domain's is to be written. */
    Path place(UUID domain, String api) {
        var own = folder.orElseThrow(() -> new PosadaException(
                ErrorCode.NO_SUPPORT, origin, api + ": nothing of this connection's domains is kept on disk"));
        try {
            Files.createDirectories(own);
        } catch (IOException e) {
            throw PosadaException.system(origin, EIO, "cannot make folder " + own + ": " + e.getMessage(), e);
        }
        return own.resolve(domain + SUFFIX);
    }

    private Optional<Path> path(UUID domain) {
        return folder.map(own -> own.resolve(domain + SUFFIX));
    }

    boolean there(UUID domain) {
        return path(domain).filter(Files::exists).isPresent();
    }

    /**
     * What waits for a domain's next start.
     *
     * @throws PosadaException {@code OPERATION_FAILED} when the file is damaged
     */
    Optional<SavedFile> find(UUID domain) {
        return path(domain).filter(Files::exists).map(file -> SavedFile.read(file, origin));
    }

    void remove(UUID domain) {
        path(domain).ifPresent(file -> SavedFile.remove(file, origin));
    }
}
