package dev.posada.image;

import java.util.Optional;

/**
 * How an image is opened.
 *
 * @param format the format the image has; if empty its content decides, which must not be done with a guest's raw disk: the
 *     guest could write there what makes it look like another format
 * @param readOnly whether changes are refused; the file is then opened for reading only
 * @param withBacking whether the images below are opened too; without, places that this layer lacks read as zeroes
 * @param lock whether QEMU's locks are taken and respected, so that an image in use by a guest is refused
 * @param bounds how far we follow what the image says
 */
public record OpenOptions(Optional<Format> format, boolean readOnly, boolean withBacking, boolean lock, Bounds bounds) {
    /** Reads an image of any format with its backing chain. */
    public static final OpenOptions READING = new OpenOptions(Optional.empty(), true, true, true, Bounds.DEFAULT);

    /** Changes an image of any format. */
    public static final OpenOptions WRITING = new OpenOptions(Optional.empty(), false, true, true, Bounds.DEFAULT);

    public OpenOptions withFormat(Format declared) {
        return withFormat(Optional.of(declared));
    }

    public OpenOptions withFormat(Optional<Format> declared) {
        return new OpenOptions(declared, readOnly, withBacking, lock, bounds);
    }

    public OpenOptions withoutBacking() {
        return new OpenOptions(format, readOnly, false, lock, bounds);
    }

    public OpenOptions withoutLock() {
        return new OpenOptions(format, readOnly, withBacking, false, bounds);
    }

    public OpenOptions within(Bounds other) {
        return new OpenOptions(format, readOnly, withBacking, lock, other);
    }
}
