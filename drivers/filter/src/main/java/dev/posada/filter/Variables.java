package dev.posada.filter;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables of a filter: {@code $NAME} runs through all values, {@code $NAME[@1]} does so by a count of its own, and
 * {@code $NAME[2]} is one of them. What runs by one count runs together; counts run through all their combinations.
 */
final class Variables {
    /** Stands for the address a guest is seen to use, where none was given. */
    static final String LEARNED = "@addr";

    /** So many rules at most come of one, or a few lists would make millions. */
    private static final int COMBINATIONS_MAX = 4096;

    private static final Pattern REFERENCE = Pattern.compile("\\$([A-Za-z0-9_]{1,64})(?:\\[(@?)([0-9]{1,6})])?");

    private final Map<String, List<String>> values;

    Variables(Map<String, List<String>> values) {
        this.values = values;
    }

    private record Reference(String name, boolean counted, int number) {}

    private static Optional<Reference> reference(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                matcher.group(3) == null
                        ? new Reference(matcher.group(1), true, 0)
                        : new Reference(
                                matcher.group(1), !matcher.group(2).isEmpty(), Integer.parseInt(matcher.group(3))));
    }

    /** Whether any of these refers to a variable of this name that has no value. */
    boolean lacks(String name, Map<String, String> attributes) {
        return !values.containsKey(name)
                && attributes.values().stream()
                        .anyMatch(text -> reference(text)
                                .filter(known -> known.name().equals(name))
                                .isPresent());
    }

    /** The attributes with each combination of values in the place of variables. */
    List<SequencedMap<String, String>> expand(SequencedMap<String, String> attributes) {
        var lengths = new TreeMap<Integer, Integer>();
        for (var text : attributes.values()) {
            reference(text).filter(Reference::counted).ifPresent(known -> {
                int length = list(known, text).size();
                int other = lengths.getOrDefault(known.number(), length);
                if (other != length) {
                    throw unresolvable(text + ": lists that run together differ in length");
                }
                lengths.put(known.number(), length);
            });
        }
        // Neither factor is larger than an int, and the product need not be known beyond the limit.
        long combinations = lengths.values().stream()
                .mapToLong(Integer::longValue)
                .reduce(1, (one, other) -> Math.min(one * other, COMBINATIONS_MAX + 1L));
        if (combinations > COMBINATIONS_MAX) {
            throw unresolvable("a rule would become more than " + COMBINATIONS_MAX);
        }
        var all = new ArrayList<SequencedMap<String, String>>();
        for (long i = 0; i < combinations; i++) {
            all.add(filled(attributes, places(lengths, i)));
        }
        return all;
    }

    /** Where each count stands in a combination, the highest count running fastest. */
    private static Map<Integer, Integer> places(NavigableMap<Integer, Integer> lengths, long combination) {
        var places = new HashMap<Integer, Integer>();
        long rest = combination;
        for (var count : lengths.descendingMap().entrySet()) {
            places.put(count.getKey(), (int) (rest % count.getValue()));
            rest /= count.getValue();
        }
        return places;
    }

    private SequencedMap<String, String> filled(SequencedMap<String, String> attributes, Map<Integer, Integer> places) {
        var filled = new LinkedHashMap<String, String>();
        attributes.forEach((name, text) -> {
            var known = reference(text);
            if (known.isEmpty()) {
                filled.put(name, text);
                return;
            }
            var list = list(known.get(), text);
            int place = known.get().counted()
                    ? places.getOrDefault(known.get().number(), 0)
                    : known.get().number();
            if (place >= list.size()) {
                throw unresolvable(text);
            }
            filled.put(name, list.get(place));
        });
        return filled;
    }

    private List<String> list(Reference known, String text) {
        var list = values.getOrDefault(known.name(), List.of());
        if (list.isEmpty()) {
            throw unresolvable(text.substring(1));
        }
        return list;
    }

    private static PosadaException unresolvable(String what) {
        return new PosadaException(
                ErrorCode.INTERNAL_ERROR,
                ErrorOrigin.NWFILTER,
                "Cannot instantiate filter due to unresolvable variables or unavailable list elements: " + what);
    }
}
