package dev.posada.install;

import java.util.function.Predicate;

/** Makes names that nothing has yet. */
final class FreeNames {
    private static final int ATTEMPTS = 100_000;

    private FreeNames() {}

    /** The name itself, or with the first free number behind it. */
    static String of(String base, String suffix, Predicate<String> taken) {
        return taken.test(base + suffix) ? numbered(base + "-", suffix, 1, taken) : base + suffix;
    }

    /**
     * The name with the first free number behind it.
     *
     * @param first the number to try first
     */
    static String numbered(String base, String suffix, int first, Predicate<String> taken) {
        for (int i = first; i < first + ATTEMPTS; i++) {
            var name = base + i + suffix;
            if (!taken.test(name)) {
                return name;
            }
        }
        throw new InstallException("no name like " + base + first + suffix + " is free; choose one");
    }
}
