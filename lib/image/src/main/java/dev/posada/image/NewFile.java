package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import dev.posada.posix.FileStatus;
import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A file in the making. It is written beside its place as {@code .NAME.posada-part} and renamed when complete, so that under the name
 * itself there is always the old content, or nothing, or all of the new one.
 *
 * <p>What a killed process has left is taken over by the next one that makes the same file: the part is locked as long as
 * somebody works on it. A block device is written in place, since it cannot be renamed.
 */
final class NewFile implements AutoCloseable {
    private static final int ATTEMPTS = 10;

    private final Path target;
    private final boolean replace;
    private final ImageFile file;
    private final Optional<ImageFile> existing;
    private final boolean inPlace;
    private boolean published;

    private NewFile(Path target, boolean replace, ImageFile file, Optional<ImageFile> existing, boolean inPlace) {
        this.target = target;
        this.replace = replace;
        this.file = file;
        this.existing = existing;
        this.inPlace = inPlace;
    }

    /**
     * @param replace whether a file that is there gives way, once {@link #publish} is called
     * @throws ImageException EXISTS; IN_USE when a guest uses the old file, or another process makes the same one
     */
    static NewFile at(Path path, boolean replace) {
        var target = follow(path);
        var existing = openExisting(target, replace);
        try {
            if (existing.isPresent() && existing.get().blockDevice()) {
                return new NewFile(target, replace, existing.get(), Optional.empty(), true);
            }
            return new NewFile(target, replace, part(partOf(target)), existing, false);
        } catch (RuntimeException | Error e) {
            existing.ifPresent(ImageFile::close);
            throw e;
        }
    }

    /** A link stays a link: what it leads to is replaced. */
    private static Path follow(Path path) {
        try {
            return Files.exists(path) ? path.toRealPath() : path;
        } catch (IOException e) {
            throw ImageFile.failure("find", path, e);
        }
    }

    private static Optional<ImageFile> openExisting(Path target, boolean replace) {
        if (!Files.exists(target)) {
            return Optional.empty();
        }
        if (!replace && Files.isRegularFile(target)) {
            throw new ImageException(Kind.EXISTS, target + " exists already");
        }
        var old = ImageFile.open(target, true);
        try {
            old.lock(QemuLocks.Purpose.WRITE);
            return Optional.of(old);
        } catch (RuntimeException | Error e) {
            old.close();
            throw e;
        }
    }

    private static Path partOf(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".posada-part");
    }

    private static ImageFile part(Path part) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var file = ImageFile.openOrMake(part);
            try {
                file.lock(QemuLocks.Purpose.WRITE);
                // Between opening and locking the other one may have finished: then this is its file, not a part any
                // more.
                if (file.status().isSameFile(FileStatus.of(part))) {
                    file.truncate(0);
                    return file;
                }
            } catch (ImageException e) {
                file.close();
                throw e.kind() == Kind.IN_USE
                        ? new ImageException(Kind.IN_USE, "another process is making the same file: " + part, e)
                        : e;
            } catch (PosixException renamed) {
                // Gone from under its name: the same case.
            }
            file.close();
        }
        throw new ImageException(Kind.IN_USE, "other processes are making the same file: " + part);
    }

    /** The same file once more, for a disk that closes it. */
    ImageFile openAgain() {
        return ImageFile.open(file.path(), true);
    }

    /** Whether it holds what a device held before. */
    boolean inPlace() {
        return inPlace;
    }

    /** What to write to. */
    ImageFile file() {
        return file;
    }

    /** Whether the path leads to the file that would be replaced. */
    boolean isAt(Path path) {
        try {
            return Files.exists(target) && Files.isSameFile(target, path);
        } catch (IOException e) {
            throw ImageFile.failure("find", path, e);
        }
    }

    /**
     * Gives it its name.
     *
     * @param durable whether all of it is written to the medium first, and the name afterwards
     */
    void publish(boolean durable) {
        if (durable) {
            file.flush();
        }
        if (!inPlace) {
            existing.ifPresent(this::inherit);
            rename(durable);
        }
        published = true;
    }

    /** The new file belongs to whom the old one belonged to. */
    private void inherit(ImageFile old) {
        var status = old.status();
        try {
            if (status.uid() != file.status().uid()
                    || status.gid() != file.status().gid()) {
                PosixFiles.changeOwner(file.path(), status.uid(), status.gid());
            }
            PosixFiles.changeMode(file.path(), status.mode());
        } catch (PosixException e) {
            throw ImageFile.failure("keep the owner of", target, e);
        }
    }

    private void rename(boolean durable) {
        var part = file.path();
        try {
            if (replace) {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                moveUnlessThere(part);
            }
            var folder = target.toAbsolutePath().getParent();
            if (durable && folder != null) {
                PosixFiles.flushDirectory(folder);
            }
        } catch (FileAlreadyExistsException e) {
            throw new ImageException(Kind.EXISTS, target + " exists already", e);
        } catch (IOException e) {
            throw ImageFile.failure("make", target, e);
        }
    }

    private void moveUnlessThere(Path part) throws IOException {
        try {
            // A link fails if the name is taken meanwhile; a rename would replace.
            Files.createLink(target, part);
            Files.delete(part);
        } catch (UnsupportedOperationException | AtomicMoveNotSupportedException noLinks) {
            Files.move(part, target);
        }
    }

    /** Removes what was not published. */
    @Override
    public void close() {
        try {
            if (!published && !inPlace) {
                // Removed while still locked, so that it cannot be another one's.
                Files.deleteIfExists(file.path());
            }
        } catch (IOException e) {
            throw ImageFile.failure("remove", file.path(), e);
        } finally {
            file.close();
            existing.ifPresent(ImageFile::close);
        }
    }
}
