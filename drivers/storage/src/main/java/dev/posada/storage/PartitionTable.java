package dev.posada.storage;

import dev.posada.storage.Partition.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A disk's table of partitions.
 *
 * @param label {@code gpt} or {@code dos}
 * @param sectorBytes what the disk reads and writes at least
 * @param startBytes where the first partition may begin
 * @param endBytes where the last must end
 * @param partitions those there are
 */
record PartitionTable(String label, int sectorBytes, long startBytes, long endBytes, List<Partition> partitions) {
    /** Most partitions of a dos table that are not within another. */
    private static final int DOS_PRIMARIES = 4;

    /** Where partitions begin, if there is room for that: what modern disks and tools like. */
    private static final long ALIGNMENT_BYTES = 1 << 20;

    PartitionTable {
        partitions = List.copyOf(partitions);
    }

    /** A stretch of a disk. */
    record Stretch(long startBytes, long endBytes) {
        long lengthBytes() {
            return endBytes - startBytes;
        }
    }

    boolean dos() {
        return label.equals("dos");
    }

    Optional<Partition> extended() {
        return partitions.stream().filter(one -> one.role() == Role.EXTENDED).findFirst();
    }

    /** What is free outside of an extended partition. */
    List<Stretch> freeOutside() {
        return gaps(
                new Stretch(startBytes, endBytes),
                partitions.stream()
                        .filter(one -> one.role() != Role.LOGICAL)
                        .map(one -> new Stretch(one.startBytes(), one.endBytes()))
                        .toList());
    }

    /** What is free within the extended partition; each logical one has a sector of its own before it. */
    List<Stretch> freeInside() {
        return extended()
                .map(outer -> gaps(
                        new Stretch(outer.startBytes() + sectorBytes, outer.endBytes()),
                        partitions.stream()
                                .filter(one -> one.role() == Role.LOGICAL)
                                .map(one -> new Stretch(one.startBytes() - sectorBytes, one.endBytes()))
                                .toList()))
                .orElse(List.of());
    }

    private static List<Stretch> gaps(Stretch whole, List<Stretch> taken) {
        var gaps = new ArrayList<Stretch>();
        long position = whole.startBytes();
        var inOrder = taken.stream()
                .sorted(Comparator.comparingLong(Stretch::startBytes))
                .toList();
        for (var one : inOrder) {
            if (one.startBytes() > position) {
                gaps.add(new Stretch(position, one.startBytes()));
            }
            position = Math.max(position, one.endBytes());
        }
        if (whole.endBytes() > position) {
            gaps.add(new Stretch(position, whole.endBytes()));
        }
        return gaps;
    }

    /** What part a new partition would have; nothing when there is no place in the table for another. */
    Optional<Role> nextRole(boolean extendedWanted) {
        if (!dos()) {
            return Optional.of(Role.PRIMARY);
        }
        long primaries =
                partitions.stream().filter(one -> one.role() != Role.LOGICAL).count();
        if (extendedWanted) {
            return extended().isEmpty() && primaries < DOS_PRIMARIES ? Optional.of(Role.EXTENDED) : Optional.empty();
        }
        if (primaries < DOS_PRIMARIES) {
            return Optional.of(Role.PRIMARY);
        }
        return extended().map(_ -> Role.LOGICAL);
    }

    /** The number a new partition would have. */
    int nextNumber(Role role) {
        int lowest = role == Role.LOGICAL ? DOS_PRIMARIES + 1 : 1;
        return IntStream.iterate(lowest, number -> number + 1)
                .filter(number -> partitions.stream().noneMatch(one -> one.number() == number))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Where a new partition would be: in the smallest stretch that has room for it, aligned if there is room for that.
     *
     * @return empty when no stretch is large enough
     */
    Optional<Stretch> room(Role role, long lengthBytes) {
        long length = Math.ceilDiv(lengthBytes, sectorBytes) * sectorBytes;
        var free = role == Role.LOGICAL
                // Its own sector comes first.
                ? freeInside().stream()
                        .map(gap -> new Stretch(gap.startBytes() + sectorBytes, gap.endBytes()))
                        .toList()
                : freeOutside();
        return fitting(free, length, ALIGNMENT_BYTES).or(() -> fitting(free, length, sectorBytes));
    }

    private static Optional<Stretch> fitting(List<Stretch> free, long length, long alignment) {
        return free.stream()
                .filter(gap -> aligned(gap, alignment) <= gap.endBytes() - length)
                .min(Comparator.comparingLong(Stretch::lengthBytes))
                .map(gap -> new Stretch(aligned(gap, alignment), aligned(gap, alignment) + length));
    }

    private static long aligned(Stretch gap, long alignment) {
        return Math.ceilDiv(gap.startBytes(), alignment) * alignment;
    }
}
