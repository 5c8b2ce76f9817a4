package dev.posada.image;

/** Checks what callers ask of a disk. */
final class Ranges {
    private Ranges() {}

    /** The range must lie within the disk. */
    static void require(Disk disk, long position, long length) {
        if (position < 0 || length < 0 || position > disk.size() - length) {
            throw new ImageException(
                    ImageException.Kind.INVALID,
                    length + " bytes at " + position + " are not within a disk of " + disk.size() + " bytes");
        }
    }

    /** The range must lie within the disk, and the disk must be open for writing. */
    static void requireWritable(Disk disk, long position, long length) {
        if (disk.readOnly()) {
            throw new ImageException(ImageException.Kind.DENIED, "the disk was opened for reading only");
        }
        require(disk, position, length);
    }
}
