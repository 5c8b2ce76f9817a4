package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file that is the disk. */
final class RawDisk implements Disk {
    private static final int SECTOR_BYTES = 512;

    private final ImageFile file;
    private final boolean readOnly;
    private long size;

    RawDisk(ImageFile file, boolean readOnly) {
        this.file = file;
        this.readOnly = readOnly;
        this.size = sizeOf(file);
    }

    /** A file that ends in the midst of a sector is read as if zeroes followed, as QEMU does. */
    static long sizeOf(ImageFile file) {
        return Math.ceilDiv(file.length(), SECTOR_BYTES) * SECTOR_BYTES;
    }

    ImageFile file() {
        return file;
    }

    @Override
    public Format format() {
        return Format.RAW;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public boolean readsInParallel() {
        return true;
    }

    @Override
    public void read(long position, ByteBuffer target) {
        Ranges.require(this, position, target.remaining());
        if (position + target.remaining() > size - SECTOR_BYTES) {
            file.readPadded(position, target);
        } else {
            file.read(position, target);
        }
    }

    @Override
    public void write(long position, ByteBuffer source) {
        Ranges.requireWritable(this, position, source.remaining());
        file.write(position, source);
    }

    @Override
    public void writeZeroes(long position, long length, boolean mayDeallocate) {
        Ranges.requireWritable(this, position, length);
        file.writeZeroes(position, length, mayDeallocate);
    }

    @Override
    public void discard(long position, long length) {
        Ranges.requireWritable(this, position, length);
        if (length > 0) {
            file.tryPunch(position, length);
        }
    }

    @Override
    public Extent extent(long position, long limit) {
        Ranges.require(this, position, limit);
        var data = file.nextData(position);
        if (data.isEmpty()) {
            return Extent.zeroAt(limit, position);
        }
        if (data.getAsLong() > position) {
            return Extent.zeroAt(Math.min(limit, data.getAsLong() - position), position);
        }
        long hole = file.nextHole(position).orElse(size);
        // The hole at the end of the file counts only if a whole sector is in it.
        long end = hole >= file.length() ? size : hole;
        return Extent.data(Math.min(limit, end - position), position);
    }

    @Override
    public void resize(long bytes) {
        Ranges.requireWritable(this, 0, 0);
        if (bytes < 0) {
            throw new ImageException(ImageException.Kind.INVALID, file + " cannot have " + bytes + " bytes");
        }
        if (file.blockDevice()) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED, file + " is a device: its size is not ours to change");
        }
        file.truncate(bytes);
        size = sizeOf(file);
    }

    @Override
    public void flush() {
        if (!readOnly) {
            file.flush();
        }
    }

    @Override
    public void close() {
        try (file) {
            flush();
        }
    }
}
