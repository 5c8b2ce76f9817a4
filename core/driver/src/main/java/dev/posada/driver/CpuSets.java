package dev.posada.driver;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Sets of numbers as definitions write them: {@code 0-3,^2,8}. */
public final class CpuSets {
    private static final int NUMBER_MAX = 16_383;
    private static final int SHOWN_MAX = 200;

    private CpuSets() {}

    /**
     * Reads a set.
     *
     * @throws dev.posada.model.PosadaException when it is malformed, empty or names more than {@value #NUMBER_MAX}
     */
    public static BitSet parse(String text) {
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

    /** A set as the fewest ranges, each as {@code 0-3} or {@code 8}. */
    public static List<String> ranges(BitSet set) {
        var ranges = new ArrayList<String>();
        for (int first = set.nextSetBit(0); first >= 0; ) {
            int last = set.nextClearBit(first) - 1;
            ranges.add(first == last ? Integer.toString(first) : first + "-" + last);
            first = set.nextSetBit(last + 1);
        }
        return ranges;
    }

    /** A set as the fewest ranges: {@code 0-3,8}. */
    public static String format(BitSet set) {
        return String.join(",", ranges(set));
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
        var line = text.replace('\n', ' ');
        var shown = line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + "…";
        return new PosadaException(
                ErrorCode.CONFIG_UNSUPPORTED,
                ErrorOrigin.NONE,
                "Failed to parse bitmap '" + shown + "': write it as 0-3,^2,8");
    }
}
