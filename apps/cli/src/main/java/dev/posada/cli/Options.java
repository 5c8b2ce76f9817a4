package dev.posada.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of a verb, and how a command line is taken apart by them: as getopt_long does it, so {@code -pc}, {@code -Oqcow2}, {@code
 * --output=json}, {@code --output json}, options after other words, and {@code --} to end them. {@code -1G} is a number.
 *
 * <p>By hand, since a library for it takes longer than all the rest of a short command: 80 of 250 milliseconds.
 */
final class Options {
    /** What qemu-img knows and is not done here, with what helps instead. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "--object",
            "--object is not done here: secrets are for encrypted images, whose content is not opened; use qemu-img",
            "--image-opts",
            "--image-opts is not done here: give the image's path, and its format with -f");

    private static final String END = "--";

    /** An option's first name stands for all of them. */
    private record Option(String name, boolean hasValue) {}

    private final Map<String, Option> known = new HashMap<>();

    /** Options that are there or not; several names of one are divided by slashes. */
    Options flags(String... names) {
        return add(false, names);
    }

    /** Options with a value; they may be given several times. */
    Options values(String... names) {
        return add(true, names);
    }

    private Options add(boolean hasValue, String... options) {
        for (var option : options) {
            var names = List.of(option.split("/", -1));
            for (var name : names) {
                known.put(name, new Option(names.getFirst(), hasValue));
            }
        }
        return this;
    }

    /**
     * Takes a command line apart.
     *
     * @throws UsageException when it has what the verb does not know
     */
    Words parse(String... words) {
        var given = new ArrayList<Words.Given>();
        var rest = new ArrayList<String>();
        int at = 0;
        while (at < words.length) {
            var word = words[at++];
            if (word.equals(END)) {
                rest.addAll(List.of(words).subList(at, words.length));
                break;
            }
            if (word.startsWith("--")) {
                at = parseLong(word, words, at, given);
            } else if (word.length() > 1 && word.charAt(0) == '-' && !Character.isDigit(word.charAt(1))) {
                at = parseShort(word, words, at, given);
            } else {
                rest.add(word);
            }
        }
        return new Words(given, rest);
    }

    private int parseLong(String word, String[] words, int next, List<Words.Given> given) {
        int equals = word.indexOf('=');
        var name = equals < 0 ? word : word.substring(0, equals);
        var option = find(name);
        if (!option.hasValue()) {
            if (equals >= 0) {
                throw new UsageException("the option " + name + " takes no value");
            }
            put(option, "", given);
            return next;
        }
        if (equals >= 0) {
            put(option, word.substring(equals + 1), given);
            return next;
        }
        put(option, value(name, words, next), given);
        return next + 1;
    }

    /** A word of several short options, of which the last may have its value in the same word or the next. */
    private int parseShort(String word, String[] words, int next, List<Words.Given> given) {
        for (int i = 1; i < word.length(); i++) {
            var name = "-" + word.charAt(i);
            var option = find(name);
            if (option.hasValue()) {
                boolean within = i + 1 < word.length();
                put(option, within ? word.substring(i + 1) : value(name, words, next), given);
                return within ? next : next + 1;
            }
            put(option, "", given);
        }
        return next;
    }

    private Option find(String name) {
        var option = known.get(name);
        if (option == null) {
            throw new UsageException(ELSEWHERE.getOrDefault(name, "unrecognized option '" + name + "'"));
        }
        return option;
    }

    private static String value(String name, String[] words, int at) {
        if (at >= words.length) {
            throw new UsageException("the option " + name + " needs a value");
        }
        return words[at];
    }

    private static void put(Option option, String value, List<Words.Given> given) {
        given.add(new Words.Given(option.name(), value));
    }
}
