package dev.posada.cli;

import dev.posada.image.Format;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** A command line that was taken apart. */
final class Words {
    private final ParseResult parsed;

    Words(ParseResult parsed) {
        this.parsed = parsed;
    }

    /** Whether an option was given. */
    boolean has(String option) {
        return parsed.hasMatchedOption(option);
    }

    /** The value of an option, if it was given. */
    Optional<String> value(String option) {
        return Optional.ofNullable(parsed.matchedOptionValue(option, (String) null));
    }

    /** All values of an option, in order. */
    List<String> values(String option) {
        return Arrays.asList(parsed.matchedOptionValue(option, new String[0]));
    }

    /** What is no option. */
    List<String> rest() {
        return parsed.matchedPositionals().isEmpty()
                ? List.of()
                : Arrays.asList(
                        (String[]) parsed.matchedPositionals().getFirst().getValue());
    }

    /** The words that are no options, when there are exactly so many. */
    List<String> rest(int count, String what) {
        var rest = rest();
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
