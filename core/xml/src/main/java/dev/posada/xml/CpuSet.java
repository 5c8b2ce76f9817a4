package dev.posada.xml;

import java.util.BitSet;
import java.util.Optional;

/**
 * A set of numbers of processors or nodes, as {@code 0-3,^2,8}: ranges, single numbers, and numbers taken out again.
 *
 * @param numbers never changed after it is made
 */
record CpuSet(BitSet numbers) {
    /** The largest number in a set, as libvirt has it for a set of processors. */
    static final int MAX_NUMBER = 16383;

    /** The set a text gives, or nothing when it is malformed, empty or beyond {@link #MAX_NUMBER}. */
    static Optional<CpuSet> parse(String text) {
        var numbers = new BitSet();
        int from = 0;
        while (from <= text.length()) {
            int comma = text.indexOf(',', from);
            int to = comma < 0 ? text.length() : comma;
            if (!add(numbers, text.substring(from, to).strip())) {
                return Optional.empty();
            }
            from = to + 1;
        }
        return numbers.isEmpty() ? Optional.empty() : Optional.of(new CpuSet(numbers));
    }

    private static boolean add(BitSet numbers, String part) {
        if (part.startsWith("^")) {
            int number = number(part.substring(1));
            if (number < 0) {
                return false;
            }
            numbers.clear(number);
            return true;
        }
        int hyphen = part.indexOf('-');
        int first = number(hyphen < 0 ? part : part.substring(0, hyphen));
        int last = hyphen < 0 ? first : number(part.substring(hyphen + 1));
        if (first < 0 || last < first) {
            return false;
        }
        numbers.set(first, last + 1);
        return true;
    }

    private static int number(String text) {
        if (text.length() > 5 || !Kind.digits(text, 10)) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number <= MAX_NUMBER ? number : -1;
    }

    /** The set as libvirt writes it: ranges and numbers in order. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (int first = numbers.nextSetBit(0); first >= 0; ) {
            int end = numbers.nextClearBit(first);
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (end - 1 > first) {
                text.append('-').append(end - 1);
            }
            first = numbers.nextSetBit(end);
        }
        return text.toString();
    }
}
