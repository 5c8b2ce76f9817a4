package dev.posada.iso;

import java.util.List;

/**
 * A file or folder in an image.
 *
 * @param name its name, as the best of the image's name systems has it
 * @param directory whether it is a folder
 * @param sizeBytes the length of a file
 * @param link where a symbolic link points, empty for everything else
 * @param extents where its bytes are
 */
public record IsoEntry(String name, boolean directory, long sizeBytes, String link, List<Extent> extents) {
    /**
     * A stretch of an image.
     *
     * @param block its first block
     * @param lengthBytes its length
     */
    public record Extent(long block, long lengthBytes) {}

    /** Copies the list. */
    public IsoEntry {
        extents = List.copyOf(extents);
    }

    /** Whether it is a file of bytes. */
    public boolean isFile() {
        return !directory && link.isEmpty();
    }
}
