package dev.posada.storage;

import dev.posada.image.Disk;
import dev.posada.image.Format;
import dev.posada.image.ImageException;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.model.ErrorCode;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps guests from a file that is being overwritten, cut or deleted, by the locks QEMU has: whoever has the file open, as
 * a disk or as an image below one, is not deprived of it, and nobody begins to use it meanwhile.
 */
final class GuestLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.storage");

    private final Optional<Disk> held;

    private GuestLock(Optional<Disk> held) {
        this.held = held;
    }

    /**
     * Takes the lock.
     *
     * @throws dev.posada.model.PosadaException {@code RESOURCE_BUSY} when somebody uses the file
     */
    static GuestLock take(Path path) {
        return lock(path, OpenOptions.WRITING);
    }

    /**
     * Keeps guests from changing a file that is being copied.
     *
     * @throws dev.posada.model.PosadaException {@code RESOURCE_BUSY} when somebody changes it
     */
    static GuestLock share(Path path) {
        return lock(path, OpenOptions.READING);
    }

    private static GuestLock lock(Path path, OpenOptions options) {
        try {
            return new GuestLock(Optional.of(Images.open(path, options.withFormat(Format.RAW))));
        } catch (ImageException e) {
            if (e.kind() == ImageException.Kind.IN_USE) {
                throw StorageErrors.of(
                        ErrorCode.RESOURCE_BUSY, "volume '" + path + "' is in use by a guest: stop the guest first");
            }
            // A file system without locks, or a file that cannot be opened: what is to be done will tell.
            LOG.log(System.Logger.Level.DEBUG, "no lock on " + path + ": " + e.getMessage());
            return new GuestLock(Optional.empty());
        }
    }

    @Override
    public void close() {
        try {
            held.ifPresent(Disk::close);
        } catch (ImageException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing after a lock: " + e.getMessage());
        }
    }
}
