package dev.posada.image;

import java.nio.ByteBuffer;

/** What one format can do. Knows nothing of other formats; {@link Images} finds the right one. Without state. */
interface FormatSupport {
    /**
     * Whether the content is of this format.
     *
     * @param head the beginning of the file, up to {@link Images#HEAD_BYTES}, big-endian; to be read by absolute positions only
     * @param file the whole file, for formats that have their mark elsewhere
     */
    boolean recognises(ByteBuffer head, ImageFile file);

    /**
     * Reads what the image says about itself. The file stays the caller's.
     *
     * @throws ImageException CORRUPT when its structure is not what the format demands
     */
    ImageDescription describe(ImageFile file);

    /**
     * Opens the guest's disk. The file belongs to the disk from now on, but stays the caller's when this fails.
     *
     * @param file open for writing unless the context says read-only; locked already
     */
    Disk open(ImageFile file, OpenContext context);

    /**
     * Makes an empty image in an empty file. The file stays the caller's, who flushes it and gives it its name.
     *
     * @param request already checked: the backing image exists and the size is known
     * @throws ImageException INVALID for options that the format does not know or cannot have together
     */
    void create(ImageFile file, CreateRequest request);
}
