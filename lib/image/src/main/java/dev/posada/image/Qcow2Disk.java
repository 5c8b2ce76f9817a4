package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The guest's disk in a qcow2 image.
 *
 * <p>Its parts: {@link Qcow2Image} the structure and the order of writes, {@link Qcow2Content} what is read, {@link Qcow2Writer}
 * and {@link Qcow2Zeroing} what is changed, {@link Qcow2Bitmaps} the record of what was changed.
 */
final class Qcow2Disk implements CompressingDisk {
    /** Between two looks at how full the caches are. */
    private static final int STEP_BYTES = 16 << 20;

    private final Qcow2Image image;
    private final Qcow2Content content;
    private final Qcow2Writer writer;
    private final Qcow2Zeroing zeroing;
    private Qcow2Bitmaps bitmaps;
    private boolean closed;

    /** @param data where the guest's clusters are: the image itself, or its external data file */
    Qcow2Disk(Qcow2Image image, ByteStore data, Optional<Disk> backing) {
        this.image = image;
        this.content = new Qcow2Content(image, data, backing);
        this.writer = new Qcow2Writer(image, content);
        this.zeroing = new Qcow2Zeroing(image, content, writer);
        this.bitmaps = Qcow2Bitmaps.of(image);
    }

    @Override
    public Path path() {
        return image.path();
    }

    @Override
    public Format format() {
        return Format.QCOW2;
    }

    @Override
    public long size() {
        return image.header().layout().size();
    }

    @Override
    public boolean readOnly() {
        return !image.writable();
    }

    @Override
    public Optional<Disk> backing() {
        return content.backing();
    }

    @Override
    public int clusterBytes() {
        return image.clusterBytes();
    }

    @Override
    public Compression compression() {
        return image.header().compression();
    }

    @Override
    public boolean readsInParallel() {
        return readOnly();
    }

    Qcow2Image image() {
        return image;
    }

    /** Adds the valid bitmaps of another image, of the same size. */
    void copyBitmaps(Qcow2Image from) {
        bitmaps.store();
        flush();
        var changes = new Qcow2BitmapChanges(image);
        for (var each : Qcow2BitmapChanges.bitmaps(from)) {
            if (!each.inUse()) {
                changes.copy(from, each);
            }
        }
        // What was known of the old directory would be written to the wrong place.
        bitmaps = Qcow2Bitmaps.of(image);
    }

    @Override
    public void read(long position, ByteBuffer target) {
        Ranges.require(this, position, target.remaining());
        int limit = target.limit();
        long at = position;
        while (target.position() < limit) {
            content.relieve();
            int before = target.position();
            target.limit((int) Math.min(limit, (long) before + STEP_BYTES));
            try {
                content.read(at, target);
            } finally {
                target.limit(limit);
            }
            at += target.position() - before;
        }
    }

    @Override
    public Extent extent(long position, long limit) {
        Ranges.require(this, position, 1);
        content.relieve();
        var found = content.find(position, Math.min(limit, size() - position));
        return switch (found.kind()) {
            case DATA -> Extent.data(found.length(), found.word());
            case COMPRESSED -> Extent.compressed(found.length());
            case ABSENT -> Extent.absent(found.length());
            case ZERO -> found.word() == 0 ? Extent.zero(found.length()) : Extent.zeroAt(found.length(), found.word());
        };
    }

    @Override
    public void write(long position, ByteBuffer source) {
        Ranges.requireWritable(this, position, source.remaining());
        bitmaps.mark(position, source.remaining());
        writer.write(position, source);
    }

    @Override
    public void writeZeroes(long position, long length, boolean mayDeallocate) {
        Ranges.requireWritable(this, position, length);
        bitmaps.mark(position, length);
        zeroing.zero(position, length, mayDeallocate);
    }

    @Override
    public void discard(long position, long length) {
        Ranges.requireWritable(this, position, length);
        bitmaps.mark(position, length);
        zeroing.discard(position, length);
    }

    @Override
    public void writeCompressed(long position, ByteBuffer compressed) {
        long length = Math.min(clusterBytes(), size() - position);
        Ranges.requireWritable(this, position, Math.max(length, 1));
        if (image.header().hasDataFile()) {
            throw new ImageException(
                    Kind.UNSUPPORTED, image.path() + " has an external data file, which cannot be compressed");
        }
        if ((position & clusterBytes() - 1) != 0 || compressed.remaining() >= clusterBytes()) {
            throw new ImageException(
                    Kind.INVALID,
                    compressed.remaining() + " compressed bytes at " + position + " are no cluster of " + clusterBytes()
                            + " bytes");
        }
        bitmaps.mark(position, length);
        writer.writeCompressed(position, compressed);
    }

    @Override
    public void resize(long bytes) {
        Ranges.requireWritable(this, 0, 0);
        new Qcow2Resize(image, content, zeroing, bitmaps).to(bytes);
    }

    @Override
    public void flush() {
        if (image.writable()) {
            if (image.header().hasDataFile()) {
                content.data().flush();
            }
            image.flush();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (image.writable()) {
                bitmaps.store();
                flush();
            }
        } finally {
            closeFiles();
        }
    }

    private void closeFiles() {
        content.close();
        try {
            image.store().close();
        } finally {
            try {
                if (image.header().hasDataFile()) {
                    content.data().close();
                }
            } finally {
                content.backing().ifPresent(Disk::close);
            }
        }
    }
}
