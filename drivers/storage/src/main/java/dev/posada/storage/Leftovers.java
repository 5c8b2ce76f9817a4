package dev.posada.storage;

import dev.posada.posix.Descriptor;
import dev.posada.posix.FileLocks;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/**
 * Removes volumes in the making that nobody makes any more, because the daemon that did was killed: they carry a name of
 * ours, have not been written for a while, and nobody has a lock on them.
 */
final class Leftovers {
    private static final System.Logger LOG = System.getLogger("posada.storage");

    /** A part is written, or locked, all the time while it is made. */
    private static final Duration AGE = Duration.ofMinutes(10);

    private final InstantSource clock;

    Leftovers(InstantSource clock) {
        this.clock = clock;
    }

    /** Removes a file if it is such a one. */
    void remove(Path file) {
        if (!VolumeNames.partial(String.valueOf(file.getFileName()))) {
            return;
        }
        try (var open = Descriptor.open(file, Set.of(OpenFlag.READ_WRITE, OpenFlag.NON_BLOCKING), 0)) {
            var written =
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
            boolean old = written.isBefore(clock.instant().minus(AGE));
            if (old && !FileLocks.isRangeTaken(open, 0, 0, FileLocks.Kind.EXCLUSIVE)) {
                Files.delete(file);
                LOG.log(System.Logger.Level.INFO, "removed " + file + ", which a daemon that ended had not finished");
            }
        } catch (IOException | PosixException e) {
            LOG.log(System.Logger.Level.DEBUG, "left " + file + ": " + e.getMessage());
        }
    }
}
