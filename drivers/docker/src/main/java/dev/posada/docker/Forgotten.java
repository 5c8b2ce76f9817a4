package dev.posada.docker;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The domains that were undefined while the engine was away: a file for each in the driver's lasting folder, until their
 * containers are removed. Without it they would come back as containers somebody left.
 */
final class Forgotten {
    private static final System.Logger LOG = System.getLogger("posada.docker");

    private final Path folder;

    Forgotten(Path stateDirectory) {
        this.folder = stateDirectory.resolve("forgotten");
    }

    void add(UUID domain) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(domain.toString()), "");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "that domain {0} is forgotten cannot be written down: {1}", domain, e.getMessage());
        }
    }

    boolean holds(UUID domain) {
        return Files.exists(folder.resolve(domain.toString()));
    }

    void remove(UUID domain) {
        try {
            Files.deleteIfExists(folder.resolve(domain.toString()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} cannot be removed: {1}", folder.resolve(domain.toString()), e.getMessage());
        }
    }
}
