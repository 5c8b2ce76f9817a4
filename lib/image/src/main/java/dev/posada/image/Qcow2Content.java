package dev.posada.image;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the guest reads: finds where each byte lies, in this image or below, and fetches it.
 *
 * <p>Nothing but {@link #relieve} makes the caches forget anything, so that whoever changes a table may read meanwhile. As long as
 * nobody changes anything, several threads may read: they look up one at a time and fetch bytes at once.
 */
final class Qcow2Content implements AutoCloseable {
    private final Qcow2Image image;
    private final ByteStore data;
    private final Optional<Disk> backing;
    private final int clusterBits;
    private final long mask;
    private final int subclusterBits;

    /** Guards the tables' caches while several threads read, and what follows. */
    private final ReentrantLock lookups = new ReentrantLock();

    /** Those that nobody uses now; there are as many as threads have read compressed clusters at once. */
    private final ArrayDeque<Qcow2Decompressor> decompressors = new ArrayDeque<>();

    /** What lies at a place. */
    enum Kind {
        /** Bytes in the data file, which is the image itself as a rule. */
        DATA,
        /** Zeroes, perhaps with room reserved for them. */
        ZERO,
        /** Nothing: what lies below shows. */
        ABSENT,
        /** A compressed cluster. */
        COMPRESSED
    }

    /**
     * Bytes that are all alike.
     *
     * @param word for {@code DATA} the place in the data file; for {@code ZERO} likewise, or 0 without room; for {@code
     *     COMPRESSED} the cluster's descriptor
     */
    record Found(Kind kind, long length, long word) {}

    /** @param data where the guest's clusters are: the image itself, or its external data file */
    Qcow2Content(Qcow2Image image, ByteStore data, Optional<Disk> backing) {
        this.image = image;
        this.data = data;
        this.backing = backing;
        this.clusterBits = image.clusterBits();
        this.mask = image.clusterBytes() - 1L;
        this.subclusterBits = image.header().hasSubclusters() ? clusterBits - 5 : clusterBits;
    }

    ByteStore data() {
        return data;
    }

    Optional<Disk> backing() {
        return backing;
    }

    /** Log2 of the unit that is present or absent as one. */
    int subclusterBits() {
        return subclusterBits;
    }

    /** What lies at a place, and how far it goes on like that, at most up to the limit and the end of the L2 table. */
    Found find(long position, long limit) {
        lookups.lock();
        try {
            return lookUp(position, limit);
        } finally {
            lookups.unlock();
        }
    }

    /** Keeps the caches within their bounds; the thread that calls may hold no table, others never do when this is called. */
    void relieve() {
        lookups.lock();
        try {
            image.relieve();
        } finally {
            lookups.unlock();
        }
    }

    private Found lookUp(long position, long limit) {
        var tables = image.tables();
        int index = tables.l1Index(position);
        var table = tables.table(index);
        long reach = image.header().l2Reach();
        long end = reach * (index + 1L);
        if (table.isEmpty()) {
            while (end - position < limit && ++index < tables.l1().length && tables.place(tables.l1()[index]) == 0) {
                end += reach;
            }
            return new Found(Kind.ABSENT, index < tables.l1().length ? Math.min(limit, end - position) : limit, 0);
        }
        long most = Math.min(limit, end - position);
        return subclusterBits == clusterBits
                ? findPlain(table.get(), position, most)
                : findSubclusters(table.get(), position, most);
    }

    private Found findPlain(Qcow2Table table, long position, long limit) {
        var tables = image.tables();
        int index = tables.l2Index(position);
        long within = position & mask;
        var first = classify(tables.descriptor(table, index), position - within);
        long length = mask + 1 - within;
        while (length < limit && first.kind != Kind.COMPRESSED) {
            index++;
            var next = classify(tables.descriptor(table, index), position + length);
            if (next.kind != first.kind || next.word != (isNowhere(first) ? 0 : first.word + within + length)) {
                break;
            }
            length += mask + 1;
        }
        return new Found(
                first.kind,
                Math.min(limit, length),
                first.kind == Kind.COMPRESSED || isNowhere(first) ? first.word : first.word + within);
    }

    private static boolean isNowhere(Found found) {
        return found.word == 0 && found.kind != Kind.DATA;
    }

    /** What a whole cluster is; with subclusters, {@code DATA} says only where they would be. */
    private Found classify(long entry, long clusterPosition) {
        if (Qcow2Entry.isCompressed(entry)) {
            if (image.header().hasDataFile()) {
                throw image.corrupt("the cluster at " + clusterPosition + " is compressed beside a data file");
            }
            return new Found(Kind.COMPRESSED, mask + 1, entry);
        }
        long offset = Qcow2Entry.offset(entry);
        boolean external = image.header().hasDataFile();
        if ((offset & mask) != 0 || (external && offset != 0 && offset != clusterPosition)) {
            throw image.corrupt("the cluster at " + clusterPosition + " is said to lie at " + offset);
        }
        if ((entry & Qcow2Entry.ZERO) != 0 && subclusterBits == clusterBits) {
            if (image.header().version() == 2) {
                throw image.corrupt("the cluster at " + clusterPosition + " is marked as zeroes, as version 2 cannot");
            }
            return new Found(Kind.ZERO, mask + 1, offset);
        }
        return offset != 0 || (external && Qcow2Entry.isCopied(entry))
                ? new Found(Kind.DATA, mask + 1, offset)
                : new Found(Kind.ABSENT, mask + 1, 0);
    }

    private Found findSubclusters(Qcow2Table table, long position, long limit) {
        var first = findInCluster(table, position);
        long length = first.length;
        long at = position + length;
        while (length < limit && first.kind != Kind.COMPRESSED && (at & mask) == 0) {
            var next = findInCluster(table, at);
            if (next.kind != first.kind || next.word != (first.word == 0 ? 0 : first.word + length)) {
                break;
            }
            length += next.length;
            at += next.length;
        }
        return new Found(first.kind, Math.min(limit, length), first.word);
    }

    private Found findInCluster(Qcow2Table table, long position) {
        int index = image.tables().l2Index(position);
        long within = position & mask;
        var whole = classify(image.tables().descriptor(table, index), position - within);
        if (whole.kind == Kind.COMPRESSED) {
            return new Found(Kind.COMPRESSED, mask + 1 - within, whole.word);
        }
        long bits = image.tables().subclusters(table, index);
        int allocated = (int) bits;
        int zero = (int) (bits >>> Integer.SIZE);
        if ((allocated & zero) != 0 || (allocated != 0 && whole.kind != Kind.DATA)) {
            throw image.corrupt("the subclusters of the cluster at " + (position - within) + " contradict each other");
        }
        int sub = (int) (within >>> subclusterBits);
        int same;
        Kind kind;
        if ((allocated >>> sub & 1) != 0) {
            kind = Kind.DATA;
            same = allocated;
        } else if ((zero >>> sub & 1) != 0) {
            kind = Kind.ZERO;
            same = zero;
        } else {
            kind = Kind.ABSENT;
            same = ~(allocated | zero);
        }
        int end = sub + Integer.numberOfTrailingZeros(~(same >>> sub));
        long length = ((long) Math.min(end, Qcow2Entry.SUBCLUSTERS) << subclusterBits) - within;
        boolean placed = kind == Kind.DATA || (kind == Kind.ZERO && whole.kind == Kind.DATA && whole.word != 0);
        return new Found(kind, length, placed ? whole.word + within : 0);
    }

    /** Fills the target with what the guest finds at a place; the range may reach behind the disk, where zeroes are. */
    void read(long position, ByteBuffer target) {
        long at = position;
        int limit = target.limit();
        while (target.position() < limit) {
            var found = find(at, limit - target.position());
            int length = (int) found.length;
            target.limit(target.position() + length);
            switch (found.kind) {
                case DATA -> data.read(found.word, target);
                case ZERO -> Zeroes.fill(target);
                case ABSENT -> readBacking(at, target);
                case COMPRESSED -> decompress(found.word, (int) (at & mask), target);
            }
            target.limit(limit);
            at += length;
        }
    }

    /** The overlay may be longer than what is below it, or shorter: what it does not reach is not seen. */
    private void readBacking(long position, ByteBuffer target) {
        long visible = backing.map(Disk::size).orElse(0L);
        visible = Math.min(visible, image.header().layout().size());
        if (position < visible) {
            int limit = target.limit();
            int part = (int) Math.min(target.remaining(), visible - position);
            target.limit(target.position() + part);
            backing.orElseThrow().read(position, target);
            target.limit(limit);
        }
        Zeroes.fill(target);
    }

    private void decompress(long entry, int from, ByteBuffer target) {
        var decompressor = take(entry);
        try {
            target.put(decompressor.cluster(entry).slice(from, target.remaining()));
        } finally {
            giveBack(decompressor);
        }
    }

    private void giveBack(Qcow2Decompressor decompressor) {
        lookups.lock();
        try {
            decompressors.addFirst(decompressor);
        } finally {
            lookups.unlock();
        }
    }

    private Qcow2Decompressor take(long entry) {
        lookups.lock();
        try {
            for (var each : decompressors) {
                if (each.has(entry)) {
                    decompressors.remove(each);
                    return each;
                }
            }
            return decompressors.isEmpty() ? new Qcow2Decompressor(image) : decompressors.removeFirst();
        } finally {
            lookups.unlock();
        }
    }

    /** To be called when clusters are written: another one could come to lie where the one at hand was. */
    void forgetDecompressed() {
        decompressors.forEach(Qcow2Decompressor::forget);
    }

    @Override
    public void close() {
        decompressors.forEach(Qcow2Decompressor::close);
        decompressors.clear();
    }
}
