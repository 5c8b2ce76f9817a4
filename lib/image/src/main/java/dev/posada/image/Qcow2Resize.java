package dev.posada.image;

import dev.posada.image.ImageException.Kind;

/**
 * Gives the guest's disk another size.
 *
 * <p>The size in the header changes last when the disk grows, after all that is uncovered reads as zeroes, and first when it
 * shrinks, before anything behind the new end is given back: killed in between, the guest finds the old disk or the new one.
 */
final class Qcow2Resize {
    private final Qcow2Image image;
    private final Qcow2Content content;
    private final Qcow2Zeroing zeroing;
    private final Qcow2Bitmaps bitmaps;

    Qcow2Resize(Qcow2Image image, Qcow2Content content, Qcow2Zeroing zeroing, Qcow2Bitmaps bitmaps) {
        this.image = image;
        this.content = content;
        this.zeroing = zeroing;
        this.bitmaps = bitmaps;
    }

    void to(long bytes) {
        if (bytes < 0) {
            throw new ImageException(Kind.INVALID, "a disk cannot have " + bytes + " bytes");
        }
        long old = image.header().layout().size();
        if (image.header().version() == 2 && !image.snapshots().isEmpty() && bytes != old) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    image.path() + " has snapshots, and version 2 of qcow2 cannot remember their size");
        }
        if (bytes > old) {
            grow(old, bytes);
        } else if (bytes < old) {
            shrink(old, bytes);
        }
    }

    private void grow(long old, long bytes) {
        bitmaps.resize(bytes);
        new Qcow2Growth(image, content.data()).reach(bytes);
        if (image.header().rawDataFile()) {
            content.data().truncate(bytes);
        }
        uncover(old, bytes);
        image.flush();
        if (image.header().hasDataFile()) {
            content.data().flush();
        }
        image.replaceLayout(image.header().layout().withSize(bytes));
        bitmaps.resized();
    }

    /** Makes what the disk will grow over read as zeroes. */
    private void uncover(long old, long bytes) {
        long below = content.backing().map(Disk::size).orElse(0L);
        boolean unknown =
                content.backing().isEmpty() && image.header().backingFile().isPresent();
        long end = bytes;
        long at = old;
        while (at < end) {
            image.relieve();
            var found = content.find(at, end - at);
            boolean visible = switch (found.kind()) {
                case DATA, COMPRESSED -> true;
                case ZERO -> false;
                case ABSENT -> unknown || at < below;
            };
            long length = found.kind() == Qcow2Content.Kind.ABSENT && !unknown
                    ? Math.min(found.length(), Math.max(below - at, 1))
                    : found.length();
            if (visible) {
                zeroing.zero(at, length, true);
                at += length;
            } else {
                at += found.length();
            }
        }
    }

    private void shrink(long old, long bytes) {
        image.flush();
        bitmaps.resize(bytes);
        image.replaceLayout(image.header().layout().withSize(bytes));
        long mask = image.clusterBytes() - 1L;
        long from = bytes + mask & ~mask;
        drop(from, old + mask & ~mask);
        if (image.header().rawDataFile()) {
            content.data().truncate(bytes);
        }
        image.flush();
        bitmaps.resized();
    }

    /** Gives back all that lies between two places behind the end of the disk. */
    private void drop(long from, long to) {
        long at = from;
        while (at < to) {
            image.relieve();
            var found = content.find(at, to - at);
            if (found.kind() != Qcow2Content.Kind.ABSENT) {
                zeroing.drop(at, found.length());
            }
            at += found.length();
        }
    }
}
