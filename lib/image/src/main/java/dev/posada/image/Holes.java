package dev.posada.image;

import dev.posada.image.Extent.State;

/** Finds the holes a file system knows of within what an image calls data. */
final class Holes {
    private Holes() {}

    /** The same extent, cut where the file turns from data into a hole or back, and called zero if it begins with a hole. */
    static Extent refine(ImageFile file, Extent extent) {
        if (extent.state() != State.DATA || extent.hostOffset().isEmpty()) {
            return extent;
        }
        long offset = extent.hostOffset().getAsLong();
        long end = offset + extent.length();
        long data = file.nextData(offset).orElse(end);
        if (data > offset) {
            // Behind the end of the file nothing is a hole: the image is truncated, and a read will say so.
            long length = Math.min(Math.min(data, end), file.length()) - offset;
            return length <= 0 ? extent : Extent.zeroAt(length, offset);
        }
        long hole = file.nextHole(offset).orElse(end);
        return extent.atMost(Math.max(1, Math.min(hole, end) - offset));
    }
}
