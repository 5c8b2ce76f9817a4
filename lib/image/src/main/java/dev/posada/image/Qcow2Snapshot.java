package dev.posada.image;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * An entry of the snapshot table.
 *
 * <pre>
 *   0  8  place of its L1 table               24  8  how long the guest had run, in nanoseconds
 *   8  4  entries of it                       32  4  size of the guest's state; the extra data has a wider one
 *  12  2  length of the id                    36  4  length of the extra data
 *  14  2  length of the name                  40     extra data: 8 size of the guest's state, 8 size of the disk, 8 count
 *  16  4  seconds since 1970                         of instructions (all ones: not counted), then what we do not know
 *  20  4  nanoseconds beside them                    then the id, the name, zeroes up to a multiple of eight
 * </pre>
 *
 * @param l1Offset place of its L1 table
 * @param l1Entries entries of it
 * @param diskBytes size of the disk; of the current one if the entry does not say
 * @param extra the extra data as it was found, to be kept
 */
record Qcow2Snapshot(
        long l1Offset,
        int l1Entries,
        String id,
        String name,
        int seconds,
        int nanos,
        long clockNanos,
        long stateBytes,
        long diskBytes,
        ByteBuffer extra) {

    static final int FIXED_BYTES = 40;
    static final int EXTRA_BYTES = 24;

    Qcow2Snapshot {
        extra = extra.slice().asReadOnlyBuffer();
    }

    Qcow2Snapshot withL1(long offset, int entries) {
        return new Qcow2Snapshot(offset, entries, id, name, seconds, nanos, clockNanos, stateBytes, diskBytes, extra);
    }

    SnapshotEntry entry() {
        var count = extra.limit() >= EXTRA_BYTES && extra.getLong(16) != -1
                ? OptionalLong.of(extra.getLong(16))
                : OptionalLong.empty();
        return new SnapshotEntry(
                id,
                name,
                Instant.ofEpochSecond(Integer.toUnsignedLong(seconds), Integer.toUnsignedLong(nanos)),
                Duration.ofNanos(clockNanos),
                stateBytes,
                diskBytes,
                count);
    }
}
