package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Takes, applies and deletes the snapshots inside an image. Each is one {@link Qcow2Shadow}: it happens as a whole or not at all.
 *
 * <p>A snapshot has an L1 table of its own, and shares L2 tables and clusters with the active one. What is shared has no mark in
 * the tables that it is ours alone, so that the first write to it makes a copy. Hence taking a snapshot replaces the tables that
 * have such marks by copies without.
 */
final class Qcow2Snapshots {
    private final Qcow2Image image;
    private final Qcow2Tables tables;
    private final List<Qcow2Run> freed = new ArrayList<>();

    Qcow2Snapshots(Qcow2Image image) {
        this.image = image;
        this.tables = image.tables();
        if (image.header().hasDataFile()) {
            throw new ImageException(
                    Kind.UNSUPPORTED, image.path() + " has an external data file, and cannot have snapshots");
        }
    }

    /**
     * The snapshot of that id, or else of that name.
     *
     * @throws ImageException NOT_FOUND
     */
    Qcow2Snapshot find(String idOrName) {
        Optional<Qcow2Snapshot> byName = Optional.empty();
        for (var each : image.snapshots()) {
            if (each.id().equals(idOrName)) {
                return each;
            }
            if (byName.isEmpty() && each.name().equals(idOrName)) {
                byName = Optional.of(each);
            }
        }
        return byName.orElseThrow(
                () -> new ImageException(Kind.NOT_FOUND, image.path() + " has no snapshot \"" + idOrName + "\""));
    }

    /** Keeps the disk as it is now under a name. */
    SnapshotEntry create(String name, Instant date) {
        requireDistinctTables();
        var shadow = Qcow2Shadow.begin(image);
        try {
            refuseOverflow(tables.l1());
            long[] l1 = share(shadow, tables.l1());
            var snapshot = newSnapshot(name, date, shadow.write(l1), l1.length);
            var all = new ArrayList<>(image.snapshots());
            all.add(snapshot);
            long active = shadow.write(l1);
            free(image.header().layout().l1Offset(), (long) l1.length * Long.BYTES);
            commit(shadow, all, layout -> layout.withL1(l1.length, active));
            return snapshot.entry();
        } catch (RuntimeException | Error e) {
            shadow.abort();
            throw e;
        }
    }

    private Qcow2Snapshot newSnapshot(String name, Instant date, long l1Offset, int l1Entries) {
        long highest = 0;
        for (var each : image.snapshots()) {
            if (each.id().matches("[0-9]{1,9}")) {
                highest = Math.max(highest, Long.parseLong(each.id()));
            }
        }
        var extra = ByteBuffer.allocate(Qcow2Snapshot.EXTRA_BYTES);
        extra.putLong(8, image.header().layout().size()).putLong(16, -1);
        return new Qcow2Snapshot(
                l1Offset,
                l1Entries,
                String.valueOf(highest + 1),
                name,
                (int) date.getEpochSecond(),
                date.getNano(),
                0,
                0,
                image.header().layout().size(),
                extra);
    }

    /** Counts all that an L1 table leads to once more, and answers that table for sharing: without marks. */
    private long[] share(Qcow2Shadow shadow, long[] l1) {
        var shared = new long[l1.length];
        for (int i = 0; i < l1.length; i++) {
            long place = tables.place(l1[i]);
            if (place == 0) {
                continue;
            }
            var table = tables.cache().get(place);
            boolean marked = false;
            for (int j = 0; j < image.header().l2Entries(); j++) {
                long entry = tables.descriptor(table, j);
                if (entry != 0) {
                    shadow.addEntry(checked(entry), 1);
                    marked |= Qcow2Entry.isCopied(entry);
                }
            }
            shared[i] = marked ? copyUnmarked(shadow, table) : place;
            shadow.add(shared[i] >>> image.clusterBits(), 1);
            tables.cache().shrink();
        }
        return shared;
    }

    private long copyUnmarked(Qcow2Shadow shadow, Qcow2Table table) {
        return copy(shadow, table, (_, entry) -> entry & ~Qcow2Entry.COPIED);
    }

    private interface Change {
        long apply(int index, long entry);
    }

    /** Writes a changed copy of a table, which the caller has to count once more if it is shared. Frees the old one. */
    private long copy(Qcow2Shadow shadow, Qcow2Table table, Change change) {
        var bytes = ByteBuffer.allocate(image.clusterBytes());
        bytes.put(0, table.bytes(), 0, image.clusterBytes());
        int entryBytes = image.header().l2EntryBytes();
        for (int i = 0; i < image.header().l2Entries(); i++) {
            long entry = bytes.getLong(i * entryBytes);
            if (entry != 0) {
                bytes.putLong(i * entryBytes, change.apply(i, entry));
            }
        }
        freed.add(new Qcow2Run(table.offset() >>> image.clusterBits(), 1));
        return shadow.write(bytes);
    }

    private long checked(long entry) {
        boolean aligned = (Qcow2Entry.offset(entry) & image.clusterBytes() - 1) == 0;
        if (!Qcow2Entry.isCompressed(entry) && !aligned) {
            throw image.corrupt("a cluster is said to lie at " + Qcow2Entry.offset(entry));
        }
        return entry;
    }

    /** Counts all that an L1 table leads to once less. */
    private void unshare(Qcow2Shadow shadow, long[] l1) {
        for (long entry : l1) {
            long place = tables.place(entry);
            if (place != 0) {
                var table = tables.cache().get(place);
                for (int j = 0; j < image.header().l2Entries(); j++) {
                    long cluster = tables.descriptor(table, j);
                    if (cluster != 0) {
                        shadow.addEntry(checked(cluster), -1);
                    }
                }
                shadow.add(place >>> image.clusterBits(), -1);
                tables.cache().shrink();
            }
        }
    }

    /** Makes the disk what it was when the snapshot was taken. */
    void apply(Qcow2Snapshot snapshot) {
        requireDistinctTables();
        var stored = l1(snapshot);
        long size = snapshot.diskBytes();
        long reach = image.header().l2Reach();
        long needed = size / reach + (size % reach == 0 ? 0 : 1);
        if (needed > stored.length) {
            throw image.corrupt("the snapshot \"" + snapshot.name() + "\" has an L1 table that is too short");
        }
        var shadow = Qcow2Shadow.begin(image);
        try {
            refuseOverflow(stored);
            long[] l1 = share(shadow, stored);
            var replacedTables = List.copyOf(freed);
            if (!replacedTables.isEmpty()) {
                // Marks in a snapshot's tables mean nothing; the copies without them are the active table's alone.
                keepStored(shadow, stored, l1);
            }
            unshare(shadow, tables.l1());
            long[] marked = mark(shadow, l1);
            long active = shadow.write(marked);
            var layout = image.header().layout();
            free(layout.l1Offset(), (long) layout.l1Entries() * Long.BYTES);
            commit(
                    shadow,
                    image.snapshots(),
                    old -> old.withL1(marked.length, active).withSize(size));
        } catch (RuntimeException | Error e) {
            shadow.abort();
            throw e;
        }
    }

    /** The snapshot goes on with its own tables where the active table got copies. */
    private void keepStored(Qcow2Shadow shadow, long[] stored, long[] l1) {
        freed.clear();
        for (int i = 0; i < l1.length; i++) {
            if (l1[i] != tables.place(stored[i])) {
                // It was counted for two; the old one is still counted for the snapshot.
                shadow.add(l1[i] >>> image.clusterBits(), -1);
            }
        }
    }

    /** An L1 table whose entries and tables are marked where they are ours alone, copied where a mark changes. */
    private long[] mark(Qcow2Shadow shadow, long[] l1) {
        var marked = new long[l1.length];
        for (int i = 0; i < l1.length; i++) {
            long place = tables.place(l1[i]);
            if (place != 0) {
                long kept = marked(shadow, place);
                boolean alone = shadow.count(kept >>> image.clusterBits()) == 1;
                marked[i] = alone ? kept | Qcow2Entry.COPIED : kept;
            }
            tables.cache().shrink();
        }
        return marked;
    }

    private long marked(Qcow2Shadow shadow, long place) {
        var table = tables.cache().get(place);
        boolean changes = false;
        for (int j = 0; j < image.header().l2Entries() && !changes; j++) {
            long entry = tables.descriptor(table, j);
            changes = entry != 0 && withMark(shadow, entry) != entry;
        }
        return changes ? copy(shadow, table, (_, entry) -> withMark(shadow, entry)) : place;
    }

    private long withMark(Qcow2Shadow shadow, long entry) {
        long place = Qcow2Entry.offset(entry);
        if (Qcow2Entry.isCompressed(entry) || place == 0) {
            return entry;
        }
        return shadow.count(place >>> image.clusterBits()) == 1
                ? entry | Qcow2Entry.COPIED
                : entry & ~Qcow2Entry.COPIED;
    }

    /** Forgets a snapshot, and frees what only it refers to. */
    void delete(Qcow2Snapshot snapshot) {
        requireDistinctTables();
        var stored = l1(snapshot);
        var shadow = Qcow2Shadow.begin(image);
        try {
            unshare(shadow, stored);
            free(snapshot.l1Offset(), (long) stored.length * Long.BYTES);
            long[] marked = mark(shadow, tables.l1());
            var rest = new ArrayList<>(image.snapshots());
            rest.remove(snapshot);
            long active = shadow.write(marked);
            var layout = image.header().layout();
            free(layout.l1Offset(), (long) layout.l1Entries() * Long.BYTES);
            commit(shadow, rest, old -> old.withL1(marked.length, active));
        } catch (RuntimeException | Error e) {
            shadow.abort();
            throw e;
        }
    }

    /** Writes the table of snapshots anew, with all that version 3 wants to know. */
    void rewriteTable() {
        var shadow = Qcow2Shadow.begin(image);
        try {
            long offset = shadow.write(Qcow2SnapshotTable.encode(image, image.snapshots()));
            free(image.header().layout().snapshotsOffset(), Qcow2SnapshotTable.storedBytes(image));
            int count = image.snapshots().size();
            shadow.commit(old -> old.withSnapshots(count, offset), freed);
        } catch (RuntimeException | Error e) {
            shadow.abort();
            throw e;
        }
    }

    private long[] l1(Qcow2Snapshot snapshot) {
        var l1 = image.readWords(snapshot.l1Offset(), snapshot.l1Entries());
        requireDistinct(l1, "the snapshot \"" + snapshot.name() + "\"");
        return l1;
    }

    private void requireDistinctTables() {
        requireDistinct(tables.l1(), "the disk");
    }

    /** A damaged image may lead to one table from everywhere; to go through that would take for ever. */
    private void requireDistinct(long[] l1, String whose) {
        long used = Arrays.stream(l1).filter(entry -> tables.place(entry) != 0).count();
        if (Qcow2TableSet.of(image, l1).size() != used) {
            throw image.corrupt("several entries of the L1 table of " + whose + " lead to one table");
        }
    }

    /** With narrow refcounts, looks beforehand whether all can be counted once more, so that nothing is written in vain. */
    private void refuseOverflow(long[] l1) {
        long max = image.refcounts().width().max();
        if (max > 0xff) {
            return;
        }
        for (long each : l1) {
            long place = tables.place(each);
            if (place != 0) {
                refuseOverflow(place >>> image.clusterBits(), max);
                var table = tables.cache().get(place);
                for (int j = 0; j < image.header().l2Entries(); j++) {
                    long entry = tables.descriptor(table, j);
                    if (Qcow2Entry.isCompressed(entry)) {
                        var run = Qcow2Writer.compressedRun(entry, image.clusterBits());
                        refuseOverflow(run.first(), max);
                        refuseOverflow(run.end() - 1, max);
                    } else if (Qcow2Entry.offset(entry) != 0) {
                        refuseOverflow(Qcow2Entry.offset(entry) >>> image.clusterBits(), max);
                    }
                }
                tables.cache().shrink();
                image.refcounts().relieve();
            }
        }
    }

    private void refuseOverflow(long cluster, long max) {
        if (image.refcounts().count(cluster) >= max) {
            throw image.countsTooNarrow();
        }
    }

    private void free(long offset, long bytes) {
        if (bytes > 0) {
            freed.add(new Qcow2Run(offset >>> image.clusterBits(), image.clusters(bytes)));
        }
    }

    private void commit(Qcow2Shadow shadow, List<Qcow2Snapshot> snapshots, UnaryOperator<Qcow2Header.Layout> change) {
        long place = image.header().layout().snapshotsOffset();
        if (!snapshots.equals(image.snapshots())) {
            long offset = shadow.write(Qcow2SnapshotTable.encode(image, snapshots));
            if (!image.snapshots().isEmpty()) {
                free(place, Qcow2SnapshotTable.storedBytes(image));
            }
            shadow.commit(old -> change.apply(old).withSnapshots(snapshots.size(), offset), freed);
        } else {
            shadow.commit(change, freed);
        }
    }
}
