package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waiting for descriptors: epoll(7), eventfd(2).
 *
 * <p>{@code struct epoll_event} is a 32-bit mask and a 64-bit value chosen by us; x86-64 alone packs it (12 bytes, the value
 * at offset 4), everybody else aligns it (16 bytes, offset 8).
 */
final class PollCalls {
    static final int EPOLLIN = 0x1;
    static final int EPOLLOUT = 0x4;
    static final int EPOLLERR = 0x8;
    static final int EPOLLHUP = 0x10;
    static final int EPOLLONESHOT = 1 << 30;

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;

    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int TOKEN_OFFSET = PACKED ? 4 : 8;

    private static final NativeCall EPOLL_CREATE1 = NativeCall.of("epoll_create1");
    private static final NativeCall EPOLL_CTL = NativeCall.of("epoll_ctl");
    private static final NativeCall EPOLL_WAIT = NativeCall.of("epoll_wait");
    private static final NativeCall EVENTFD = NativeCall.of("eventfd");
    private static final NativeCall WRITE = NativeCall.of("write");

    private PollCalls() {}

    static Descriptor newSet() {
        return Descriptor.adopt(EPOLL_CREATE1.checked("", EPOLL_CLOEXEC));
    }

    static Descriptor newEvent() {
        return Descriptor.adopt(EVENTFD.checked("", 0, EFD_CLOEXEC_NONBLOCK));
    }

    /** Makes an event descriptor readable. */
    static void signal(Descriptor event) {
        try (var arena = Arena.ofConfined()) {
            var one = arena.allocate(JAVA_LONG);
            one.set(JAVA_LONG, 0, 1);
            WRITE.asLong(event.number(), one.address(), JAVA_LONG.byteSize());
        }
    }

    /** 0, or -errno. */
    static int add(int set, int number, int mask, long token) {
        return control(set, EPOLL_CTL_ADD, number, mask, token);
    }

    static int change(int set, int number, int mask, long token) {
        return control(set, EPOLL_CTL_MOD, number, mask, token);
    }

    static int remove(int set, int number) {
        return control(set, EPOLL_CTL_DEL, number, 0, 0);
    }

    private static int control(int set, int operation, int number, int mask, long token) {
        try (var arena = Arena.ofConfined()) {
            var event = arena.allocate(16);
            event.set(JAVA_INT_UNALIGNED, 0, mask);
            event.set(JAVA_LONG_UNALIGNED, TOKEN_OFFSET, token);
            return EPOLL_CTL.asInt(set, operation, number, event.address());
        }
    }

    /** Blocks the thread until something is ready: how many events were stored, or -errno. */
    static int await(int set, MemorySegment events, int eventCount) {
        return EPOLL_WAIT.asInt(set, events.address(), eventCount, -1);
    }

    static int mask(MemorySegment events, int index) {
        return events.get(JAVA_INT_UNALIGNED, (long) index * EVENT_BYTES);
    }

    static long token(MemorySegment events, int index) {
        return events.get(JAVA_LONG_UNALIGNED, (long) index * EVENT_BYTES + TOKEN_OFFSET);
    }
}
