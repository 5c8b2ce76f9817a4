package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;

/** What the formats that are only read have in common. */
final class ReadOnlyFormats {
    private ReadOnlyFormats() {}

    /** Refuses to open an image for writing. */
    static void require(Format format, ImageFile file, OpenContext context) {
        if (!context.readOnly()) {
            throw new ImageException(
                    Kind.UNSUPPORTED, "images of the format " + format + " are read, not written; convert " + file);
        }
    }

    static ImageException refuseToMake(CreateRequest request) {
        return new ImageException(
                Kind.UNSUPPORTED,
                "images of the format " + request.format() + " are read, not made; take qcow2, raw or vdi");
    }

    /** Reads a table that must lie within the file and be no larger than the caller bears; big-endian. */
    static ByteBuffer table(ImageFile file, long offset, long bytes, Bounds bounds) {
        if (bytes > bounds.tableBytes()) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    file + " has a table of " + bytes + " bytes, more than the " + bounds.tableBytes() + " allowed");
        }
        long length = file.length();
        if (offset < 0 || offset > length - bytes) {
            throw new ImageException(
                    Kind.CORRUPT,
                    file + " is truncated: a table of " + bytes + " bytes should be at " + Long.toUnsignedString(offset)
                            + ", but it ends at " + length);
        }
        var table = ByteBuffer.allocateDirect((int) bytes);
        file.read(offset, table);
        return table.flip();
    }
}
