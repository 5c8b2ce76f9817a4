package dev.posada.jvm;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How full a heap is this moment, as a JVM answers {@code GC.heap_info}: its counters tell how full it was after the last
 * collection.
 *
 * @param usedBytes taken by objects, those nobody needs any more included
 */
record HeapNow(long usedBytes) {
    private static final int LINES_MAX = 40;

    /** Sums of a collector's parts and those of ZGC: {@code used 1203K}. */
    private static final Pattern USED = Pattern.compile("\\bused (\\d{1,15})([BKMG])");

    /** Shenandoah says it the other way round: {@code 22784K used}. */
    private static final Pattern USED_BEHIND = Pattern.compile("\\b(\\d{1,15})([BKMG]) used");

    /**
     * Reads the answer. Every collector has lines of its own; a line that begins at the margin, or with one blank as that of an
     * older JVM, is a whole heap or one of the two generations of one, the others speak of parts of it.
     */
    static Optional<HeapNow> parse(String answer) {
        long sum = 0;
        boolean found = false;
        boolean shenandoah = false;
        for (var line : answer.lines().limit(LINES_MAX).toList()) {
            var text = line.strip();
            if (text.startsWith("Metaspace") || text.startsWith("class space")) {
                continue; // older JVMs tell of it here too
            }
            shenandoah |= text.startsWith("Shenandoah");
            boolean whole = text.contains("total ") || text.startsWith("ZHeap") || text.contains(" soft max");
            var match = (shenandoah ? USED_BEHIND : USED).matcher(text);
            if (whole && match.find()) {
                sum += bytes(match.group(1), match.group(2));
                found = true;
            }
        }
        return found ? Optional.of(new HeapNow(sum)) : Optional.empty();
    }

    private static long bytes(String number, String unit) {
        int shift = switch (unit) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            default -> 0;
        };
        return Long.parseLong(number) << shift;
    }
}
