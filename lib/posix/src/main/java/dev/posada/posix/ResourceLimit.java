package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What a process may use at most, prlimit(2). The numbers are those of x86-64 and 64-bit ARM. */
public enum ResourceLimit {
    /** Bytes of a file it writes. */
    FILE_SIZE_BYTES(1),
    /** Bytes of a core dump. */
    CORE_BYTES(4),
    /** Processes and threads of its user. */
    PROCESSES(6),
    /** One more than its highest descriptor. */
    OPEN_FILES(7),
    /** Bytes of memory locked into RAM. */
    LOCKED_MEMORY_BYTES(8);

    /** No limit at all. */
    public static final long UNLIMITED = -1;

    private static final NativeCall PRLIMIT = NativeCall.of("prlimit");

    private final int number;

    ResourceLimit(int number) {
        this.number = number;
    }

    /**
     * Both values of a limit.
     *
     * @param soft what is enforced
     * @param hard up to where the process itself may raise that
     */
    public record Values(long soft, long hard) {}

    /** The limit of a process; 0 means this one. */
    public Values of(int pid) {
        try (var arena = Arena.ofConfined()) {
            var old = arena.allocate(JAVA_LONG, 2);
            call(pid, MemorySegment.NULL, old);
            return new Values(old.getAtIndex(JAVA_LONG, 0), old.getAtIndex(JAVA_LONG, 1));
        }
    }

    /**
     * Sets the limit of a process; 0 means this one.
     *
     * @throws PosixException EPERM when the hard value is to be raised without privilege; ESRCH when the process is gone
     */
    public void set(int pid, Values values) {
        try (var arena = Arena.ofConfined()) {
            var wanted = arena.allocate(JAVA_LONG, 2);
            wanted.setAtIndex(JAVA_LONG, 0, values.soft());
            wanted.setAtIndex(JAVA_LONG, 1, values.hard());
            call(pid, wanted, MemorySegment.NULL);
        }
    }

    private void call(int pid, MemorySegment wanted, MemorySegment old) {
        PRLIMIT.checked(name() + " of process " + pid, pid, number, wanted.address(), old.address());
    }
}
