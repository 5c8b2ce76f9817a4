package dev.posada.install;

import java.util.List;
import java.util.stream.Collectors;

/** Words as a shell takes them. */
final class ShellWords {
    private static final String PLAIN = "@%+=:,./-_";

    private ShellWords() {}

    static String joined(List<String> words) {
        return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        boolean plain = !word.isEmpty()
                && word.chars().allMatch(c -> (c < 128 && Character.isLetterOrDigit(c)) || PLAIN.indexOf(c) >= 0);
        return plain ? word : "'" + word.replace("'", "'\"'\"'") + "'";
    }
}
