package dev.posada.storage;

import dev.posada.image.Bounds;
import dev.posada.image.Disk;
import dev.posada.image.Extent;
import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Copies what a guest sees on one image to another, whatever their formats. */
final class ImageCopy {
    private static final int CHUNK_BYTES = 1 << 20;

    private ImageCopy() {}

    /**
     * Copies into an image that holds nothing yet.
     *
     * @param whole whether the images below the source are copied too; otherwise the target has the same ones
     */
    static void copy(Path from, Optional<Format> fromFormat, Path to, Optional<Format> toFormat, boolean whole) {
        var reading = OpenOptions.READING.withFormat(fromFormat).within(Bounds.DEFAULT);
        var writing = OpenOptions.WRITING.withFormat(toFormat).withoutLock().withoutBacking();
        try (var source = Images.open(from, whole ? reading : reading.withoutBacking());
                var target = Images.open(to, writing)) {
            copy(source, target, whole);
        }
    }

    private static void copy(Disk source, Disk target, boolean whole) {
        var chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long size = Math.min(source.size(), target.size());
        long position = 0;
        while (position < size) {
            var extent = source.extent(position, size - position);
            long end = position + extent.length();
            boolean read = switch (extent.state()) {
                case DATA -> true;
                case ZERO -> false;
                case ABSENT -> whole && source.backing().isPresent();
            };
            if (read) {
                copyData(source, target, position, end, chunk);
            } else if (!whole && extent.state() == Extent.State.ZERO) {
                target.writeZeroes(position, extent.length(), true);
            }
            position = end;
        }
    }

    private static void copyData(Disk source, Disk target, long from, long end, ByteBuffer chunk) {
        for (long position = from; position < end; position += CHUNK_BYTES) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - position));
            source.read(position, chunk);
            chunk.flip();
            if (!zero(chunk)) {
                target.write(position, chunk);
            }
        }
    }

    private static boolean zero(ByteBuffer bytes) {
        int at = bytes.position();
        for (; at + Long.BYTES <= bytes.limit(); at += Long.BYTES) {
            if (bytes.getLong(at) != 0) {
                return false;
            }
        }
        for (; at < bytes.limit(); at++) {
            if (bytes.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
