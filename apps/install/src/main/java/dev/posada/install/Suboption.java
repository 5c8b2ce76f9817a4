package dev.posada.install;

import java.util.List;

/**
 * One suboption, such as {@code cache} of {@code --disk}; see {@code suboptions.txt} for what each part means.
 *
 * @param names its name and its older names
 * @param path where it stands in the document; {@code -} for nowhere
 */
record Suboption(
        List<String> names,
        String path,
        Kind kind,
        boolean yesOrNo,
        boolean takesCommas,
        boolean ignoresDefault,
        boolean passedOver,
        String meaning) {

    static final String NOWHERE = "-";

    enum Kind {
        TEXT,
        INT,
        YES_NO,
        ON_OFF,
        FLAG,
        ABSOLUTE_PATH
    }

    Suboption {
        names = List.copyOf(names);
    }

    String name() {
        return names.getFirst();
    }

    boolean somewhere() {
        return !path.equals(NOWHERE);
    }

    /** The name as help lists it, with the manner of numbers that people know from there. */
    String listed() {
        return name().replace("#", "[0-9]*");
    }

    /** Whether a word of the command line means this one. */
    boolean isCalled(String word) {
        for (var name : names) {
            if (name.indexOf('#') < 0 ? name.equals(word) : matches(name, 0, word, 0)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String name, int at, String word, int in) {
        int n = at;
        int w = in;
        while (n < name.length()) {
            if (name.charAt(n) == '#') {
                int end = w;
                while (end < word.length() && Character.isDigit(word.charAt(end))) {
                    end++;
                }
                // No suboption has a digit after a number, so the longest run is the only one to try.
                return matches(name, n + 1, word, end);
            }
            if (w >= word.length() || name.charAt(n) != word.charAt(w)) {
                return false;
            }
            n++;
            w++;
        }
        return w == word.length();
    }
}
