package dev.posada.image;

import dev.posada.image.Extent.State;
import java.util.Optional;

/** Cuts what has to be copied of a disk into chunks, in order. For one thread at a time. */
final class ChunkWalk {
    private final Disk source;
    private final boolean topOnly;
    private final boolean everything;
    private final int unitBytes;
    private final int chunkBytes;
    private long position;
    private long number;
    private long knownUntil;
    private State known = State.DATA;

    /**
     * @param topOnly whether what only images below the top one have is left out
     * @param everything whether zeroes are copied like data
     * @param unitBytes chunks of data begin and end at multiples of this, or at the end of the disk; a power of two
     * @param chunkBytes most bytes of a chunk of data; a multiple of the unit
     */
    ChunkWalk(Disk source, boolean topOnly, boolean everything, int unitBytes, int chunkBytes) {
        this.source = source;
        this.topOnly = topOnly;
        this.everything = everything;
        this.unitBytes = unitBytes;
        this.chunkBytes = chunkBytes;
    }

    /**
     * A part of the disk.
     *
     * @param number counts from 0 without gaps
     * @param data whether it has to be read; otherwise it is zeroes
     */
    record Chunk(long number, long position, long length, boolean data) {
        long end() {
            return position + length;
        }
    }

    /** The next chunk, empty at the end of the disk. */
    Optional<Chunk> next() {
        while (position < source.size()) {
            look();
            switch (known) {
                case ABSENT -> position = knownUntil;
                case ZERO -> {
                    return Optional.of(take(position, knownUntil, false));
                }
                case DATA -> {
                    return Optional.of(dataFrom(position & -unitBytes));
                }
            }
        }
        return Optional.empty();
    }

    /** Everything up to the chunk's greatest length, as long as it is data or a short gap between data. */
    private Chunk dataFrom(long begin) {
        long most = Math.min(source.size(), begin + chunkBytes);
        long at = position;
        long end = begin;
        while (at < most) {
            position = at;
            look();
            if (known == State.DATA) {
                at = Math.min(most, knownUntil);
                end = Math.min(most, at + unitBytes - 1 & -unitBytes);
            } else if (knownUntil <= end) {
                at = knownUntil;
            } else {
                break;
            }
        }
        return take(begin, end, true);
    }

    private Chunk take(long begin, long end, boolean data) {
        position = end;
        return new Chunk(number++, begin, end - begin, data);
    }

    /** Learns what is at the position, unless that is known. */
    private void look() {
        if (position < knownUntil) {
            return;
        }
        long limit = source.size() - position;
        if (everything) {
            known = State.DATA;
            knownUntil = position + limit;
            return;
        }
        var extent = topOnly
                ? source.extent(position, limit)
                : ChainExtent.at(source, position, limit).extent();
        known = extent.state() == State.ABSENT && !topOnly ? State.ZERO : extent.state();
        knownUntil = position + extent.length();
    }
}
