package dev.posada.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Native memory seen as a buffer. What a segment's own accessors need, the JDK makes at their first use, one class after
 * the other: 10 ms of a command's start. Buffers are ready from the beginning.
 */
final class Memory {
    private Memory() {}

    /** The segment's bytes, numbers in the machine's order. */
    static ByteBuffer of(MemorySegment segment) {
        return segment.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** The text in UTF-8 with a zero byte behind it. */
    static MemorySegment cString(String text, Arena arena) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var copy = arena.allocate(bytes.length + 1L);
        copy.asByteBuffer().put(bytes);
        return copy;
    }
}
