package dev.posada.jvm;

import dev.posada.model.PosadaException;
import java.util.BitSet;

/** Sets of numbers as definitions write them: {@code 0-3,^2,8}. */
final class CpuSets {
    private static final int NUMBER_MAX = 16_383;

    private CpuSets() {}

    /**
     * Reads a set.
     *
     * @throws dev.posada.model.PosadaException when it is malformed, empty or names more than {@value #NUMBER_MAX}
     */
    static BitSet parse(String text) {
        var set = new BitSet();
        for (var raw : text.split(",", -1)) {
            var item = raw.strip();
            boolean without = item.startsWith("^");
            var ends = (without ? item.substring(1) : item).split("-", -1);
            int first = number(ends[0], text);
            int last = ends.length == 1 ? first : number(ends[1], text);
            if (ends.length > 2 || last < first) {
                throw malformed(text);
            }
            set.set(first, last + 1, !without);
        }
        if (set.isEmpty()) {
            throw malformed(text);
        }
        return set;
    }

    private static int number(String text, String whole) {
        if (!text.strip().matches("\\d{1,5}")) {
            throw malformed(whole);
        }
        int number = Integer.parseInt(text.strip());
        if (number > NUMBER_MAX) {
            throw malformed(whole);
        }
        return number;
    }

    private static PosadaException malformed(String text) {
        return Refusal.unsupported("Failed to parse bitmap '" + Refusal.shown(text) + "': write it as 0-3,^2,8");
    }
}
