package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** A part of a disk, as a disk of its own; closing it closes the whole. */
public final class DiskSlice implements Disk {
    private final Disk whole;
    private final long offset;
    private final long length;

    /** The range must lie within the disk, which is taken over. */
    public DiskSlice(Disk whole, long offset, long length) {
        Ranges.require(whole, offset, length);
        this.whole = whole;
        this.offset = offset;
        this.length = length;
    }

    @Override
    public Format format() {
        return whole.format();
    }

    @Override
    public Path path() {
        return whole.path();
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public boolean readOnly() {
        return whole.readOnly();
    }

    @Override
    public boolean readsInParallel() {
        return whole.readsInParallel();
    }

    @Override
    public void read(long position, ByteBuffer target) {
        Ranges.require(this, position, target.remaining());
        whole.read(offset + position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) {
        Ranges.requireWritable(this, position, source.remaining());
        whole.write(offset + position, source);
    }

    @Override
    public void writeZeroes(long position, long bytes, boolean mayDeallocate) {
        Ranges.requireWritable(this, position, bytes);
        whole.writeZeroes(offset + position, bytes, mayDeallocate);
    }

    @Override
    public void discard(long position, long bytes) {
        Ranges.requireWritable(this, position, bytes);
        whole.discard(offset + position, bytes);
    }

    @Override
    public Extent extent(long position, long limit) {
        Ranges.require(this, position, limit);
        return whole.extent(offset + position, limit);
    }

    @Override
    public void resize(long bytes) {
        throw new ImageException(ImageException.Kind.UNSUPPORTED, "a part of a disk has a fixed size");
    }

    @Override
    public void flush() {
        whole.flush();
    }

    /** The same part of the image below; what lies behind that one's end is not in it. */
    @Override
    public Optional<Disk> backing() {
        return whole.backing().map(below -> {
            long begin = Math.min(offset, below.size());
            return new DiskSlice(below, begin, Math.min(length, below.size() - begin));
        });
    }

    @Override
    public void close() {
        whole.close();
    }
}
