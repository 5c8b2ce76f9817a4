package dev.posada.image;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.Set;

/** The guest's bytes as they are: byte n of the disk is byte n of the file. The last sector is filled up with zeroes. */
final class RawFormat implements FormatSupport {
    @Override
    public boolean recognises(ByteBuffer head, ImageFile file) {
        return true;
    }

    @Override
    public ImageDescription describe(ImageFile file) {
        return ImageDescription.plain(file, Format.RAW, RawDisk.sizeOf(file), OptionalLong.empty());
    }

    @Override
    public Disk open(ImageFile file, OpenContext context) {
        return new RawDisk(file, context.readOnly());
    }

    @Override
    public void create(ImageFile file, CreateRequest request) {
        Images.requireKnown(request, Set.of());
        Images.refuseBacking(request);
        if (file.blockDevice()) {
            if (file.length() < request.size()) {
                throw new ImageException(
                        ImageException.Kind.NO_SPACE,
                        file + " has " + file.length() + " bytes, too few for " + request.size());
            }
            return;
        }
        switch (request.preallocation()) {
            case OFF -> file.truncate(request.size());
            case FALLOC -> {
                file.truncate(request.size());
                file.allocate(0, request.size());
            }
            case FULL -> {
                file.truncate(request.size());
                file.allocate(0, request.size());
                file.writeZeroes(0, request.size(), false);
            }
            case METADATA ->
                throw new ImageException(
                        ImageException.Kind.INVALID, "a raw image has no tables: preallocation=metadata means nothing");
        }
    }
}
