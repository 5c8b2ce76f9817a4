package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Several disks one behind the other, as one disk for reading; closing it closes all. */
public final class JoinedDisk implements Disk {
    private final List<Disk> parts;
    private final long size;

    /**
     * Takes over the disks.
     *
     * @throws ImageException INVALID when there are none, or they are too large together
     */
    public JoinedDisk(List<Disk> parts) {
        if (parts.isEmpty()) {
            throw new ImageException(Kind.INVALID, "there is no disk to join");
        }
        this.parts = List.copyOf(parts);
        long sum = 0;
        for (var part : parts) {
            sum += part.size();
            if (sum < 0) {
                throw new ImageException(Kind.INVALID, "the disks are too large together");
            }
        }
        this.size = sum;
    }

    @Override
    public Format format() {
        return parts.getFirst().format();
    }

    @Override
    public Path path() {
        return parts.getFirst().path();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public void read(long position, ByteBuffer target) {
        Ranges.require(this, position, target.remaining());
        int end = target.limit();
        long begin = 0;
        long at = position;
        for (var part : parts) {
            long partEnd = begin + part.size();
            if (at < partEnd && target.position() < end) {
                int count = (int) Math.min(end - target.position(), partEnd - at);
                part.read(at - begin, target.limit(target.position() + count));
                at += count;
            }
            begin = partEnd;
        }
        target.limit(end);
    }

    /** As a guest would find it: images below the parts are looked at too. */
    @Override
    public Extent extent(long position, long limit) {
        Ranges.require(this, position, limit);
        long begin = 0;
        for (var part : parts) {
            if (position < begin + part.size()) {
                long length = Math.min(limit, begin + part.size() - position);
                var extent = ChainExtent.at(part, position - begin, length).extent();
                return extent.state() == Extent.State.ABSENT ? Extent.zero(extent.length()) : extent;
            }
            begin += part.size();
        }
        throw new IllegalStateException("the range was checked");
    }

    @Override
    public void write(long position, ByteBuffer source) {
        throw readingOnly();
    }

    @Override
    public void writeZeroes(long position, long length, boolean mayDeallocate) {
        throw readingOnly();
    }

    @Override
    public void discard(long position, long length) {
        throw readingOnly();
    }

    @Override
    public void resize(long bytes) {
        throw readingOnly();
    }

    private static ImageException readingOnly() {
        return new ImageException(Kind.DENIED, "joined disks are read, not written");
    }

    @Override
    public void flush() {
        // Nothing was written.
    }

    @Override
    public void close() {
        close(parts);
    }

    private static void close(List<Disk> disks) {
        if (!disks.isEmpty()) {
            try {
                disks.getFirst().close();
            } finally {
                close(disks.subList(1, disks.size()));
            }
        }
    }
}
