package dev.posada.jvm;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Makes and removes the folders of an instance. */
final class Folders {
    private static final System.Logger LOG = System.getLogger("posada.jvm");

    private Folders() {}

    /**
     * Makes a folder that only its owner may list and anybody may pass through, since what is in it may be given to others;
     * one that is there stays as it is.
     */
    static void make(Path folder) {
        make(folder, "rwx--x--x");
    }

    /** Makes a folder for its owner alone; one that is there stays as it is. */
    static void makePrivate(Path folder) {
        make(folder, "rwx------");
    }

    private static void make(Path folder, String permissions) {
        try {
            var passable = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x"));
            var parent = folder.getParent();
            if (parent != null) {
                Files.createDirectories(parent, passable);
            }
            if (Files.notExists(folder)) {
                Files.createDirectory(folder);
                // Not left to the daemon's umask, which may be a strict one.
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
            }
        } catch (IOException e) {
            throw Refusal.failed("cannot make the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Removes a folder with everything in it, if it is there; what cannot be removed is reported in the log. */
    static void removeAll(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path emptied, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(emptied);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException alreadyGone) {
            // As wanted.
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove {0}: {1}", folder, e.getMessage());
        }
    }
}
