package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes the table of snapshots; the layout of its entries is {@link Qcow2Snapshot}'s. */
final class Qcow2SnapshotTable {
    /** QEMU's bounds. */
    private static final long MAX_TABLE_BYTES = 1024L * Qcow2Header.MAX_SNAPSHOTS;

    private static final long MAX_EXTRA_BYTES = 1024;
    private static final int MAX_TEXT_BYTES = 0xffff;

    private Qcow2SnapshotTable() {}

    /** The snapshots of an image, whose L1 tables have been checked to be where tables can be. */
    static List<Qcow2Snapshot> read(Qcow2Image image) {
        var layout = image.header().layout();
        var snapshots = new ArrayList<Qcow2Snapshot>();
        long at = layout.snapshotsOffset();
        for (int i = 0; i < layout.snapshots(); i++) {
            var fixed = read(image, at, Qcow2Snapshot.FIXED_BYTES);
            long extraBytes = Integer.toUnsignedLong(fixed.getInt(36));
            int idBytes = Short.toUnsignedInt(fixed.getShort(12));
            int nameBytes = Short.toUnsignedInt(fixed.getShort(14));
            if (extraBytes > MAX_EXTRA_BYTES) {
                throw image.corrupt("snapshot " + i + " has " + extraBytes + " bytes of extra data");
            }
            var rest = read(image, at + Qcow2Snapshot.FIXED_BYTES, (int) extraBytes + idBytes + nameBytes);
            var snapshot = parse(fixed, rest, (int) extraBytes, idBytes, layout.size());
            check(image, i, snapshot);
            snapshots.add(snapshot);
            at += Qcow2Snapshot.FIXED_BYTES + rest.limit() + 7L & ~7L;
            if (at - layout.snapshotsOffset() > MAX_TABLE_BYTES) {
                throw image.corrupt("its table of snapshots is longer than " + MAX_TABLE_BYTES + " bytes");
            }
        }
        return snapshots;
    }

    private static ByteBuffer read(Qcow2Image image, long offset, int bytes) {
        var buffer = ByteBuffer.allocate(bytes);
        image.store().read(offset, buffer);
        return buffer.flip();
    }

    private static Qcow2Snapshot parse(
            ByteBuffer fixed, ByteBuffer rest, int extraBytes, int idBytes, long currentSize) {
        var extra = rest.slice(0, extraBytes);
        return new Qcow2Snapshot(
                fixed.getLong(0),
                fixed.getInt(8),
                text(rest.slice(extraBytes, idBytes)),
                text(rest.slice(extraBytes + idBytes, rest.limit() - extraBytes - idBytes)),
                fixed.getInt(16),
                fixed.getInt(20),
                fixed.getLong(24),
                extraBytes >= 8 ? extra.getLong(0) : Integer.toUnsignedLong(fixed.getInt(32)),
                extraBytes >= 16 ? extra.getLong(8) : currentSize,
                extra);
    }

    private static void check(Qcow2Image image, int index, Qcow2Snapshot snapshot) {
        long entries = Integer.toUnsignedLong(snapshot.l1Entries());
        if (entries > Qcow2Header.MAX_L1_BYTES / Long.BYTES
                || (snapshot.l1Offset() & image.clusterBytes() - 1) != 0
                || snapshot.l1Offset() < 0
                || (snapshot.l1Offset() == 0 && entries > 0)
                || snapshot.diskBytes() < 0) {
            throw image.corrupt("snapshot " + index + " has an L1 table of " + entries + " entries at "
                    + Long.toUnsignedString(snapshot.l1Offset()) + " and a disk of "
                    + Long.toUnsignedString(snapshot.diskBytes()) + " bytes");
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    /** The bytes that the table in the file has. */
    static long storedBytes(Qcow2Image image) {
        long bytes = 0;
        for (var each : image.snapshots()) {
            // With the extra data that was found, which may be less than what we write.
            int texts = bytes(each.id()).length + bytes(each.name()).length;
            bytes += Qcow2Snapshot.FIXED_BYTES + each.extra().limit() + texts + 7 & ~7;
        }
        return bytes;
    }

    /** The table for these snapshots. */
    static ByteBuffer encode(Qcow2Image image, List<Qcow2Snapshot> snapshots) {
        long total = 0;
        for (var each : snapshots) {
            total += encodedBytes(each);
        }
        if (snapshots.size() > Qcow2Header.MAX_SNAPSHOTS || total > MAX_TABLE_BYTES) {
            throw new ImageException(
                    ImageException.Kind.INVALID,
                    image.path() + " cannot have more snapshots: there are " + snapshots.size() + ", of " + total
                            + " bytes");
        }
        var table = ByteBuffer.allocate((int) total);
        for (var each : snapshots) {
            put(table, each);
        }
        return table.flip();
    }

    private static int extraBytes(Qcow2Snapshot snapshot) {
        return Math.max(16, snapshot.extra().limit());
    }

    private static int encodedBytes(Qcow2Snapshot snapshot) {
        int texts = bytes(snapshot.id()).length + bytes(snapshot.name()).length;
        return Qcow2Snapshot.FIXED_BYTES + extraBytes(snapshot) + texts + 7 & ~7;
    }

    private static void put(ByteBuffer table, Qcow2Snapshot snapshot) {
        int start = table.position();
        byte[] id = bytes(snapshot.id());
        byte[] name = bytes(snapshot.name());
        if (id.length > MAX_TEXT_BYTES || name.length > MAX_TEXT_BYTES) {
            throw new ImageException(
                    ImageException.Kind.INVALID,
                    "the name of a snapshot has " + Math.max(id.length, name.length) + " bytes; at most "
                            + MAX_TEXT_BYTES + " are possible");
        }
        table.putLong(snapshot.l1Offset()).putInt(snapshot.l1Entries());
        table.putShort((short) id.length).putShort((short) name.length);
        table.putInt(snapshot.seconds()).putInt(snapshot.nanos()).putLong(snapshot.clockNanos());
        table.putInt(snapshot.stateBytes() > 0xffff_ffffL ? 0 : (int) snapshot.stateBytes());
        table.putInt(extraBytes(snapshot));
        table.putLong(snapshot.stateBytes()).putLong(snapshot.diskBytes());
        if (snapshot.extra().limit() > 16) {
            table.put(snapshot.extra().slice(16, snapshot.extra().limit() - 16));
        }
        table.put(id).put(name);
        table.position(start + encodedBytes(snapshot));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
