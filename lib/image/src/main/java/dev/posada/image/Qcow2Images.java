package dev.posada.image;

import dev.posada.image.CheckResult.Repair;
import dev.posada.image.ImageException.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What only qcow2 images can do, or have done to them. {@link Images} opens, describes, makes and converts them like any other.
 *
 * <p>Each operation opens the image, locks it as {@link OpenOptions#lock} says, and has its result on the medium when it returns.
 * Killed half-way, the image is what it was before or what it was to become, with leaked clusters at worst. Safe for use by several
 * threads.
 */
public final class Qcow2Images {
    private Qcow2Images() {}

    /**
     * Checks the structure of an image: that each cluster is counted as often as it is used, that nothing lies behind the end of the
     * file, and that the marks for clusters that are not shared are right.
     *
     * @param repair what may be mended; for anything but {@code NONE} the image is opened for writing
     * @throws ImageException CORRUPT when the header or a table that all depends on cannot be understood
     */
    public static CheckResult check(Path path, OpenOptions options, Repair repair) {
        var readOnly = repair == Repair.NONE;
        try (var file = open(path, options, readOnly)) {
            return check(file, !readOnly, options.bounds(), repair);
        }
    }

    static CheckResult check(ByteStore store, boolean writable, Bounds bounds, Repair repair) {
        return new Qcow2Repair(Qcow2Image.open(store, writable, bounds.cacheBytes())).check(repair);
    }

    /**
     * Keeps the disk as it is now as a snapshot inside the image.
     *
     * @return the snapshot, with the id it was given
     * @throws ImageException UNSUPPORTED when refcounts are too narrow, or the image has an external data file; then nothing has
     *     changed
     */
    public static SnapshotEntry createSnapshot(Path path, OpenOptions options, String name, Instant date) {
        return change(path, options, image -> new Qcow2Snapshots(image).create(name, date));
    }

    /**
     * Makes the disk what it was when a snapshot was taken, its size included. What was written since is lost. Bitmaps that record
     * changes say afterwards that everything has changed.
     *
     * @param idOrName the snapshot's id, or else its name; the first one of several with that name
     * @throws ImageException NOT_FOUND when there is no such snapshot
     */
    public static void applySnapshot(Path path, OpenOptions options, String idOrName) {
        change(path, options, image -> {
            var snapshots = new Qcow2Snapshots(image);
            var snapshot = snapshots.find(idOrName);
            var bitmaps = Qcow2Bitmaps.of(image);
            bitmaps.mark(0, image.header().layout().size());
            if (snapshot.diskBytes() != image.header().layout().size()) {
                bitmaps.resize(snapshot.diskBytes());
            }
            snapshots.apply(snapshot);
            bitmaps.mark(0, image.header().layout().size());
            bitmaps.store();
            bitmaps.resized();
            return image;
        });
    }

    /**
     * Opens the disk as it was when a snapshot was taken, for reading.
     *
     * @param idOrName the snapshot's id, or else its name; the first one of several with that name
     * @throws ImageException NOT_FOUND when there is no such snapshot; otherwise as {@link Images#open}
     */
    public static Disk openSnapshot(Path path, OpenOptions options, String idOrName) {
        var file = open(path, options, true);
        try {
            var image = Qcow2Image.open(file, false, options.bounds().cacheBytes());
            var snapshot = new Qcow2Snapshots(image).find(idOrName);
            var reading =
                    new OpenOptions(options.format(), true, options.withBacking(), options.lock(), options.bounds());
            return Qcow2Format.open(
                    file, image.asOf(snapshot, options.bounds().cacheBytes()), new OpenContext(reading, List.of(file)));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /**
     * Forgets a snapshot, and frees what only it needs.
     *
     * @param idOrName the snapshot's id, or else its name; the first one of several with that name
     * @throws ImageException NOT_FOUND when there is no such snapshot
     */
    public static void deleteSnapshot(Path path, OpenOptions options, String idOrName) {
        change(path, options, image -> {
            var snapshots = new Qcow2Snapshots(image);
            snapshots.delete(snapshots.find(idOrName));
            return image;
        });
    }

    /**
     * Changes options of an existing image: {@code compat}, {@code lazy_refcounts} and {@code refcount_bits}, as for
     * {@link Images#create}.
     *
     * @throws ImageException INVALID for other options or values; UNSUPPORTED when the image uses what version 2 does not have
     */
    public static void amend(Path path, OpenOptions options, Map<String, String> changes) {
        try (var file = open(path, options, false)) {
            new Qcow2Amendment(file, options.bounds()).amend(changes);
        }
    }

    /**
     * Has an image say that another one is below it, or none, without changing its content; what the guest reads changes unless both
     * have the same content where this image has none.
     *
     * @param backing the new reference, as it is to be written; empty for none
     */
    public static void replaceBacking(Path path, OpenOptions options, Optional<BackingReference> backing) {
        change(path, options, image -> {
            Qcow2Amendment.replaceBacking(image, backing);
            return image;
        });
    }

    /**
     * Drops all that an image has of its own, so that the one below shows everywhere; without one, zeroes. Snapshots keep what they
     * have. Bitmaps do not change: to be used when what is below has the same content.
     *
     * @throws ImageException UNSUPPORTED when the content lies in an external data file
     */
    public static void empty(Path path, OpenOptions options) {
        change(path, options, image -> {
            if (image.header().hasDataFile()) {
                throw new ImageException(
                        Kind.UNSUPPORTED, path + " keeps its content in an external data file, which stays as it is");
            }
            try (var content = new Qcow2Content(image, image.store(), Optional.empty())) {
                var zeroing = new Qcow2Zeroing(image, content);
                long size = image.header().layout().size();
                long end = size + image.clusterBytes() - 1 & -(long) image.clusterBytes();
                for (long at = 0; at < end; ) {
                    image.relieve();
                    var found = content.find(at, end - at);
                    if (found.kind() != Qcow2Content.Kind.ABSENT) {
                        zeroing.drop(at, found.length());
                    }
                    at += found.length();
                }
            }
            return image;
        });
    }

    /**
     * Adds, changes or removes a persistent bitmap. Actions are done one after the other; when one fails, those before it stay done.
     *
     * @param name the bitmap's name
     * @throws ImageException NOT_FOUND when a bitmap is not there, EXISTS when one to be added is; UNSUPPORTED for bitmaps that are
     *     not valid, which can only be removed, and for version 2
     */
    public static void changeBitmap(Path path, OpenOptions options, String name, List<BitmapAction> actions) {
        change(path, options, image -> {
            var changes = new Qcow2BitmapChanges(image);
            for (var action : actions) {
                if (action instanceof BitmapAction.Merge merge && merge.file().isPresent()) {
                    try (var file = open(merge.file().get(), options.withFormat(Optional.empty()), true)) {
                        var other =
                                Qcow2Image.open(file, false, options.bounds().cacheBytes());
                        changes.merge(name, other, merge.source());
                    }
                } else {
                    changes.apply(name, action);
                }
            }
            return image;
        });
    }

    private static <T> T change(Path path, OpenOptions options, Function<Qcow2Image, T> action) {
        try (var file = open(path, options, false)) {
            var image = Qcow2Image.open(file, true, options.bounds().cacheBytes());
            Qcow2Opening.prepareForWriting(image);
            Qcow2Opening.refuseTruncated(image);
            var result = action.apply(image);
            image.flush();
            return result;
        }
    }

    private static ImageFile open(Path path, OpenOptions options, boolean readOnly) {
        var format = options.format().orElse(Format.QCOW2);
        if (format != Format.QCOW2) {
            throw new ImageException(Kind.UNSUPPORTED, path + " has the format " + format + ", not qcow2");
        }
        return Images.openFile(path, readOnly, options.lock(), false);
    }
}
