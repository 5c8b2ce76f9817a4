package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.util.Arrays;

/** Makes the tables of an image long enough for a larger disk, and fills them beforehand if asked to. */
final class Qcow2Growth {
    private static final long MAX_STEP_CLUSTERS = 1 << 16;

    private final Qcow2Image image;
    private final ByteStore data;

    Qcow2Growth(Qcow2Image image, ByteStore data) {
        this.image = image;
        this.data = data;
    }

    /** Gives a disk without bytes its first size. */
    void to(long size, Preallocation preallocation) {
        reach(size);
        if (image.header().hasDataFile() && (image.header().rawDataFile() || preallocation != Preallocation.OFF)) {
            data.truncate(size);
        }
        if (preallocation != Preallocation.OFF) {
            preallocate(size, preallocation);
        }
        image.flush();
        image.replaceLayout(image.header().layout().withSize(size));
    }

    /** Sees that the L1 table reaches to the end of a disk of that size. */
    void reach(long size) {
        long reach = image.header().l2Reach();
        long needed = size / reach + (size % reach == 0 ? 0 : 1);
        long most = Qcow2Header.MAX_L1_BYTES / Long.BYTES;
        if (needed > most) {
            throw new ImageException(
                    Kind.INVALID,
                    image.path() + " cannot have a disk of " + size + " bytes: with clusters of " + image.clusterBytes()
                            + " bytes it has at most " + reach * most);
        }
        var old = image.header().layout();
        // QEMU does not like an image without an L1 table.
        int entries = (int) Math.max(needed, 1);
        if (entries <= old.l1Entries()) {
            return;
        }
        image.commit();
        var run = image.refcounts().allocateTogether(image.clusters((long) entries * Long.BYTES));
        long offset = run.first() << image.clusterBits();
        image.writeWords(offset, Arrays.copyOf(image.tables().l1(), entries));
        image.refcounts().writeAll();
        image.store().flush();
        // The refcount table may have moved meanwhile: what the header says of it stays.
        image.replaceLayout(image.header().layout().withL1(entries, offset));
        image.tables().reload();
        if (old.l1Entries() > 0) {
            long clusters = image.clusters((long) old.l1Entries() * Long.BYTES);
            image.refcounts().release(new Qcow2Run(old.l1Offset() >>> image.clusterBits(), clusters), false);
        }
    }

    /** Gives every cluster of the disk its place. Fresh places at the end of a file read as zeroes. */
    private void preallocate(long size, Preallocation preallocation) {
        long clusters = image.clusters(size);
        long end = 0;
        for (long cluster = 0; cluster < clusters; ) {
            image.relieve();
            long position = cluster << image.clusterBits();
            var tables = image.tables();
            var table = tables.writable(tables.l1Index(position));
            int index = tables.l2Index(position);
            long wanted = Math.min(clusters - cluster, image.header().l2Entries() - index);
            var run = image.header().hasDataFile()
                    ? new Qcow2Run(cluster, wanted)
                    : image.refcounts().allocate(Math.min(wanted, MAX_STEP_CLUSTERS));
            long place = run.first() << image.clusterBits();
            long bytes = run.count() << image.clusterBits();
            image.refusePlace(place + bytes);
            // With subclusters only the place is given: none of them hides what is below.
            for (int i = 0; i < run.count(); i++) {
                tables.put(table, index + i, place + ((long) i << image.clusterBits()) | Qcow2Entry.COPIED);
            }
            long needed = image.header().hasDataFile() ? Math.min(bytes, size - position) : bytes;
            reserve(place, needed, preallocation);
            end = Math.max(end, place + needed);
            cluster += run.count();
        }
        if (data.length() < end) {
            data.truncate(end);
        }
    }

    private void reserve(long place, long bytes, Preallocation preallocation) {
        switch (preallocation) {
            case OFF -> {}
            case METADATA -> {
                if (data.blockDevice()) {
                    data.writeZeroes(place, bytes, true);
                }
            }
            case FALLOC -> data.allocate(place, bytes);
            case FULL -> data.writeZeroes(place, bytes, false);
        }
    }
}
