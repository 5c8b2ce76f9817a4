package dev.posada.clone;

import java.util.function.Predicate;

/** The names clones get by themselves. */
final class CloneNames {
    private static final String MARK = "-clone";
    private static final int TRIES = 100_000;

    /** A suffix longer than this, in characters, belongs to a file's name. */
    private static final int LONGEST_SUFFIX = 7;

    private CloneNames() {}

    /**
     * A name for the clone of a domain: {@code web} gives {@code web-clone}, then {@code web-clone1}; {@code web-clone}
     * gives {@code web-clone1}; {@code web-clone4} gives {@code web-clone5}. As for virt-clone, a number with a zero in it
     * is no clone's number.
     */
    static String domain(String original, Predicate<String> taken) {
        int digits = original.length();
        while (digits > 0 && original.charAt(digits - 1) >= '1' && original.charAt(digits - 1) <= '9') {
            digits--;
        }
        boolean isClone = original.substring(0, digits).endsWith(MARK);
        if (!isClone) {
            return free(original + MARK, "", "", false, 1, taken);
        }
        var number = original.substring(digits);
        return free(original.substring(0, digits), "", "", true, number.isEmpty() ? 1 : next(number), taken);
    }

    /**
     * A path for the copy of a disk, beside the original: {@code /a/disk.img} gives {@code /a/disk-clone.img}, then
     * {@code /a/disk-clone-1.img}; a file called like its domain gets the clone's name.
     */
    static String disk(String originalDomain, String cloneDomain, String path, Predicate<String> taken) {
        int slash = path.lastIndexOf('/') + 1;
        int dot = path.lastIndexOf('.');
        boolean hasSuffix = dot >= slash && path.length() - dot - 1 <= LONGEST_SUFFIX;
        var base = path.substring(slash, hasSuffix ? dot : path.length());
        var copy = base.equals(originalDomain) ? cloneDomain : base + MARK;
        return free(path.substring(0, slash) + copy, "-", hasSuffix ? path.substring(dot) : "", false, 1, taken);
    }

    /** A path with another suffix, or with one when it has none. */
    static String withSuffix(String path, String suffix) {
        int slash = path.lastIndexOf('/') + 1;
        int dot = path.lastIndexOf('.');
        boolean hasSuffix = dot > slash && path.length() - dot - 1 <= LONGEST_SUFFIX;
        return (hasSuffix ? path.substring(0, dot) : path) + suffix;
    }

    /** The first of base, base1, base2… that is free. */
    static String free(
            String base, String separator, String suffix, boolean numbered, long from, Predicate<String> taken) {
        if (!numbered && !taken.test(base + suffix)) {
            return base + suffix;
        }
        for (long number = from; number < from + TRIES; number++) {
            var name = base + separator + number + suffix;
            if (!taken.test(name)) {
                return name;
            }
        }
        throw new CloneException("Every name from '" + base + separator + from + suffix + "' on is taken.");
    }

    private static long next(String number) {
        try {
            return Math.addExact(Long.parseLong(number), 1);
        } catch (NumberFormatException | ArithmeticException e) {
            return 1;
        }
    }
}
