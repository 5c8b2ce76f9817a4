package dev.posada.host;

import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

/** A set of processors as the kernel and libvirt write it: {@code 0-3,8,10-11}. Immutable. */
final class CpuList {
    /** More than any kernel can be built for; a larger number in a file is not believed. */
    private static final int CPU_LIMIT = 65_536;

    private final BitSet cpus;

    private CpuList(BitSet cpus) {
        this.cpus = cpus;
    }

    /** The list in this text, or nothing when it is not one. Empty text is the empty list. */
    static Optional<CpuList> parse(String text) {
        var cpus = new BitSet();
        for (var range : text.strip().split(",", -1)) {
            if (range.isEmpty()) {
                continue;
            }
            int dash = range.indexOf('-');
            try {
                int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
                if (first < 0 || last < first || last >= CPU_LIMIT) {
                    return Optional.empty();
                }
                cpus.set(first, last + 1);
            } catch (NumberFormatException notANumber) {
                return Optional.empty();
            }
        }
        return Optional.of(new CpuList(cpus));
    }

    boolean contains(int cpu) {
        return cpus.get(cpu);
    }

    int count() {
        return cpus.cardinality();
    }

    /** One more than the highest number; 0 for the empty list. */
    int length() {
        return cpus.length();
    }

    /** The lowest number, or -1. */
    int first() {
        return cpus.nextSetBit(0);
    }

    IntStream stream() {
        return cpus.stream();
    }

    /** The shortest text for the set. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (int from = cpus.nextSetBit(0); from >= 0; ) {
            int end = cpus.nextClearBit(from);
            text.append(text.isEmpty() ? "" : ",").append(from);
            if (end - from > 1) {
                text.append('-').append(end - 1);
            }
            from = cpus.nextSetBit(end);
        }
        return text.toString();
    }
}
