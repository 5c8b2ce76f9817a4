package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/** On which cpus a thread may run: sched_setaffinity(2). Bit n of a set means cpu n. */
public final class CpuAffinity {
    /** Bytes of a cpu mask: 8,192 cpus, the most that Linux is built for. */
    private static final int MASK_BYTES = 1024;

    private static final NativeCall SET = NativeCall.of("sched_setaffinity");
    private static final NativeCall GET = NativeCall.of("sched_getaffinity");

    private CpuAffinity() {}

    /**
     * The cpus a thread may use.
     *
     * @param thread kernel's thread number; of a process its main thread, 0 means the calling one
     */
    public static BitSet of(int thread) {
        try (var arena = Arena.ofConfined()) {
            var mask = arena.allocate(MASK_BYTES, 8);
            GET.checked("thread " + thread, thread, MASK_BYTES, mask.address());
            return BitSet.valueOf(mask.toArray(JAVA_BYTE));
        }
    }

    /**
     * Confines a thread to the given cpus; of a process only its main thread and those it starts later.
     *
     * @throws PosixException EINVAL when none of the cpus exists; ESRCH when the thread is gone
     */
    public static void confine(int thread, BitSet cpus) {
        if (cpus.length() > MASK_BYTES * Byte.SIZE) {
            throw new IllegalArgumentException("cpu " + (cpus.length() - 1) + " is beyond what Linux knows");
        }
        try (var arena = Arena.ofConfined()) {
            var mask = arena.allocate(MASK_BYTES, 8);
            byte[] bits = cpus.toByteArray();
            MemorySegment.copy(bits, 0, mask, JAVA_BYTE, 0, bits.length);
            SET.checked("thread " + thread, thread, MASK_BYTES, mask.address());
        }
    }
}
