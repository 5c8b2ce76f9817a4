package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Adds persistent bitmaps to an image, and changes and removes them.
 *
 * <p>Whatever changes is written to clusters that nothing refers to: clusters of bits, the bitmap's table, and in the end the whole
 * directory. One write of the header, with the extension and the autoclear bit, makes them valid; what only the old directory refers
 * to is freed after that. So a kill leaves the old bitmaps or the new ones, and leaked clusters at worst.
 *
 * <p>Without the autoclear bit somebody wrote to the image who does not know bitmaps: what the extension names then counts as gone.
 */
final class Qcow2BitmapChanges {
    private static final int NAME_BYTES_MAX = 1023;
    private static final int GRANULARITY_BITS_MIN = 9;
    private static final int GRANULARITY_BITS_MAX = 31;
    private static final int DEFAULT_GRANULARITY_MIN = 4 << 10;
    private static final int DEFAULT_GRANULARITY_MAX = 64 << 10;

    /** QEMU's bound for all bits of a bitmap; with the smallest clusters its table has 2^20 entries. */
    private static final long MAX_BYTES = 512L << 20;

    private final Qcow2Image image;
    private final List<Qcow2Run> taken = new ArrayList<>();
    private final List<Qcow2Run> freed = new ArrayList<>();

    Qcow2BitmapChanges(Qcow2Image image) {
        this.image = image;
    }

    /** A bitmap with the bytes of its entry in the directory, padding included. */
    private record Entry(Qcow2Bitmap bitmap, ByteBuffer bytes) {}

    /** The bitmaps that are believed, in use or not. */
    static List<Qcow2Bitmap> bitmaps(Qcow2Image image) {
        boolean consistent = (image.header().features().autoclear() & Qcow2Header.BITMAPS) != 0;
        return consistent ? Qcow2Bitmap.readAll(image) : List.of();
    }

    /** One that can be used; refused is one that is not there, or not valid. */
    static Qcow2Bitmap usable(Qcow2Image image, String name) {
        var bitmap = bitmaps(image).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ImageException(Kind.NOT_FOUND, "Dirty bitmap '" + name + "' not found in " + image.path()));
        requireUsable(image, bitmap);
        return bitmap;
    }

    private static void requireUsable(Qcow2Image image, Qcow2Bitmap bitmap) {
        if (bitmap.inUse() || bitmap.kind() != Qcow2Bitmap.DIRTY_TRACKING) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    "Bitmap '" + bitmap.name() + "' of " + image.path()
                            + " is inconsistent and cannot be used; it can only be removed");
        }
        if (bitmap.granularityBits() < GRANULARITY_BITS_MIN
                || bitmap.granularityBits() > GRANULARITY_BITS_MAX
                || Integer.toUnsignedLong(bitmap.tableEntries()) != tableEntries(image, bitmap.granularityBits())) {
            throw image.corrupt("the bitmap '" + bitmap.name() + "' does not fit the disk's size");
        }
    }

    /** The entries of a bitmap's table, which are few enough to be kept in memory. */
    private static int tableEntries(Qcow2Image image, int granularityBits) {
        long size = image.header().layout().size();
        long bits = (size >>> granularityBits) + ((size & (1L << granularityBits) - 1) == 0 ? 0 : 1);
        long bytes = Math.ceilDiv(bits, Byte.SIZE);
        if (bytes > MAX_BYTES) {
            throw new ImageException(
                    Kind.INVALID,
                    "Too much space will be occupied by a bitmap of " + image.path() + "; use larger granularity");
        }
        return (int) image.clusters(bytes);
    }

    /** Does it; what is there before stays if it fails. */
    void apply(String name, BitmapAction action) {
        switch (action) {
            case BitmapAction.Add add -> attempt(() -> add(name, granularityBits(add.granularityBytes()), true));
            case BitmapAction.Remove _ -> attempt(() -> remove(name));
            case BitmapAction.Clear _ -> attempt(() -> clear(name));
            case BitmapAction.Enable _ -> attempt(() -> enable(name, true));
            case BitmapAction.Disable _ -> attempt(() -> enable(name, false));
            case BitmapAction.Merge merge -> {
                if (merge.file().isPresent()) {
                    throw new IllegalArgumentException("to be opened by the caller: " + merge);
                }
                merge(name, image, merge.source());
            }
        }
    }

    /** Adds what another bitmap has, of the same image or another one. */
    void merge(String name, Qcow2Image from, String source) {
        attempt(() -> {
            var other = usable(from, source);
            long size = image.header().layout().size();
            long otherSize = from.header().layout().size();
            if (size != otherSize) {
                throw new ImageException(
                        Kind.INVALID,
                        "Bitmaps are of different sizes (destination size is " + size + " and source size is "
                                + otherSize + ")");
            }
            var bitmap = usable(image, name);
            if (from != image || !name.equals(source)) {
                replaceTable(bitmap, merged(bitmap, from, other), bitmap.flags());
            }
        });
    }

    /** Adds a bitmap of another image under its name, granularity and flags, bits included. */
    void copy(Qcow2Image from, Qcow2Bitmap bitmap) {
        attempt(() -> add(bitmap.name(), bitmap.granularityBits(), bitmap.auto()));
        merge(bitmap.name(), from, bitmap.name());
    }

    private void attempt(Runnable change) {
        taken.clear();
        freed.clear();
        try {
            change.run();
        } catch (RuntimeException e) {
            taken.forEach(image.refcounts()::giveBack);
            taken.clear();
            throw e;
        }
    }

    private int granularityBits(OptionalLong bytes) {
        long wanted = bytes.orElse(Math.clamp(image.clusterBytes(), DEFAULT_GRANULARITY_MIN, DEFAULT_GRANULARITY_MAX));
        int bits = Long.numberOfTrailingZeros(wanted);
        if (Long.bitCount(wanted) != 1 || bits < GRANULARITY_BITS_MIN || bits > GRANULARITY_BITS_MAX) {
            throw new ImageException(Kind.INVALID, "Granularity must be power of 2 and at least 512, at most 2G");
        }
        return bits;
    }

    private void add(String name, int granularityBits, boolean auto) {
        if (image.header().version() < 3) {
            throw new ImageException(
                    Kind.UNSUPPORTED, "Cannot store dirty bitmaps in qcow2 v2 files; amend -o compat=1.1 helps");
        }
        var nameBytes = name.getBytes(StandardCharsets.UTF_8);
        if (nameBytes.length == 0 || nameBytes.length > NAME_BYTES_MAX) {
            throw new ImageException(Kind.INVALID, "Bitmap name must have 1 to " + NAME_BYTES_MAX + " bytes");
        }
        var entries = entries();
        if (entries.stream().anyMatch(each -> each.bitmap.name().equals(name))) {
            throw new ImageException(Kind.EXISTS, "Bitmap already exists: " + name);
        }
        int tableEntries = tableEntries(image, granularityBits);
        long table = writeTable(new long[tableEntries]);
        var bytes = ByteBuffer.allocate(Qcow2Bitmap.FIXED_BYTES + nameBytes.length + 7 & ~7);
        bytes.putLong(table).putInt(tableEntries).putInt(auto ? Qcow2Bitmap.AUTO : 0);
        bytes.put((byte) Qcow2Bitmap.DIRTY_TRACKING).put((byte) granularityBits);
        bytes.putShort((short) nameBytes.length).putInt(0).put(nameBytes);
        var all = new ArrayList<ByteBuffer>();
        entries.forEach(each -> all.add(each.bytes));
        all.add(bytes.clear());
        replaceDirectory(all);
    }

    private void remove(String name) {
        var all = new ArrayList<ByteBuffer>();
        boolean found = false;
        for (var each : entries()) {
            if (!found && each.bitmap.name().equals(name)) {
                freeTable(each.bitmap, true);
                found = true;
            } else {
                all.add(each.bytes);
            }
        }
        if (!found) {
            throw new ImageException(Kind.NOT_FOUND, "Dirty bitmap '" + name + "' not found in " + image.path());
        }
        replaceDirectory(all);
    }

    private void clear(String name) {
        var bitmap = usable(image, name);
        for (long word : table(image, bitmap)) {
            free(Qcow2Entry.offset(word), 1);
        }
        replaceTable(bitmap, new long[bitmap.tableEntries()], bitmap.flags());
    }

    private void enable(String name, boolean auto) {
        var bitmap = usable(image, name);
        int flags = auto ? bitmap.flags() | Qcow2Bitmap.AUTO : bitmap.flags() & ~Qcow2Bitmap.AUTO;
        replaceDirectory(with(bitmap, bitmap.withFlags(flags)));
    }

    private static long[] table(Qcow2Image image, Qcow2Bitmap bitmap) {
        return image.readWords(bitmap.tableOffset(), bitmap.tableEntries());
    }

    private void replaceTable(Qcow2Bitmap bitmap, long[] table, int flags) {
        freeTable(bitmap, false);
        replaceDirectory(
                with(bitmap, bitmap.withTable(writeTable(table), table.length).withFlags(flags)));
    }

    private void freeTable(Qcow2Bitmap bitmap, boolean withBits) {
        long entries = Integer.toUnsignedLong(bitmap.tableEntries());
        // One that is not valid may have a table of any length, which we do not take into memory.
        if (withBits && entries <= MAX_BYTES >> GRANULARITY_BITS_MIN) {
            for (long word : table(image, bitmap)) {
                free(Qcow2Entry.offset(word), 1);
            }
        }
        free(bitmap.tableOffset(), image.clusters(entries * Long.BYTES));
    }

    private void free(long offset, long clusters) {
        if (offset != 0 && clusters > 0) {
            freed.add(new Qcow2Run(offset >>> image.clusterBits(), clusters));
        }
    }

    /** The table for what both bitmaps have; source's ranges come in order, so one cluster of bits at a time is at hand. */
    private long[] merged(Qcow2Bitmap bitmap, Qcow2Image from, Qcow2Bitmap other) {
        var page = new Page(bitmap);
        long bitsPerPage = (long) from.clusterBytes() * Byte.SIZE;
        var bits = new byte[from.clusterBytes()];
        var words = table(from, other);
        for (int i = 0; i < words.length; i++) {
            long offset = Qcow2Entry.offset(words[i]);
            if (offset == 0 && (words[i] & 1) == 0) {
                continue;
            }
            if (offset == 0) {
                Arrays.fill(bits, (byte) -1);
            } else {
                from.store().read(offset, ByteBuffer.wrap(bits));
            }
            var set = BitSet.valueOf(bits);
            for (int first = set.nextSetBit(0), end; first >= 0; first = set.nextSetBit(end)) {
                end = set.nextClearBit(first);
                page.mark(
                        (i * bitsPerPage + first) << other.granularityBits(),
                        (long) (end - first) << other.granularityBits());
            }
        }
        page.write();
        return page.table;
    }

    /** A cluster of bits that is being changed. */
    private final class Page {
        private final Qcow2Bitmap bitmap;
        private final long[] table;
        private final byte[] bits = new byte[image.clusterBytes()];
        private final long bitsPerPage = (long) image.clusterBytes() * Byte.SIZE;
        private int index = -1;

        Page(Qcow2Bitmap bitmap) {
            this.bitmap = bitmap;
            this.table = table(image, bitmap);
        }

        /** Sets the bits for a range of the disk, as far as that reaches. */
        void mark(long position, long length) {
            long end = Math.min(position + length, image.header().layout().size());
            if (position >= end) {
                return;
            }
            long first = position >>> bitmap.granularityBits();
            long last = (end - 1) >>> bitmap.granularityBits();
            for (long at = first / bitsPerPage; at <= last / bitsPerPage; at++) {
                go((int) at);
                long begin = at * bitsPerPage;
                Qcow2Bitmaps.set(
                        bits, (int) Math.max(first - begin, 0), (int) Math.min(last - begin, bitsPerPage - 1) + 1);
            }
        }

        private void go(int to) {
            if (to == index) {
                return;
            }
            write();
            index = to;
            long offset = Qcow2Entry.offset(table[index]);
            Arrays.fill(bits, (byte) 0);
            if (offset != 0) {
                image.store().read(offset, ByteBuffer.wrap(bits));
                free(offset, 1);
            } else if ((table[index] & 1) != 0) {
                long size = image.header().layout().size();
                long all = Math.ceilDiv(size, 1L << bitmap.granularityBits());
                Qcow2Bitmaps.set(bits, 0, (int) Math.min(all - index * bitsPerPage, bitsPerPage));
            }
        }

        /** Puts the bits into a cluster of their own. */
        void write() {
            if (index >= 0) {
                var run = image.refcounts().allocate(1);
                taken.add(run);
                image.store().write(run.first() << image.clusterBits(), ByteBuffer.wrap(bits));
                image.refcounts().relieve();
                table[index] = run.first() << image.clusterBits();
                index = -1;
            }
        }
    }

    private long writeTable(long[] table) {
        if (table.length == 0) {
            return 0;
        }
        long offset = take((long) table.length * Long.BYTES);
        image.writeWords(offset, table);
        return offset;
    }

    private long take(long bytes) {
        var run = image.refcounts().allocateTogether(image.clusters(bytes));
        taken.add(run);
        return run.first() << image.clusterBits();
    }

    private List<Entry> entries() {
        var entries = new ArrayList<Entry>();
        for (var each : bitmaps(image)) {
            var lengths = ByteBuffer.allocate(6);
            image.store().read(each.position() + Qcow2Bitmap.NAME_LENGTH_POSITION, lengths);
            int length =
                    Qcow2Bitmap.FIXED_BYTES + Short.toUnsignedInt(lengths.getShort(0)) + lengths.getInt(Short.BYTES);
            var bytes = ByteBuffer.allocate(length + 7 & ~7);
            image.store().read(each.position(), bytes.limit(length));
            entries.add(new Entry(each, bytes.clear()));
        }
        return entries;
    }

    /** All entries, with what may change replaced in one. */
    private List<ByteBuffer> with(Qcow2Bitmap old, Qcow2Bitmap other) {
        var all = new ArrayList<ByteBuffer>();
        for (var each : entries()) {
            if (each.bitmap.equals(old)) {
                each.bytes
                        .putLong(other.tableOffset())
                        .putInt(other.tableEntries())
                        .putInt(other.flags());
            }
            all.add(each.bytes.clear());
        }
        return all;
    }

    /** Writes the directory to another place, and makes it the one that counts. */
    private void replaceDirectory(List<ByteBuffer> entries) {
        var old = bitmaps(image).isEmpty()
                ? Optional.<Qcow2Bitmap.Directory>empty()
                : image.header().extension(Qcow2Extension.BITMAPS).map(each -> Qcow2Bitmap.directory(each, image));
        var extension = entries.isEmpty() ? Optional.<Qcow2Extension>empty() : Optional.of(writeDirectory(entries));
        // Only now, as the header has other places when the refcount table had to grow.
        var header = image.header();
        long others = header.features().autoclear() & ~Qcow2Header.BITMAPS;
        var changed = header.withFeatures(
                        header.features().withAutoclear(extension.isEmpty() ? others : others | Qcow2Header.BITMAPS))
                .withBacking(header.backingFile(), header.extensionsWith(Qcow2Extension.BITMAPS, extension));
        changed.encode(image.path());
        image.refcounts().writeAll();
        image.store().flush();
        taken.clear();
        image.replaceHeader(changed);
        image.store().flush();
        old.ifPresent(directory -> free(directory.offset(), image.clusters(directory.bytes())));
        freed.forEach(run -> image.refcounts().release(run, false));
        image.flush();
    }

    private Qcow2Extension writeDirectory(List<ByteBuffer> entries) {
        long length = 0;
        for (var each : entries) {
            length += each.remaining();
        }
        if (entries.size() > Qcow2Bitmap.MAX_BITMAPS || length > Qcow2Bitmap.MAX_DIRECTORY_BYTES) {
            throw new ImageException(
                    Kind.INVALID,
                    image.path() + " cannot have more bitmaps: " + entries.size() + " with a directory of " + length
                            + " bytes");
        }
        var bytes = ByteBuffer.allocate(Math.toIntExact(image.clusters(length) << image.clusterBits()));
        entries.forEach(each -> bytes.put(each.duplicate()));
        long offset = take(length);
        image.store().write(offset, bytes.clear());
        var data = ByteBuffer.allocate(24);
        data.putInt(entries.size()).putInt(0).putLong(length).putLong(offset);
        return new Qcow2Extension(Qcow2Extension.BITMAPS, data.flip());
    }
}
