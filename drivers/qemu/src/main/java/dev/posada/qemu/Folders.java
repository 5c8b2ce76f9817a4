package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes and removes the folders and files of an instance. */
final class Folders {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    private Folders() {}

    /**
     * Makes a folder for its owner alone; one that is there stays as it is. Those above it that are missing can be passed
     * through by anybody, since the folder may be given to somebody else.
     */
    static void make(Path folder) {
        try {
            var parent = folder.getParent();
            if (parent != null) {
                Files.createDirectories(parent, permissions("rwx--x--x"));
            }
            Files.createDirectories(folder, permissions("rwx------"));
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.QEMU,
                    "cannot make the folder " + folder + ": " + e.getMessage(),
                    e);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    /** Removes one file, if it is there; what cannot be removed is reported in the log. */
    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove {0}: {1}", file, e.getMessage());
        }
    }

    /** Removes a folder if it is there and nothing is in it. */
    static void removeIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException used) {
            // Then it stays.
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove {0}: {1}", folder, e.getMessage());
        }
    }

    /** Removes a folder with everything in it, if it is there; what cannot be removed is reported in the log. */
    static void removeAll(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path emptied, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(emptied);
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
