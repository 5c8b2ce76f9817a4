package dev.posada.image;

import java.nio.ByteBuffer;
import java.util.function.Predicate;

/** A format that we know when we see it, so that it is not taken for a raw disk, and no more. */
final class RecognisedFormat implements FormatSupport {
    private final Format format;
    private final Predicate<ByteBuffer> mark;

    /** @param mark whether the beginning of a file is of the format */
    RecognisedFormat(Format format, Predicate<ByteBuffer> mark) {
        this.format = format;
        this.mark = mark;
    }

    @Override
    public boolean recognises(ByteBuffer head, ImageFile file) {
        return mark.test(head);
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

    private ImageException unsupported(ImageFile file) {
        return new ImageException(
                ImageException.Kind.UNSUPPORTED,
                file + " is of the format " + format + ", which is not supported; convert it elsewhere first");
    }
}
