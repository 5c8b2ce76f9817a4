package dev.posada.image;

import dev.posada.image.ImageException.Kind;

/** What is looked at, and put right, before an image is used. */
final class Qcow2Opening {
    private Qcow2Opening() {}

    /**
     * Sees that the image may be written to.
     *
     * @throws ImageException CORRUPT when somebody has marked it as damaged
     */
    static void prepareForWriting(Qcow2Image image) {
        var features = image.header().features();
        if (image.header().has(Qcow2Header.CORRUPT)) {
            throw image.corrupt("it is marked as corrupt; it can be read, and mended with check -r all");
        }
        long unknown = features.autoclear() & ~Qcow2Header.KNOWN_AUTOCLEAR;
        if (unknown != 0) {
            image.replaceFeatures(features.withAutoclear(features.autoclear() & Qcow2Header.KNOWN_AUTOCLEAR));
        }
        if (image.header().has(Qcow2Header.DIRTY)) {
            new Qcow2Repair(image).repairAfterCrash();
        }
    }

    /**
     * Refuses an image whose file ends before its clusters do. That the counts reach beyond the file is allowed, as a crash
     * leaves it so; only then all tables are looked at.
     *
     * @throws ImageException CORRUPT
     */
    static void refuseTruncated(Qcow2Image image) {
        long length = image.store().length();
        if (image.header().hasDataFile()
                || image.store().blockDevice()
                || !image.refcounts().reachBeyond(image.clusters(length))) {
            return;
        }
        var tables = image.tables();
        var set = Qcow2TableSet.of(image, tables.l1());
        for (int i = 0; i < set.size(); i++) {
            var table = tables.cache().get(set.place(i));
            for (int j = 0; j < image.header().l2Entries(); j++) {
                refuseBeyond(image, tables.descriptor(table, j), length);
            }
            tables.cache().shrink();
        }
    }

    private static void refuseBeyond(Qcow2Image image, long entry, long length) {
        long place = Qcow2Entry.isCompressed(entry)
                ? Qcow2Entry.compressedOffset(entry, image.clusterBits())
                : Qcow2Entry.offset(entry);
        if (place >= length) {
            throw new ImageException(
                    Kind.CORRUPT,
                    image.path() + " is truncated: it ends at " + length + ", but has a cluster at " + place);
        }
    }
}
