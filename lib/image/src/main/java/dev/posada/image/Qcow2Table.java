package dev.posada.image;

import java.nio.ByteBuffer;

/** A cluster of metadata in memory, an L2 table or a refcount block, and which part of it is not yet in the file. */
final class Qcow2Table {
    private final long offset;
    private final ByteBuffer bytes;
    private boolean fresh;
    private int dirtyFrom;
    private int dirtyTo;

    /** @param fresh whether nothing in the file refers to it yet; all of it then counts as changed */
    Qcow2Table(long offset, ByteBuffer bytes, boolean fresh) {
        this.offset = offset;
        this.bytes = bytes;
        this.fresh = fresh;
        this.dirtyFrom = fresh ? 0 : bytes.capacity();
        this.dirtyTo = fresh ? bytes.capacity() : 0;
    }

    /** Its place in the file. */
    long offset() {
        return offset;
    }

    /** The content, for absolute access; who changes it says so with {@link #touch}. */
    ByteBuffer bytes() {
        return bytes;
    }

    boolean fresh() {
        return fresh;
    }

    boolean dirty() {
        return dirtyFrom < dirtyTo;
    }

    void touch(int from, int length) {
        dirtyFrom = Math.min(dirtyFrom, from);
        dirtyTo = Math.max(dirtyTo, from + length);
    }

    long word(int index) {
        return bytes.getLong(index << 3);
    }

    void put(int index, long word) {
        bytes.putLong(index << 3, word);
        touch(index << 3, Long.BYTES);
    }

    void writeTo(ByteStore store) {
        store.write(offset + dirtyFrom, bytes.duplicate().position(dirtyFrom).limit(dirtyTo));
        dirtyFrom = bytes.capacity();
        dirtyTo = 0;
        fresh = false;
    }
}
