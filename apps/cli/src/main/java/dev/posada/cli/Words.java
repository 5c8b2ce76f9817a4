package dev.posada.cli;

import dev.posada.image.Format;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A command line that was taken apart. */
final class Words {
    private final Map<String, List<String>> values = new HashMap<>();
    private final List<Given> given;
    private final List<String> rest;

    /**
     * An option of the command line.
     *
     * @param value empty for one without
     */
    record Given(String option, String value) {}

    /**
     * @param given the options in order, by their first names
     * @param rest what is no option
     */
    Words(List<Given> given, List<String> rest) {
        given.forEach(each ->
                values.computeIfAbsent(each.option(), _ -> new ArrayList<>()).add(each.value()));
        this.given = List.copyOf(given);
        this.rest = List.copyOf(rest);
    }

    /** All options in the order they were given. */
    List<Given> given() {
        return given;
    }

    /** Whether an option was given. */
    boolean has(String option) {
        return values.containsKey(option);
    }

    /** The value of an option, if it was given; the last one counts. */
    Optional<String> value(String option) {
        var all = values(option);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** All values of an option, in order. */
    List<String> values(String option) {
        return values.getOrDefault(option, List.of());
    }

    /** What is no option. */
    List<String> rest() {
        return rest;
    }

    /** The words that are no options, when there are exactly so many. */
    List<String> rest(int count, String what) {
        if (rest.size() != count) {
            throw new UsageException(
                    count == 1 ? "Expecting one image file name" : "Expecting " + count + " words: " + what);
        }
        return rest;
    }

    /** The format that an option names. */
    Optional<Format> format(String option) {
        return value(option).map(Words::named);
    }

    /** The format of that name. */
    static Format named(String label) {
        return Format.named(label.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> new UsageException("Unknown file format '" + label + "'"));
    }

    /** Whether the output is to be JSON. */
    boolean json() {
        return switch (value("--output").orElse("human")) {
            case "json" -> true;
            case "human" -> false;
            default -> throw new UsageException("--output must be used with human or json as argument.");
        };
    }

    static Path path(String name) {
        try {
            return Path.of(name.startsWith("file:") ? name.substring("file:".length()) : name);
        } catch (InvalidPathException e) {
            throw new UsageException("not a file name: " + name.replace('\0', '?'));
        }
    }
}
