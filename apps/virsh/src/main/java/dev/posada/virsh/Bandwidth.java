package dev.posada.virsh;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Limits of a network card's traffic, as {@code average,peak,burst,floor}. */
final class Bandwidth {
    private static final List<String> FIELDS = List.of("average", "peak", "burst", "floor");
    private static final String ZERO = "0";

    private final SequencedMap<String, String> numbers = new LinkedHashMap<>();

    private Bandwidth() {}

    /** Reads the limits; a field left empty is 0. */
    static Bandwidth of(String text) {
        var fields = text.split(",", -1);
        if (fields.length > FIELDS.size()) {
            throw new CommandException("Rate string '" + text + "' has too many fields");
        }
        var bandwidth = new Bandwidth();
        for (int i = 0; i < FIELDS.size(); i++) {
            bandwidth.numbers.put(FIELDS.get(i), i < fields.length ? number(FIELDS.get(i), fields[i]) : ZERO);
        }
        return bandwidth;
    }

    private static String number(String field, String text) {
        if (text.isEmpty()) {
            return ZERO;
        }
        try {
            return Long.toUnsignedString(Long.parseUnsignedLong(text));
        } catch (NumberFormatException e) {
            throw new CommandException("field '" + field + "' is malformed");
        }
    }

    boolean has(String field) {
        return !ZERO.equals(numbers.get(field));
    }

    /** One of the numbers, as 32 bits; what does not fit is all ones. */
    int bits(String field) {
        var text = numbers.getOrDefault(field, ZERO);
        return (int) Math.min(0xffff_ffffL, Long.parseUnsignedLong(text));
    }

    /** Those that are not 0. */
    SequencedMap<String, String> attributes() {
        var attributes = new LinkedHashMap<>(numbers);
        attributes.values().removeIf(ZERO::equals);
        return attributes;
    }
}
