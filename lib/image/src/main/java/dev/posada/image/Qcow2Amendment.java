package dev.posada.image;

import dev.posada.image.CheckResult.Repair;
import dev.posada.image.ImageException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Changes what was chosen when an image was made, as far as that can be done without copying it. */
final class Qcow2Amendment {
    private static final Set<String> KNOWN = Set.of("compat", "lazy_refcounts", "refcount_bits");

    private final ByteStore store;
    private final Bounds bounds;

    Qcow2Amendment(ByteStore store, Bounds bounds) {
        this.store = store;
        this.bounds = bounds;
    }

    void amend(Map<String, String> changes) {
        for (var option : changes.keySet()) {
            if (!KNOWN.contains(option)) {
                throw new ImageException(Kind.INVALID, "the option \"" + option + "\" of an image cannot be changed");
            }
        }
        var image = open();
        Qcow2Opening.prepareForWriting(image);
        int version = changes.containsKey("compat")
                ? Qcow2Options.version(changes.getOrDefault("compat", ""))
                : image.header().version();
        int order = changes.containsKey("refcount_bits")
                ? Qcow2Options.refcountOrder(changes.getOrDefault("refcount_bits", ""))
                : image.header().refcountOrder();
        boolean lazy = changes.containsKey("lazy_refcounts")
                ? Qcow2Options.flag(changes, "lazy_refcounts")
                : image.header().lazyRefcounts() && version == 3;
        if (version == 2 && (lazy || order != 4)) {
            throw new ImageException(
                    Kind.INVALID, "version 2 has neither lazy_refcounts nor refcount_bits other than 16");
        }
        if (version == 3 && image.header().version() == 2) {
            upgrade(image);
        }
        if (order != image.header().refcountOrder()) {
            new Qcow2Rebuild(image, order).rebuild();
            image = open();
            new Qcow2Repair(image).check(Repair.LEAKS);
        }
        if (version == 2 && image.header().version() == 3) {
            downgrade(image);
        } else if (version == 3) {
            var features = image.header().features();
            image.replaceFeatures(features.withCompatible(
                    lazy
                            ? features.compatible() | Qcow2Header.LAZY_REFCOUNTS
                            : features.compatible() & ~Qcow2Header.LAZY_REFCOUNTS));
        }
        image.flush();
    }

    private Qcow2Image open() {
        return Qcow2Image.open(store, true, bounds.cacheBytes());
    }

    private static void upgrade(Qcow2Image image) {
        // Version 3 wants to know the size of the disk for each snapshot.
        if (image.snapshots().stream().anyMatch(each -> each.extra().limit() < 16)) {
            new Qcow2Snapshots(image).rewriteTable();
        }
        image.replaceHeader(image.header().withVersion(3));
    }

    private static void downgrade(Qcow2Image image) {
        var header = image.header();
        refuse(image, header.hasSubclusters(), "subclusters");
        refuse(image, header.hasDataFile(), "an external data file");
        refuse(image, header.compression() != Compression.ZLIB, "clusters compressed with zstd");
        refuse(image, header.extension(Qcow2Extension.BITMAPS).isPresent(), "bitmaps");
        refuse(image, !image.snapshots().isEmpty(), "snapshots that may be marked as zeroes");
        // Only places that are marked as zeroes: what they become is the same to the guest.
        new Qcow2Zeroing(image, new Qcow2Content(image, image.store(), Optional.empty())).unmark();
        image.flush();
        image.replaceHeader(image.header()
                .withVersion(2)
                .withBacking(
                        header.backingFile(), header.extensionsWith(Qcow2Extension.FEATURE_NAMES, Optional.empty())));
    }

    private static void refuse(Qcow2Image image, boolean uses, String what) {
        if (uses) {
            throw new ImageException(
                    Kind.UNSUPPORTED, image.path() + " has " + what + ", which version 2 of qcow2 does not know");
        }
    }

    static void replaceBacking(Qcow2Image image, Optional<BackingReference> backing) {
        var header = image.header();
        if (backing.isPresent() && header.rawDataFile()) {
            throw new ImageException(
                    Kind.INVALID, image.path() + " has a raw data file, and cannot have a backing file");
        }
        backing.ifPresent(reference -> Qcow2Creation.requireNameFits(reference.name()));
        var format = backing.flatMap(BackingReference::format)
                .map(name -> Qcow2Extension.ofText(Qcow2Extension.BACKING_FORMAT, name));
        List<Qcow2Extension> extensions = header.extensionsWith(Qcow2Extension.BACKING_FORMAT, format);
        image.replaceHeader(header.withBacking(backing.map(BackingReference::name), extensions));
        image.flush();
    }
}
