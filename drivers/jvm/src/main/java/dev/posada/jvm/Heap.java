package dev.posada.jvm;

import java.util.List;

/**
 * How a program's memory is divided. {@code <memory>} is the limit of the whole process; the heap gets what is left when a
 * quarter of it, at least 64 MiB and at most 1 GiB, is kept for everything else a JVM has (classes, compiled code, stacks,
 * collectors, buffers), and at least half of it.
 */
final class Heap {
    private static final long REST_MIN_KIB = 64 << 10;
    private static final long REST_MAX_KIB = 1 << 20;

    /** Options by which a user sizes the heap; with one of them this driver does not. */
    private static final List<String> USER_SIZED =
            List.of("-Xmx", "-XX:MaxHeapSize=", "-XX:MaxRAMPercentage=", "-XX:MaxRAM=", "-XX:MaxRAMFraction=");

    private Heap() {}

    /** The heap of a process of that many KiB. */
    static long ofMemory(long kib) {
        long rest = Math.clamp(kib / 4, REST_MIN_KIB, REST_MAX_KIB);
        return Math.max(kib / 2, kib - rest);
    }

    /** Whether the user's own options size the heap. */
    static boolean sizedBy(List<String> options) {
        return options.stream().anyMatch(option -> USER_SIZED.stream().anyMatch(option::startsWith));
    }
}
