package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the bytes of {@link Qcow2Header} with distrust: each field is checked before anything is done by it. */
final class Qcow2HeaderParser {
    private final ByteBuffer head;
    private final Path path;

    Qcow2HeaderParser(ByteBuffer head, Path path) {
        this.head = head;
        this.path = path;
    }

    Qcow2Header parse() {
        require(head.limit() >= Qcow2Header.V2_BYTES && head.getInt(0) == Qcow2Header.MAGIC, "it is no qcow2 image");
        int version = head.getInt(4);
        if (version != 2 && version != 3) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    path + ": version " + Integer.toUnsignedString(version) + " of qcow2; only 2 and 3 are known");
        }
        require(version == 2 || head.limit() >= Qcow2Header.V3_MIN_BYTES, "the header is cut off");
        int clusterBits = head.getInt(20);
        require(
                clusterBits >= Qcow2Header.MIN_CLUSTER_BITS && clusterBits <= Qcow2Header.MAX_CLUSTER_BITS,
                "a cluster of 2^" + Integer.toUnsignedString(clusterBits) + " bytes; 2^9 to 2^21 are possible");
        int headerBytes = version == 2 ? Qcow2Header.V2_BYTES : head.getInt(100);
        require(
                version == 2
                        || (headerBytes >= Qcow2Header.V3_MIN_BYTES
                                && headerBytes <= 1 << clusterBits
                                && headerBytes % 8 == 0),
                "a header of " + Integer.toUnsignedString(headerBytes) + " bytes");
        require(headerBytes <= head.limit(), "the header is cut off");
        var features = version == 2
                ? new Qcow2Header.Features(0, 0, 0)
                : new Qcow2Header.Features(head.getLong(72), head.getLong(80), head.getLong(88));
        int order = version == 2 ? 4 : head.getInt(96);
        require(
                order >= 0 && order <= Qcow2Header.MAX_REFCOUNT_ORDER,
                "refcounts of 2^" + Integer.toUnsignedString(order) + " bits");
        int clusterEnd = Math.min(head.limit(), 1 << clusterBits);
        var backing = backingName(clusterEnd);
        int extensionsEnd = backing.isPresent() ? (int) head.getLong(8) : clusterEnd;
        int code = headerBytes > Qcow2Header.V3_MIN_BYTES ? Byte.toUnsignedInt(head.get(104)) : 0;
        var header = new Qcow2Header(
                version,
                clusterBits,
                head.getInt(32),
                order,
                Compression.ZLIB,
                headerBytes,
                layout(),
                features,
                backing,
                extensions(headerBytes, extensionsEnd),
                tail(headerBytes));
        refuseUnknown(header);
        return withCompression(header, code);
    }

    private Qcow2Header.Layout layout() {
        return new Qcow2Header.Layout(
                head.getLong(24),
                head.getInt(36),
                head.getLong(40),
                head.getLong(48),
                head.getInt(56),
                head.getInt(60),
                head.getLong(64));
    }

    private ByteBuffer tail(int headerBytes) {
        int from = Math.min(headerBytes, Qcow2Header.V3_BYTES);
        var copy = new byte[headerBytes - from];
        head.get(from, copy);
        return ByteBuffer.wrap(copy);
    }

    private Optional<String> backingName(int clusterEnd) {
        long offset = head.getLong(8);
        if (offset == 0) {
            return Optional.empty();
        }
        long length = Integer.toUnsignedLong(head.getInt(16));
        require(
                length <= Qcow2Header.MAX_BACKING_NAME_BYTES && offset > 0 && offset <= clusterEnd - length,
                "the name of the backing file (" + length + " bytes at " + Long.toUnsignedString(offset)
                        + ") is not in the first cluster");
        var name = new byte[(int) length];
        head.get((int) offset, name);
        return length == 0 ? Optional.empty() : Optional.of(new String(name, StandardCharsets.UTF_8));
    }

    private List<Qcow2Extension> extensions(int from, int end) {
        var found = new ArrayList<Qcow2Extension>();
        int at = from;
        // The end mark is missing in images of version 2 without extensions, where the cluster ends or is all zeroes.
        while (at <= end - Qcow2Extension.PREFIX_BYTES) {
            int type = head.getInt(at);
            long length = Integer.toUnsignedLong(head.getInt(at + 4));
            if (type == Qcow2Extension.END) {
                return found;
            }
            at += Qcow2Extension.PREFIX_BYTES;
            require(
                    length <= end - at,
                    "the header extension " + Integer.toHexString(type) + " has " + length
                            + " bytes, more than there is room for");
            require(
                    found.size() < Qcow2Header.MAX_EXTENSIONS,
                    "more than " + Qcow2Header.MAX_EXTENSIONS + " header extensions");
            var copy = new byte[(int) length];
            head.get(at, copy);
            found.add(new Qcow2Extension(type, ByteBuffer.wrap(copy)));
            at += (int) ((length + 7) / 8 * 8);
        }
        return found;
    }

    private void refuseUnknown(Qcow2Header header) {
        var unknown = header.unknownFeatures();
        if (!unknown.isEmpty()) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED, path + " uses what we do not know: " + String.join(", ", unknown));
        }
        require(
                !header.hasSubclusters() || header.clusterBits() >= Qcow2Header.MIN_SUBCLUSTER_CLUSTER_BITS,
                "subclusters need clusters of 16 KiB at least");
        require(
                header.encryption() >= 0 && header.encryption() <= 2,
                "an unknown encryption, number " + Integer.toUnsignedString(header.encryption()));
        checkLayout(header);
    }

    private void checkLayout(Qcow2Header header) {
        var layout = header.layout();
        long mask = header.clusterBytes() - 1L;
        require(layout.size() >= 0, "a disk of " + Long.toUnsignedString(layout.size()) + " bytes");
        long entries = Integer.toUnsignedLong(layout.l1Entries());
        require(entries <= Qcow2Header.MAX_L1_BYTES / Long.BYTES, "an L1 table of " + entries + " entries");
        long needed = needed(layout.size(), header.l2Reach());
        require(needed <= entries, "an L1 table of " + entries + " entries for a disk that needs " + needed);
        require(
                entries == 0 || isPlace(layout.l1Offset(), mask),
                "an L1 table at " + Long.toUnsignedString(layout.l1Offset()));
        long tableClusters = Integer.toUnsignedLong(layout.refcountTableClusters());
        require(
                tableClusters > 0
                        && tableClusters << header.clusterBits()
                                <= Math.max(Qcow2Header.MAX_REFCOUNT_TABLE_BYTES, header.clusterBytes()),
                "a refcount table of " + tableClusters + " clusters");
        require(
                isPlace(layout.refcountTableOffset(), mask),
                "a refcount table at " + Long.toUnsignedString(layout.refcountTableOffset()));
        long snapshots = Integer.toUnsignedLong(layout.snapshots());
        require(
                snapshots <= Qcow2Header.MAX_SNAPSHOTS,
                snapshots + " snapshots; at most " + Qcow2Header.MAX_SNAPSHOTS + " are possible");
        require(
                snapshots == 0 || isPlace(layout.snapshotsOffset(), mask),
                "a snapshot table at " + Long.toUnsignedString(layout.snapshotsOffset()));
    }

    private static long needed(long size, long reach) {
        return size / reach + (size % reach == 0 ? 0 : 1);
    }

    private static boolean isPlace(long offset, long mask) {
        return offset > 0 && (offset & mask) == 0;
    }

    private Qcow2Header withCompression(Qcow2Header header, int code) {
        var compression = switch (code) {
            case 0 -> Compression.ZLIB;
            case 1 -> Compression.ZSTD;
            default ->
                throw new ImageException(
                        ImageException.Kind.UNSUPPORTED, path + ": unknown compression, number " + code);
        };
        require(
                header.has(Qcow2Header.COMPRESSION) == (compression != Compression.ZLIB),
                "the kind of compression contradicts the feature bit");
        return new Qcow2Header(
                header.version(),
                header.clusterBits(),
                header.encryption(),
                header.refcountOrder(),
                compression,
                header.headerBytes(),
                header.layout(),
                header.features(),
                header.backingFile(),
                header.extensions(),
                header.tail());
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw new ImageException(ImageException.Kind.CORRUPT, path + ": " + what);
        }
    }
}
