package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file in memory that remembers each change, so that it can be made again as it was at any moment: what a process that was killed
 * then would have left. A write is remembered page by page, since a kill can come between two pages.
 */
final class RecordedStore implements ByteStore {
    private static final int PAGE_BYTES = 4096;
    private static final long MAX_BYTES = 64 << 20;

    private final List<Change> changes = new ArrayList<>();
    private byte[] bytes;
    private int length;
    private long room = MAX_BYTES;

    /** A change; {@code data} is empty for one of the length. */
    private record Change(int offset, int length, ByteBuffer data) {}

    RecordedStore(ByteBuffer content) {
        this.length = content.remaining();
        this.bytes = new byte[Math.max(length, PAGE_BYTES)];
        content.get(content.position(), bytes, 0, length);
    }

    /** From now on the file can be so long; what is there stays. */
    void limit(long longest) {
        room = longest;
    }

    /** How many changes there were. */
    int moments() {
        return changes.size();
    }

    /** The changes that wrote the beginning of the file, where the header is. */
    List<Integer> headerWrites() {
        var found = new ArrayList<Integer>();
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i).offset == 0 && changes.get(i).data.hasRemaining()) {
                found.add(i);
            }
        }
        return found;
    }

    /** The file as it was before all changes but the first so many. */
    static RecordedStore at(ByteBuffer before, RecordedStore recorded, int moment) {
        var store = new RecordedStore(before.duplicate());
        for (var change : recorded.changes.subList(0, moment)) {
            store.replay(change);
        }
        store.changes.clear();
        return store;
    }

    private void replay(Change change) {
        if (change.data.hasRemaining()) {
            write(change.offset, change.data.duplicate());
        } else {
            truncate(change.length);
        }
    }

    ByteBuffer content() {
        return ByteBuffer.wrap(Arrays.copyOf(bytes, length));
    }

    @Override
    public Path path() {
        return Path.of("recorded");
    }

    @Override
    public boolean blockDevice() {
        return false;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        if (offset < 0 || offset > length - target.remaining()) {
            throw new ImageException(ImageException.Kind.CORRUPT, "recorded is truncated: nothing at " + offset);
        }
        target.put(bytes, (int) offset, target.remaining());
    }

    @Override
    public int readAvailable(long offset, ByteBuffer target) {
        int count = Math.clamp(length - offset, 0, target.remaining());
        if (offset < 0) {
            throw new ImageException(ImageException.Kind.CORRUPT, "recorded has nothing at " + offset);
        }
        target.put(bytes, (int) Math.min(offset, length), count);
        return count;
    }

    @Override
    public void write(long offset, ByteBuffer source) {
        requireRoom(offset);
        while (source.hasRemaining()) {
            int part = (int) Math.min(source.remaining(), PAGE_BYTES - offset % PAGE_BYTES);
            var data = new byte[part];
            source.get(data);
            requireRoom(offset + part);
            reserve((int) offset + part);
            System.arraycopy(data, 0, bytes, (int) offset, part);
            changes.add(new Change((int) offset, part, ByteBuffer.wrap(data)));
            offset += part;
        }
    }

    /** As a file system does that has no room for long files. */
    private void requireRoom(long end) {
        if (end < 0 || (end > room && end > length)) {
            throw new ImageException(ImageException.Kind.NO_SPACE, "no file of " + end + " bytes");
        }
    }

    private void reserve(int end) {
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
        }
        length = Math.max(length, end);
    }

    @Override
    public void writeZeroes(long offset, long count, boolean mayDeallocate) {
        requireRoom(offset + count);
        write(offset, ByteBuffer.allocate((int) count));
    }

    @Override
    public boolean tryPunch(long offset, long count) {
        int within = (int) Math.clamp(length - offset, 0, count);
        write(offset, ByteBuffer.allocate(within));
        return true;
    }

    @Override
    public void allocate(long offset, long count) {
        requireRoom(offset + count);
        reserve((int) (offset + count));
        changes.add(new Change(0, length, ByteBuffer.allocate(0)));
    }

    @Override
    public void truncate(long end) {
        requireRoom(end);
        reserve((int) end);
        Arrays.fill(bytes, (int) end, bytes.length, (byte) 0);
        length = (int) end;
        changes.add(new Change(0, length, ByteBuffer.allocate(0)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
