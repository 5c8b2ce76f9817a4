package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/**
 * A disk as the JDK's channel of bytes. Its size is fixed: a write that reaches the end stops there, {@link #truncate} to less is
 * refused. Closing it closes the disk. One thread at a time uses it.
 */
public final class DiskChannel implements SeekableByteChannel {
    private final Disk disk;
    private long position;
    private boolean open = true;

    /** Takes the disk over. */
    public DiskChannel(Disk disk) {
        this.disk = disk;
    }

    @Override
    public int read(ByteBuffer target) throws ClosedChannelException {
        requireOpen();
        if (position >= disk.size()) {
            return -1;
        }
        int count = available(target);
        int limit = target.limit();
        try {
            disk.read(position, target.limit(target.position() + count));
        } finally {
            target.limit(limit);
        }
        position += count;
        return count;
    }

    /** Writes as much as fits before the end of the disk; 0 bytes at the end. */
    @Override
    public int write(ByteBuffer source) throws ClosedChannelException {
        requireOpen();
        if (disk.readOnly()) {
            throw new NonWritableChannelException();
        }
        int count = available(source);
        int limit = source.limit();
        try {
            disk.write(position, source.limit(source.position() + count));
        } finally {
            source.limit(limit);
        }
        position += count;
        return count;
    }

    private int available(ByteBuffer buffer) {
        return (int) Math.max(0, Math.min(buffer.remaining(), disk.size() - position));
    }

    @Override
    public long position() throws ClosedChannelException {
        requireOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws ClosedChannelException {
        requireOpen();
        if (newPosition < 0) {
            throw new IllegalArgumentException("a position is not negative: " + newPosition);
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws ClosedChannelException {
        requireOpen();
        return disk.size();
    }

    /** Does nothing for a size that is not smaller; a disk does not shrink this way. */
    @Override
    public SeekableByteChannel truncate(long size) throws ClosedChannelException {
        requireOpen();
        if (size < disk.size()) {
            throw new UnsupportedOperationException("a disk is resized by Disk.resize, not truncated");
        }
        position = Math.min(position, size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
        disk.close();
    }

    private void requireOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }
}
