package dev.posada.storage;

import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A volume in the making: it is made under a name of no volume and gets its own when it is complete, with the permissions
 * it is to have. Nothing is left when it is closed before; what a kill leaves is found by its name.
 */
final class NewVolume implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.storage");

    private final Path target;
    private final Path part;
    private final Consumer<Path> whenClosed;
    private boolean published;

    private NewVolume(Path target, Path part, Consumer<Path> whenClosed) {
        this.target = target;
        this.part = part;
        this.whenClosed = whenClosed;
    }

    /**
     * Begins a volume.
     *
     * @param whenClosed is told its path at the end, whatever came of it
     * @throws dev.posada.model.PosadaException {@code OPERATION_INVALID} when something has its name already
     */
    static NewVolume at(Path target, Consumer<Path> whenClosed) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw taken(target);
        }
        var name = VolumeNames.partial(RandomGenerator.getDefault().nextLong());
        return new NewVolume(target, target.resolveSibling(name), whenClosed);
    }

    private static RuntimeException taken(Path target) {
        return StorageErrors.invalid("volume target path '" + target + "' already exists");
    }

    /** Where it will be. */
    Path target() {
        return target;
    }

    /** Where it is to be made; there is nothing there at first. */
    Path part() {
        return part;
    }

    /** Gives it its name; it lasts when this returns. */
    void publish(Permissions permissions) {
        permissions.apply(part);
        var what = "Failed to create file '" + target + "'";
        try {
            flush();
            if (Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(part, target);
            } else {
                link();
            }
            published = true;
            PosixFiles.flushDirectory(target.resolveSibling("."));
        } catch (FileAlreadyExistsException e) {
            throw taken(target);
        } catch (IOException e) {
            throw StorageErrors.failed(what, e);
        }
    }

    private void flush() throws IOException {
        try (var channel = FileChannel.open(part, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void link() throws IOException {
        try {
            // A link fails if the name is taken meanwhile; a rename would replace.
            Files.createLink(target, part);
            Files.delete(part);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException noLinks) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.move(part, target);
        }
    }

    @Override
    public void close() {
        whenClosed.accept(target);
        if (published) {
            return;
        }
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove " + part + ": " + e.getMessage());
        }
    }
}
