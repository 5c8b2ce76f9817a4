package dev.posada.generator;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Java spellings of the words in interface files. */
final class Names {

    /** What a field may not be called in Java; none occurs today, but a new one should not break the build oddly. */
    private static final Set<String> RESERVED =
            Set.of("class", "default", "enum", "int", "interface", "new", "package", "private", "public", "return");

    private Names() {}

    static String upperCamel(String name) {
        return Arrays.stream(name.split("[_-]", -1))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }

    static String lowerCamel(String name) {
        String upper = upperCamel(name);
        String lower = upper.substring(0, 1).toLowerCase(Locale.ROOT) + upper.substring(1);
        return RESERVED.contains(lower) ? lower + "Value" : lower;
    }

    static String constant(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
