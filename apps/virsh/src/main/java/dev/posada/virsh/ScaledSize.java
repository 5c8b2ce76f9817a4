package dev.posada.virsh;

import java.util.Locale;

/** Sizes with suffixes as libvirt reads them: {@code k}, {@code KiB} and {@code K} are 1024, {@code KB} is 1000. */
final class ScaledSize {
    private static final String PREFIXES = "kmgtpe";
    private static final long BINARY = 1024;
    private static final long DECIMAL = 1000;

    private ScaledSize() {}

    /**
     * Reads a size.
     *
     * @param unitBytes what a number without a suffix counts
     * @param complaint what is said when there is no number, the suffix is unknown, or it does not fit 63 bits; the reason
     *     stands behind it, but for a number that is none or too long, where libvirt's tools say no more
     * @throws CommandException with the complaint
     */
    static long bytes(String text, long unitBytes, String complaint) {
        int digits = 0;
        while (digits < text.length() && Character.digit(text.charAt(digits), 10) >= 0) {
            digits++;
        }
        long number;
        try {
            number = Long.parseLong(text.substring(0, digits));
        } catch (NumberFormatException e) {
            throw new CommandException(complaint);
        }
        try {
            return times(number, scale(text.substring(digits), unitBytes), text);
        } catch (CommandException e) {
            throw new CommandException(complaint, e);
        }
    }

    private static long scale(String suffix, long unitBytes) {
        if (suffix.isEmpty()) {
            return unitBytes;
        }
        var lower = suffix.toLowerCase(Locale.ROOT);
        if (lower.equals("b") || lower.equals("byte") || lower.equals("bytes")) {
            return 1;
        }
        int power = PREFIXES.indexOf(lower.charAt(0)) + 1;
        var rest = lower.substring(1);
        long base = rest.isEmpty() || rest.equals("ib") ? BINARY : rest.equals("b") ? DECIMAL : 0;
        if (power == 0 || base == 0) {
            throw new CommandException("invalid argument: unknown suffix '" + suffix + "'");
        }
        long scale = 1;
        for (int i = 0; i < power; i++) {
            scale *= base;
        }
        return scale;
    }

    private static long times(long number, long scale, String text) {
        try {
            return Math.multiplyExact(number, scale);
        } catch (ArithmeticException e) {
            throw new CommandException("numerical overflow: value too large: " + text);
        }
    }
}
