package dev.posada.image;

import java.nio.ByteBuffer;

/**
 * Writes the guest's bytes: finds or takes clusters for them, fills up what is written in part, changes the tables.
 *
 * <p>Bytes go to the file at once, the tables in memory change after that, and they reach the file later, in the order that
 * {@link Qcow2Image#commit} keeps. A cluster that the file's tables refer to is only overwritten if nobody else refers to it and
 * its bytes are the guest's already, or not looked at because it is marked as zeroes.
 *
 * <p>Positions may lie behind the end of the disk, within the reach of the L1 table: so growing cleans what it uncovers.
 */
final class Qcow2Writer {
    /** So many bytes are given to one stretch of clusters; a longer write takes several. */
    private static final long MAX_STEP_BYTES = 64L << 20;

    /** Up to here, what fills up a cluster is written together with the guest's bytes. */
    private static final int JOINED_BYTES = 256 << 10;

    private static final long ALL_ALLOCATED = 0xffff_ffffL;

    private final Qcow2Image image;
    private final Qcow2Tables tables;
    private final Qcow2Content content;
    private final int clusterBits;
    private final int clusterBytes;
    private final boolean external;
    private final boolean subclusters;

    /** Where the next compressed cluster begins; 0 when a new cluster is to be taken. */
    private long compressedEnd;

    /** How many clusters had been freed then: if there are more now, that place may be somebody else's. */
    private long compressedFreed;

    Qcow2Writer(Qcow2Image image, Qcow2Content content) {
        this.image = image;
        this.tables = image.tables();
        this.content = content;
        this.clusterBits = image.clusterBits();
        this.clusterBytes = image.clusterBytes();
        this.external = image.header().hasDataFile();
        this.subclusters = image.header().hasSubclusters();
    }

    /** Writes all that remains of the source. */
    void write(long position, ByteBuffer source) {
        content.forgetDecompressed();
        int limit = source.limit();
        long at = position;
        while (source.position() < limit) {
            image.relieve();
            long before = source.position();
            source.limit((int) Math.min(limit, before + MAX_STEP_BYTES));
            try {
                step(at, source);
            } finally {
                source.limit(limit);
            }
            at += source.position() - before;
        }
    }

    private void step(long position, ByteBuffer source) {
        var table = tables.writable(tables.l1Index(position));
        int within = (int) (position & clusterBytes - 1);
        if (subclusters && (within != 0 || source.remaining() < clusterBytes)) {
            source.limit(Math.min(source.limit(), source.position() + clusterBytes - within));
            writeInCluster(table, position, source);
            return;
        }
        if (subclusters) {
            source.limit(source.position() + (source.remaining() & -clusterBytes));
        }
        int index = tables.l2Index(position);
        if (isOwn(table, index)) {
            overwrite(table, index, position, source);
        } else {
            allocate(table, index, position, source);
        }
    }

    /** Whether a cluster has a place that is ours alone. */
    boolean hasPlace(long entry) {
        return !Qcow2Entry.isCompressed(entry)
                && Qcow2Entry.isCopied(entry)
                && (external || Qcow2Entry.offset(entry) != 0);
    }

    /** Whether a cluster can be overwritten where it is. */
    private boolean isOwn(Qcow2Table table, int index) {
        long entry = tables.descriptor(table, index);
        return hasPlace(entry) && (subclusters || (entry & Qcow2Entry.ZERO) == 0);
    }

    private void overwrite(Qcow2Table table, int index, long position, ByteBuffer source) {
        int within = (int) (position & clusterBytes - 1);
        long place = place(tables.descriptor(table, index), position - within);
        int last = index;
        long length = (long) clusterBytes - within;
        while (length < source.remaining()
                && last + 1 < image.header().l2Entries()
                && isOwn(table, last + 1)
                && place(tables.descriptor(table, last + 1), position + length) == place + within + length) {
            last++;
            length += clusterBytes;
        }
        source.limit((int) Math.min(source.limit(), source.position() + length));
        content.data().write(place + within, source);
        if (subclusters) {
            for (int i = index; i <= last; i++) {
                if (tables.subclusters(table, i) != ALL_ALLOCATED) {
                    tables.putSubclusters(table, i, ALL_ALLOCATED);
                }
            }
        }
    }

    /** The place of a cluster, checked. */
    long place(long entry, long clusterPosition) {
        long place = Qcow2Entry.offset(entry);
        if ((place & clusterBytes - 1) != 0 || (external && place != clusterPosition)) {
            throw image.corrupt("the cluster at " + clusterPosition + " is said to lie at " + place);
        }
        return place;
    }

    /** Gives places to clusters that have none of their own, as many in a row as can be had, and writes to them. */
    private void allocate(Qcow2Table table, int index, long position, ByteBuffer source) {
        int within = (int) (position & clusterBytes - 1);
        long start = position - within;
        long wanted = Math.min(
                image.clusters((long) within + source.remaining()),
                image.header().l2Entries() - index);
        int count = 1;
        boolean reuse = hasPlace(tables.descriptor(table, index));
        while (count < wanted
                && !isOwn(table, index + count)
                && !reuse
                && !hasPlace(tables.descriptor(table, index + count))) {
            count++;
        }
        if (external || reuse) {
            long place = reuse ? place(tables.descriptor(table, index), start) : start;
            fillAndWrite(place, start, count, position, source);
            link(table, index, place, count);
            return;
        }
        var run = image.refcounts().allocate(count);
        try {
            long place = run.first() << clusterBits;
            image.refusePlace(run.end() << clusterBits);
            fillAndWrite(place, start, (int) run.count(), position, source);
            link(table, index, place, (int) run.count());
        } catch (ImageException e) {
            image.refcounts().giveBack(run);
            throw e;
        }
    }

    /** Writes from the source what fits into the clusters, and around it what the guest finds there now. */
    private void fillAndWrite(long place, long start, int count, long position, ByteBuffer source) {
        long end = start + ((long) count << clusterBits);
        int length = (int) Math.min(source.remaining(), end - position);
        source.limit(source.position() + length);
        int head = (int) (position - start);
        // A data file may be read as a raw disk: it must not become longer than the disk.
        long visible = external
                ? Math.max(
                        position + length, Math.min(end, image.header().layout().size()))
                : end;
        int tail = (int) (visible - position - length);
        if (head + tail == 0) {
            content.data().write(place, source);
            return;
        }
        if (visible - start <= JOINED_BYTES) {
            var joined = ByteBuffer.allocate((int) (visible - start));
            content.read(start, joined.limit(head));
            joined.limit(head + length).put(source);
            content.read(position + length, joined.limit(joined.capacity()));
            content.data().write(place, joined.flip());
            return;
        }
        copy(start, head, place);
        content.data().write(place + head, source);
        copy(position + length, tail, place + head + length);
    }

    private void copy(long position, int length, long place) {
        if (length > 0) {
            var bytes = ByteBuffer.allocate(length);
            content.read(position, bytes);
            content.data().write(place, bytes.flip());
        }
    }

    /** Has entries refer to clusters at a place from now on, and gives back what they referred to before. */
    private void link(Qcow2Table table, int index, long place, int count) {
        for (int i = 0; i < count; i++) {
            long old = tables.descriptor(table, index + i);
            long entry = place + ((long) i << clusterBits) | Qcow2Entry.COPIED;
            tables.put(table, index + i, entry);
            if (subclusters) {
                tables.putSubclusters(table, index + i, ALL_ALLOCATED);
            }
            if (Qcow2Entry.offset(old) != Qcow2Entry.offset(entry) || Qcow2Entry.isCompressed(old)) {
                release(old, false);
            }
        }
    }

    /** Gives back what an entry referred to. */
    void release(long entry, boolean punch) {
        if (external) {
            return;
        }
        if (Qcow2Entry.isCompressed(entry)) {
            image.refcounts().release(compressedRun(entry), punch);
        } else if (Qcow2Entry.offset(entry) != 0) {
            image.refcounts().release(new Qcow2Run(Qcow2Entry.offset(entry) >>> clusterBits, 1), punch);
        }
    }

    /** The clusters of the file that a compressed one lies in. */
    private Qcow2Run compressedRun(long entry) {
        return compressedRun(entry, clusterBits);
    }

    static Qcow2Run compressedRun(long entry, int clusterBits) {
        long from = Qcow2Entry.compressedOffset(entry, clusterBits);
        long to = from + Qcow2Entry.compressedBytes(entry, clusterBits) - 1;
        return new Qcow2Run(from >>> clusterBits, (to >>> clusterBits) - (from >>> clusterBits) + 1);
    }

    /** Writes within one cluster of an image with subclusters, of which only those touched become allocated. */
    private void writeInCluster(Qcow2Table table, long position, ByteBuffer source) {
        int index = tables.l2Index(position);
        int within = (int) (position & clusterBytes - 1);
        long start = position - within;
        long old = tables.descriptor(table, index);
        boolean own = hasPlace(old);
        if (!own && (Qcow2Entry.isCompressed(old) || Qcow2Entry.offset(old) != 0)) {
            // A copy of the whole cluster: what is shared or compressed cannot be had in parts.
            allocate(table, index, position, source);
            return;
        }
        long bits = tables.subclusters(table, index);
        int subBits = content.subclusterBits();
        int first = within >>> subBits;
        int last = (within + source.remaining() - 1) >>> subBits;
        int from = (bits >>> first & 1) != 0 ? within : first << subBits;
        int to = (bits >>> last & 1) != 0 ? within + source.remaining() : (last + 1) << subBits;
        if (external) {
            long visible = image.header().layout().size() - start;
            to = (int) Math.max(within + source.remaining(), Math.min(to, visible));
        }
        var filled = ByteBuffer.allocate(to - from);
        int end = within - from + source.remaining();
        content.read(start + from, filled.limit(within - from));
        filled.limit(end).put(source);
        content.read(start + from + end, filled.limit(filled.capacity()));
        long written = (ALL_ALLOCATED >>> (31 - last)) & (ALL_ALLOCATED << first);
        long changed = (bits | written) & ~(written << Integer.SIZE);
        if (own || external) {
            long place = own ? place(old, start) : start;
            content.data().write(place + from, filled.flip());
            tables.put(table, index, place | Qcow2Entry.COPIED);
            tables.putSubclusters(table, index, changed);
            return;
        }
        var run = image.refcounts().allocate(1);
        try {
            image.refusePlace(run.end() << clusterBits);
            content.data().write((run.first() << clusterBits) + from, filled.flip());
        } catch (ImageException e) {
            image.refcounts().giveBack(run);
            throw e;
        }
        tables.put(table, index, run.first() << clusterBits | Qcow2Entry.COPIED);
        tables.putSubclusters(table, index, changed);
    }

    /** Writes a cluster that is compressed already. */
    void writeCompressed(long position, ByteBuffer compressed) {
        image.relieve();
        content.forgetDecompressed();
        int bytes = compressed.remaining();
        var table = tables.writable(tables.l1Index(position));
        int index = tables.l2Index(position);
        long place = allocateBytes(bytes);
        image.store().write(place, compressed);
        long old = tables.descriptor(table, index);
        tables.put(table, index, Qcow2Entry.compressed(place, bytes, clusterBits));
        if (subclusters) {
            tables.putSubclusters(table, index, 0);
        }
        release(old, false);
    }

    /** Takes room for compressed bytes, close behind the ones before if the last cluster can be counted once more. */
    private long allocateBytes(int bytes) {
        var refcounts = image.refcounts();
        if (refcounts.freed() != compressedFreed) {
            compressedEnd = 0;
            compressedFreed = refcounts.freed();
        }
        long used = compressedEnd & clusterBytes - 1;
        long room = used == 0 ? 0 : clusterBytes - used;
        long current = compressedEnd >>> clusterBits;
        boolean shareable =
                room > 0 && refcounts.count(current) < refcounts.width().max();
        long place;
        if (shareable && bytes <= room) {
            refcounts.add(current, 1);
            place = compressedEnd;
        } else {
            long next = refcounts.allocate(1).first();
            if (!Qcow2Entry.canHoldCompressed((next + 1) << clusterBits, clusterBits)) {
                refcounts.giveBack(new Qcow2Run(next, 1));
                throw new ImageException(
                        ImageException.Kind.NO_SPACE,
                        image.path() + " has become too large to hold compressed clusters");
            }
            if (shareable && next == current + 1) {
                refcounts.add(current, 1);
                place = compressedEnd;
            } else {
                place = next << clusterBits;
            }
        }
        compressedEnd = place + bytes;
        return place;
    }
}
