package dev.posada.image;

import java.nio.file.Path;

/**
 * What lies at a place of a disk and which image of the backing chain has it.
 *
 * @param extent what lies there; absent when no image has anything
 * @param depth 0 for the top image, 1 for the one below it, and so on
 * @param file the image that has it
 */
public record ChainExtent(Extent extent, int depth, Path file) {
    /**
     * Looks through a disk and the images below it.
     *
     * @param limit most bytes to look at, at least 1; the range must lie within the disk
     */
    public static ChainExtent at(Disk disk, long position, long limit) {
        var layer = disk;
        long length = limit;
        for (int depth = 0; ; depth++) {
            if (position >= layer.size()) {
                // Behind the end of a shorter backing image there are zeroes.
                return new ChainExtent(Extent.zero(length), depth, layer.path());
            }
            var extent = layer.extent(position, Math.min(length, layer.size() - position));
            var below = layer.backing();
            if (extent.state() != Extent.State.ABSENT || below.isEmpty()) {
                return new ChainExtent(extent, depth, layer.path());
            }
            length = extent.length();
            layer = below.get();
        }
    }

    /** Whether a guest reads zeroes there, as far as can be told without reading. */
    public boolean readsAsZero() {
        return extent.state() != Extent.State.DATA;
    }
}
