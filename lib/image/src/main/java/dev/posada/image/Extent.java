package dev.posada.image;

import java.util.OptionalLong;

/**
 * What lies at a place of a disk, in one layer of a backing chain.
 *
 * @param state what a guest finds there
 * @param length bytes from the asked position that are all alike; at least 1
 * @param hostOffset where in the image's file the first of these bytes lies; empty when nowhere, or compressed
 * @param compressed whether the bytes are stored compressed
 */
public record Extent(State state, long length, OptionalLong hostOffset, boolean compressed) {
    /** What a guest finds at a place. */
    public enum State {
        /** Bytes of this layer. */
        DATA,
        /** Zeroes, whatever lies below. */
        ZERO,
        /** Nothing in this layer: the backing image shows, or zeroes if there is none. */
        ABSENT
    }

    public Extent {
        if (length < 1) {
            throw new IllegalArgumentException("an extent of " + length + " bytes");
        }
    }

    /** Bytes that lie in the file from the given place on. */
    public static Extent data(long length, long hostOffset) {
        return new Extent(State.DATA, length, OptionalLong.of(hostOffset), false);
    }

    /** Bytes that are stored compressed. */
    public static Extent compressed(long length) {
        return new Extent(State.DATA, length, OptionalLong.empty(), true);
    }

    /** Zeroes that occupy nothing. */
    public static Extent zero(long length) {
        return new Extent(State.ZERO, length, OptionalLong.empty(), false);
    }

    /** Zeroes, although the file has room reserved for them. */
    public static Extent zeroAt(long length, long hostOffset) {
        return new Extent(State.ZERO, length, OptionalLong.of(hostOffset), false);
    }

    /** Nothing in this layer. */
    public static Extent absent(long length) {
        return new Extent(State.ABSENT, length, OptionalLong.empty(), false);
    }

    /** The same, but at most so long. */
    public Extent atMost(long limit) {
        return length <= limit ? this : new Extent(state, limit, hostOffset, compressed);
    }
}
