package dev.posada.image;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** Compares what guests see of two disks. */
public final class Comparison {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int SECTOR_BYTES = 512;

    private final Disk first;
    private final Disk second;
    private final ByteBuffer ours = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final ByteBuffer theirs = ByteBuffer.allocateDirect(CHUNK_BYTES);

    private Comparison(Disk first, Disk second) {
        this.first = first;
        this.second = second;
    }

    /**
     * Where the first sector begins in which the two differ; empty when they do not. What one of them has behind the end of the
     * other counts as different unless it is zeroes.
     */
    public static OptionalLong firstDifference(Disk first, Disk second, Progress progress) {
        return new Comparison(first, second).run(progress);
    }

    private OptionalLong run(Progress progress) {
        long size = Math.max(first.size(), second.size());
        for (long at = 0; at < size; ) {
            progress.at(at, size);
            var here = extent(first, at, size - at);
            var there = extent(second, at, size - at);
            long length = Math.min(here.length(), there.length());
            if (here.state() == Extent.State.DATA || there.state() == Extent.State.DATA) {
                length = Math.min(length, CHUNK_BYTES);
                long difference = difference(at, (int) length, here.state(), there.state());
                if (difference >= 0) {
                    return OptionalLong.of((at + difference) / SECTOR_BYTES * SECTOR_BYTES);
                }
            }
            at += length;
        }
        progress.at(size, size);
        return OptionalLong.empty();
    }

    private static Extent extent(Disk disk, long position, long limit) {
        return position >= disk.size()
                ? Extent.zero(limit)
                : ChainExtent.at(disk, position, Math.min(limit, disk.size() - position))
                        .extent();
    }

    private int difference(long position, int length, Extent.State here, Extent.State there) {
        fill(first, here, position, ours.clear().limit(length));
        fill(second, there, position, theirs.clear().limit(length));
        return ours.flip().mismatch(theirs.flip());
    }

    private static void fill(Disk disk, Extent.State state, long position, ByteBuffer target) {
        if (state == Extent.State.DATA) {
            disk.read(position, target);
        } else {
            Zeroes.fill(target);
        }
    }
}
