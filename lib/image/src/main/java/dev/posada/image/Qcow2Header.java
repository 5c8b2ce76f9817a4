package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The header of a qcow2 image, which opens its first cluster. All numbers are big-endian.
 *
 * <pre>
 *   0  4  magic "QFI\xfb"                      56  4  clusters of the refcount table
 *   4  4  version, 2 or 3                      60  4  number of snapshots
 *   8  8  place of the backing file's name     64  8  place of the snapshot table
 *  16  4  its length                                  ---- version 2 ends here ----
 *  20  4  log2 of the cluster size, 9 to 21    72  8  incompatible features
 *  24  8  size of the guest's disk             80  8  compatible features
 *  32  4  encryption: 0 none, 1 AES, 2 LUKS    88  8  autoclear features
 *  36  4  entries of the L1 table              96  4  log2 of the bits of a refcount, 0 to 6
 *  40  8  place of the L1 table               100  4  length of this header, at least 104
 *  48  8  place of the refcount table         104  1  compression: 0 zlib, 1 zstd; then 7 zeroes
 * </pre>
 *
 * Behind the header stand the extensions, then the name of the backing file; all of it within the first cluster. The
 * pointers of {@link Layout} lie so close together that one small write replaces them all at once: that is how a change of
 * several tables becomes visible in one step.
 *
 * @param headerBytes length of the fields before the extensions
 * @param tail fields behind those we know, kept as they are
 */
record Qcow2Header(
        int version,
        int clusterBits,
        int encryption,
        int refcountOrder,
        Compression compression,
        int headerBytes,
        Layout layout,
        Features features,
        Optional<String> backingFile,
        List<Qcow2Extension> extensions,
        ByteBuffer tail) {

    static final int MAGIC = 0x514649fb;
    static final int MIN_CLUSTER_BITS = 9;
    static final int MAX_CLUSTER_BITS = 21;
    static final int MIN_SUBCLUSTER_CLUSTER_BITS = 14;
    static final int V2_BYTES = 72;
    static final int V3_MIN_BYTES = 104;
    static final int V3_BYTES = 112;
    static final int MAX_BACKING_NAME_BYTES = 1023;
    static final int MAX_REFCOUNT_ORDER = 6;

    /** QEMU's own limits; what exceeds them QEMU refuses too. */
    static final long MAX_L1_BYTES = 32L << 20;

    static final long MAX_REFCOUNT_TABLE_BYTES = 8L << 20;
    static final int MAX_SNAPSHOTS = 65_536;

    /** More than any writer makes; the header has 2 MiB at most. */
    static final int MAX_EXTENSIONS = 256;

    static final long DIRTY = 1;
    static final long CORRUPT = 1 << 1;
    static final long DATA_FILE = 1 << 2;
    static final long COMPRESSION = 1 << 3;
    static final long SUBCLUSTERS = 1 << 4;
    private static final long KNOWN_INCOMPATIBLE = DIRTY | CORRUPT | DATA_FILE | COMPRESSION | SUBCLUSTERS;
    static final long LAZY_REFCOUNTS = 1;
    static final long BITMAPS = 1;
    static final long RAW_DATA_FILE = 1 << 1;
    static final long KNOWN_AUTOCLEAR = BITMAPS | RAW_DATA_FILE;

    /** The fields that say where the tables are; replaced together. */
    record Layout(
            long size,
            int l1Entries,
            long l1Offset,
            long refcountTableOffset,
            int refcountTableClusters,
            int snapshots,
            long snapshotsOffset) {

        Layout withSize(long bytes) {
            return new Layout(
                    bytes, l1Entries, l1Offset, refcountTableOffset, refcountTableClusters, snapshots, snapshotsOffset);
        }

        Layout withL1(int entries, long offset) {
            return new Layout(
                    size, entries, offset, refcountTableOffset, refcountTableClusters, snapshots, snapshotsOffset);
        }

        Layout withRefcountTable(long offset, int clusters) {
            return new Layout(size, l1Entries, l1Offset, offset, clusters, snapshots, snapshotsOffset);
        }

        Layout withSnapshots(int count, long offset) {
            return new Layout(size, l1Entries, l1Offset, refcountTableOffset, refcountTableClusters, count, offset);
        }
    }

    /** The three sets of feature bits. */
    record Features(long incompatible, long compatible, long autoclear) {
        Features withIncompatible(long bits) {
            return new Features(bits, compatible, autoclear);
        }

        Features withCompatible(long bits) {
            return new Features(incompatible, bits, autoclear);
        }

        Features withAutoclear(long bits) {
            return new Features(incompatible, compatible, bits);
        }
    }

    Qcow2Header {
        extensions = List.copyOf(extensions);
        tail = tail.slice().asReadOnlyBuffer();
    }

    Qcow2Header withLayout(Layout other) {
        return new Qcow2Header(
                version,
                clusterBits,
                encryption,
                refcountOrder,
                compression,
                headerBytes,
                other,
                features,
                backingFile,
                extensions,
                tail);
    }

    Qcow2Header withFeatures(Features other) {
        return new Qcow2Header(
                version,
                clusterBits,
                encryption,
                refcountOrder,
                compression,
                headerBytes,
                layout,
                other,
                backingFile,
                extensions,
                tail);
    }

    Qcow2Header withRefcountOrder(int order) {
        return new Qcow2Header(
                version,
                clusterBits,
                encryption,
                order,
                compression,
                headerBytes,
                layout,
                features,
                backingFile,
                extensions,
                tail);
    }

    Qcow2Header withBacking(Optional<String> name, List<Qcow2Extension> others) {
        return new Qcow2Header(
                version,
                clusterBits,
                encryption,
                refcountOrder,
                compression,
                headerBytes,
                layout,
                features,
                name,
                others,
                tail);
    }

    /** The same image as another version of the format; what version 2 lacks must be gone already. */
    Qcow2Header withVersion(int other) {
        return new Qcow2Header(
                other,
                clusterBits,
                encryption,
                refcountOrder,
                compression,
                other == 2 ? V2_BYTES : V3_BYTES,
                layout,
                other == 2 ? new Features(0, 0, 0) : features,
                backingFile,
                extensions,
                ByteBuffer.allocate(0));
    }

    int clusterBytes() {
        return 1 << clusterBits;
    }

    int refcountBits() {
        return 1 << refcountOrder;
    }

    boolean has(long incompatible) {
        return (features.incompatible & incompatible) != 0;
    }

    /** The number of the compression in the header. */
    private int compressionCode() {
        return switch (compression) {
            case ZLIB -> 0;
            case ZSTD -> 1;
        };
    }

    boolean lazyRefcounts() {
        return (features.compatible & LAZY_REFCOUNTS) != 0;
    }

    boolean hasSubclusters() {
        return has(SUBCLUSTERS);
    }

    boolean hasDataFile() {
        return has(DATA_FILE);
    }

    boolean rawDataFile() {
        return (features.autoclear & RAW_DATA_FILE) != 0;
    }

    /** Bytes of an entry of an L2 table. */
    int l2EntryBytes() {
        return hasSubclusters() ? 16 : 8;
    }

    int l2Entries() {
        return clusterBytes() / l2EntryBytes();
    }

    /** The guest's bytes that one L2 table maps. */
    long l2Reach() {
        return (long) l2Entries() << clusterBits;
    }

    Optional<Qcow2Extension> extension(int type) {
        return extensions.stream().filter(each -> each.type() == type).findFirst();
    }

    Optional<String> backingFormat() {
        return extension(Qcow2Extension.BACKING_FORMAT).map(Qcow2Extension::text);
    }

    /** The extensions with the one of this type replaced, added or, if there is no other, taken out. */
    List<Qcow2Extension> extensionsWith(int type, Optional<Qcow2Extension> other) {
        var result = new ArrayList<Qcow2Extension>();
        boolean placed = other.isEmpty();
        for (var each : extensions) {
            if (each.type() != type) {
                result.add(each);
            } else if (!placed) {
                result.add(other.orElseThrow());
                placed = true;
            }
        }
        if (!placed) {
            result.addFirst(other.orElseThrow());
        }
        return result;
    }

    /**
     * Understands a header.
     *
     * @param head the beginning of the file: its first cluster, or all there is
     * @throws ImageException CORRUPT or UNSUPPORTED with the reason
     */
    static Qcow2Header parse(ByteBuffer head, Path path) {
        return new Qcow2HeaderParser(head, path).parse();
    }

    /** The names that the image itself gives to incompatible features we do not know. */
    List<String> unknownFeatures() {
        var names = new ArrayList<String>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((features.incompatible & ~KNOWN_INCOMPATIBLE & 1L << bit) != 0) {
                names.add(featureName(bit));
            }
        }
        return names;
    }

    private String featureName(int bit) {
        var table = extension(Qcow2Extension.FEATURE_NAMES);
        if (table.isPresent()) {
            var data = table.get().data();
            for (int at = 0; at + Qcow2FeatureNames.ENTRY_BYTES <= data.limit(); at += Qcow2FeatureNames.ENTRY_BYTES) {
                if (data.get(at) == 0 && data.get(at + 1) == bit) {
                    return Qcow2FeatureNames.name(data, at);
                }
            }
        }
        return "unknown feature " + bit;
    }

    /**
     * The header with its extensions and the backing file's name, to be written at the beginning of the file.
     *
     * @throws ImageException UNSUPPORTED when all this does not fit into a cluster
     */
    ByteBuffer encode(Path path) {
        var name =
                backingFile.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(new byte[0]);
        int total = headerBytes + Qcow2Extension.PREFIX_BYTES + name.length;
        for (var each : extensions) {
            total = Math.addExact(total, each.paddedBytes());
        }
        if (total > clusterBytes()) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    path + ": the header with the names in it takes " + total + " bytes, but a cluster has only "
                            + clusterBytes() + "; shorten the backing file's name");
        }
        var target = ByteBuffer.allocate(total);
        putFields(target, name.length == 0 ? 0 : total - name.length, name.length);
        target.position(headerBytes);
        extensions.forEach(each -> each.writeTo(target));
        target.putLong(0).put(name);
        return target.flip();
    }

    private void putFields(ByteBuffer target, long nameOffset, int nameBytes) {
        target.putInt(MAGIC).putInt(version).putLong(nameOffset).putInt(nameBytes);
        target.putInt(clusterBits).putLong(layout.size).putInt(encryption);
        target.putInt(layout.l1Entries).putLong(layout.l1Offset);
        target.putLong(layout.refcountTableOffset).putInt(layout.refcountTableClusters);
        target.putInt(layout.snapshots).putLong(layout.snapshotsOffset);
        if (version == 2) {
            return;
        }
        target.putLong(features.incompatible).putLong(features.compatible).putLong(features.autoclear);
        target.putInt(refcountOrder).putInt(headerBytes);
        if (headerBytes > V3_MIN_BYTES) {
            target.put((byte) compressionCode());
            target.position(V3_MIN_BYTES + 8);
            target.put(tail.duplicate());
        }
    }
}
