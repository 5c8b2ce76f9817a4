package dev.posada.image;

import java.nio.ByteBuffer;

/** QEMU's copy-on-write format, versions 2 and 3. */
final class Qcow2Format implements FormatSupport {
    private static final int MAGIC = 0x514649fb;

    @Override
    public boolean recognises(ByteBuffer head, ImageFile file) {
        return head.limit() >= 8 && head.getInt(0) == MAGIC && (head.getInt(4) == 2 || head.getInt(4) == 3);
    }

    @Override
    public ImageDescription describe(ImageFile file) {
        throw unsupported(file);
    }

    @Override
    public Disk open(ImageFile file, OpenContext context) {
        throw unsupported(file);
    }

    @Override
    public void create(ImageFile file, CreateRequest request) {
        throw unsupported(file);
    }

    private static ImageException unsupported(ImageFile file) {
        return new ImageException(
                ImageException.Kind.UNSUPPORTED, file + " is a qcow2 image, which cannot be used yet");
    }
}
