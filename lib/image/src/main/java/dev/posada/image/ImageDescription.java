package dev.posada.image;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an image says about itself, read without locking it.
 *
 * @param path the file
 * @param format its format
 * @param virtualBytes size of the guest's disk
 * @param actualBytes what the file occupies on its file system, holes not counted
 * @param clusterBytes unit in which room is given to the guest's disk, if the format has such a thing
 * @param backing the image below, as written in the file
 * @param encrypted whether the guest's bytes are encrypted
 * @param dirty whether the image was not closed properly and its counts may be wrong
 * @param corrupt whether somebody has marked the image as damaged
 * @param snapshots the snapshots inside
 * @param details what only this format has, by QEMU's names ({@code compat}, {@code refcount-bits}, …); the values are {@code
 *     String}, {@code Long}, {@code Boolean}, or {@code List} and {@code Map} of these, in QEMU's order
 */
public record ImageDescription(
        Path path,
        Format format,
        long virtualBytes,
        long actualBytes,
        OptionalLong clusterBytes,
        Optional<BackingReference> backing,
        boolean encrypted,
        boolean dirty,
        boolean corrupt,
        List<SnapshotEntry> snapshots,
        Map<String, Object> details) {
    public ImageDescription {
        snapshots = List.copyOf(snapshots);
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** Of a format that has nothing to say but sizes. */
    static ImageDescription plain(ImageFile file, Format format, long virtualBytes, OptionalLong clusterBytes) {
        return new ImageDescription(
                file.path(),
                format,
                virtualBytes,
                file.allocatedBytes(),
                clusterBytes,
                Optional.empty(),
                false,
                false,
                false,
                List.of(),
                Map.of());
    }
}
