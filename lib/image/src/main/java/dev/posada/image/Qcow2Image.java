package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The structure of an open qcow2 image: header, refcounts, tables, snapshots. What the guest sees is {@link Qcow2Disk}'s.
 *
 * <p>Changes to the tables gather in memory; {@link #commit} brings them to the file in an order that leaves a sound image
 * wherever it is cut off. Changes that no order of writes in place could make safe, such as taking a snapshot, are prepared
 * beside what is there and become valid by one write of the header: see {@link Qcow2Shadow}.
 */
final class Qcow2Image {
    private static final int WORDS_AT_ONCE = 1 << 17;

    /** With so many clusters to free, they are freed before anything else is done. */
    private static final long MAX_RELEASED = 1 << 20;

    private final ByteStore store;
    private final boolean writable;
    private final Qcow2Refcounts refcounts;
    private final Qcow2Tables tables;
    private Qcow2Header header;
    private List<Qcow2Snapshot> snapshots;

    private Qcow2Image(ByteStore store, Qcow2Header header, boolean writable, long cacheBytes) {
        this.store = store;
        this.header = header;
        this.writable = writable;
        this.refcounts = new Qcow2Refcounts(this, cacheBytes / 4);
        this.tables = new Qcow2Tables(this, cacheBytes - cacheBytes / 4);
        this.snapshots = Qcow2SnapshotTable.read(this);
    }

    /**
     * Reads the header and the tables that are kept in memory.
     *
     * @throws ImageException CORRUPT or UNSUPPORTED with the reason
     */
    static Qcow2Image open(ByteStore store, boolean writable, long cacheBytes) {
        return new Qcow2Image(store, readHeader(store), writable, cacheBytes);
    }

    /**
     * The structure as a snapshot has it, for reading.
     *
     * @throws ImageException CORRUPT when the snapshot's table is too short for its disk
     */
    Qcow2Image asOf(Qcow2Snapshot snapshot, long cacheBytes) {
        if (Math.ceilDiv(snapshot.diskBytes(), header.l2Reach()) > snapshot.l1Entries()) {
            throw corrupt("the snapshot \"" + snapshot.name() + "\" has an L1 table that is too short");
        }
        var layout = header.layout()
                .withL1(snapshot.l1Entries(), snapshot.l1Offset())
                .withSize(snapshot.diskBytes());
        return new Qcow2Image(store, header.withLayout(layout), false, cacheBytes);
    }

    /** Reads and checks the header alone. */
    static Qcow2Header readHeader(ByteStore store) {
        var start = ByteBuffer.allocate(Qcow2Header.V2_BYTES);
        store.readAvailable(0, start);
        start.flip();
        int bits = start.limit() < Qcow2Header.V2_BYTES ? 0 : start.getInt(20);
        int bytes = bits >= Qcow2Header.MIN_CLUSTER_BITS && bits <= Qcow2Header.MAX_CLUSTER_BITS
                ? 1 << bits
                : Qcow2Header.V3_BYTES;
        var head = ByteBuffer.allocate(bytes);
        store.readAvailable(0, head);
        return Qcow2Header.parse(head.flip(), store.path());
    }

    ByteStore store() {
        return store;
    }

    Path path() {
        return store.path();
    }

    boolean writable() {
        return writable;
    }

    Qcow2Header header() {
        return header;
    }

    int clusterBits() {
        return header.clusterBits();
    }

    int clusterBytes() {
        return header.clusterBytes();
    }

    /** How many clusters hold so many bytes. */
    long clusters(long bytes) {
        return (bytes >>> clusterBits()) + ((bytes & clusterBytes() - 1) == 0 ? 0 : 1);
    }

    Qcow2Refcounts refcounts() {
        return refcounts;
    }

    Qcow2Tables tables() {
        return tables;
    }

    List<Qcow2Snapshot> snapshots() {
        return snapshots;
    }

    ImageException corrupt(String what) {
        return new ImageException(Kind.CORRUPT, path() + ": " + what);
    }

    ImageException countsTooNarrow() {
        return new ImageException(
                Kind.UNSUPPORTED,
                path() + ": a cluster cannot be shared once more, as refcounts have only " + header.refcountBits()
                        + " bits; convert it to an image with wider ones");
    }

    /** Reads big-endian words that are kept in memory; the count was checked before. */
    long[] readWords(long offset, int count) {
        requireWithin(offset, (long) count * Long.BYTES);
        var words = new long[count];
        var buffer = ByteBuffer.allocate(Math.min(count, WORDS_AT_ONCE) * Long.BYTES);
        for (int from = 0; from < count; from += WORDS_AT_ONCE) {
            int part = Math.min(WORDS_AT_ONCE, count - from);
            store.read(offset + (long) from * Long.BYTES, buffer.clear().limit(part * Long.BYTES));
            buffer.flip().asLongBuffer().get(words, from, part);
        }
        return words;
    }

    /** Refuses to take memory for what the file is too short to have. */
    void requireWithin(long offset, long bytes) {
        if (bytes > 0 && (offset < 0 || (!store.blockDevice() && offset > store.length() - bytes))) {
            throw corrupt("it is truncated: a table of " + bytes + " bytes should be at "
                    + Long.toUnsignedString(offset) + ", but it ends at " + store.length());
        }
    }

    /** Writes words, and zeroes up to the end of the cluster. */
    void writeWords(long offset, long[] words) {
        long end = clusters((long) words.length * Long.BYTES) << clusterBits();
        int capacity = (int) Math.min(end, (long) WORDS_AT_ONCE * Long.BYTES);
        var buffer = ByteBuffer.allocate(capacity);
        for (long at = 0; at < end; at += capacity) {
            int part = (int) Math.min(capacity, end - at);
            buffer.clear().limit(part);
            for (int i = (int) (at / Long.BYTES); buffer.hasRemaining(); i++) {
                buffer.putLong(i < words.length ? words[i] : 0);
            }
            store.write(offset + at, buffer.flip());
        }
    }

    /** Writes a header with its extensions in one piece. */
    void replaceHeader(Qcow2Header other) {
        store.write(0, other.encode(path()));
        header = other;
    }

    /** Writes the header with other pointers, and returns when it has reached the medium. */
    void replaceLayout(Qcow2Header.Layout layout) {
        replaceHeader(header.withLayout(layout));
        store.flush();
    }

    void replaceFeatures(Qcow2Header.Features features) {
        if (!features.equals(header.features())) {
            replaceHeader(header.withFeatures(features));
        }
    }

    /** Goes over to what the header in the file names now. */
    void reload() {
        header = readHeader(store);
        refcounts.reload();
        tables.reload();
        snapshots = Qcow2SnapshotTable.read(this);
    }

    /**
     * Brings all changes of the tables to the file: first what counts the clusters and what nothing refers to yet, then what
     * refers to them, at last what frees those nothing refers to any more.
     */
    void commit() {
        if (tables.hasChanges()) {
            refcounts.writeAll();
            tables.writeFresh();
            store.flush();
            tables.writeAll();
        }
        if (refcounts.released() > 0) {
            store.flush();
            refcounts.applyReleases();
        }
    }

    /** Like {@link #commit}, and returns when everything has reached the medium. */
    void flush() {
        commit();
        refcounts.writeAll();
        store.flush();
    }

    /** Keeps the caches within their bounds; nobody may hold a table now. */
    void relieve() {
        if (refcounts.released() > MAX_RELEASED) {
            commit();
        }
        if (tables.cache().isFull()) {
            tables.cache().shrink();
            if (tables.cache().isFull()) {
                commit();
                tables.cache().shrink();
            }
        }
        refcounts.relieve();
    }

    /** Refuses to hand out clusters where the header or a table lies: the refcounts must be wrong. */
    void refuseMetadata(Qcow2Run run) {
        var layout = header.layout();
        refuseOverlap(run, 0, 1, "the header");
        refuseOverlap(run, layout.l1Offset(), (long) layout.l1Entries() * Long.BYTES, "the L1 table");
        refuseOverlap(
                run,
                layout.refcountTableOffset(),
                (long) layout.refcountTableClusters() << clusterBits(),
                "the refcount table");
        for (var snapshot : snapshots) {
            refuseOverlap(run, snapshot.l1Offset(), (long) snapshot.l1Entries() * Long.BYTES, "a snapshot's table");
        }
    }

    private void refuseOverlap(Qcow2Run run, long offset, long bytes, String what) {
        long first = offset >>> clusterBits();
        if (bytes > 0 && run.first() < first + clusters(bytes) && first < run.end()) {
            throw corrupt("refcounts say that " + what + " is free; check -r all mends that");
        }
    }

    /** Refuses a place that no table can name. */
    void refusePlace(long offset) {
        if (offset >= Qcow2Entry.MAX_OFFSET) {
            throw new ImageException(Kind.NO_SPACE, path() + " cannot grow beyond 64 PiB");
        }
    }

    void refuseTable(long refcountTableBytes) {
        if (refcountTableBytes > Math.max(Qcow2Header.MAX_REFCOUNT_TABLE_BYTES, clusterBytes())) {
            throw new ImageException(
                    Kind.NO_SPACE,
                    path() + " cannot grow: its refcount table would take " + refcountTableBytes
                            + " bytes, and QEMU reads at most " + Qcow2Header.MAX_REFCOUNT_TABLE_BYTES);
        }
    }
}
