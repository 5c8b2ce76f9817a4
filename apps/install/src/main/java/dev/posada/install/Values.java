package dev.posada.install;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How values are written on the command line. */
final class Values {
    private static final List<String> TRUE = List.of("y", "yes", "1", "true", "t", "on");
    private static final List<String> FALSE = List.of("n", "no", "0", "false", "f", "off");
    private static final int HEX = 16;

    private Values() {}

    /** Whether a word means yes or no; empty when it is neither. */
    static Optional<Boolean> bool(String word) {
        var lower = word.toLowerCase(Locale.ROOT);
        if (TRUE.contains(lower)) {
            return Optional.of(true);
        }
        return FALSE.contains(lower) ? Optional.of(false) : Optional.empty();
    }

    /**
     * A whole number, decimal or with {@code 0x} in front.
     *
     * @throws InstallException when it is none
     */
    static long integer(String text) {
        var digits = text.strip().replace("_", "");
        try {
            var value = digits.toLowerCase(Locale.ROOT).startsWith("0x")
                    ? new BigInteger(digits.substring(2), HEX)
                    : new BigInteger(digits.startsWith("+") ? digits.substring(1) : digits);
            return value.longValueExact();
        } catch (NumberFormatException | ArithmeticException e) {
            int base = text.contains("0x") ? HEX : 10;
            throw new InstallException(
                    "invalid literal for int() with base " + base + ": " + Arguments.quoted(text), e);
        }
    }

    /**
     * A number that may have a fraction.
     *
     * @throws InstallException when it is none
     */
    static BigDecimal decimal(String text) {
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw new InstallException("could not convert string to float: " + Arguments.quoted(text), e);
        }
    }

    /** A path from the root on, without detours. */
    static String absolute(String path) {
        var absolute = Path.of(path).toAbsolutePath().normalize().toString();
        return absolute.isEmpty() ? "/" : absolute;
    }

    /** Whether a path is an address of the network. */
    static boolean isUrl(String path) {
        int i = letters(path, 0);
        if (i == 0) {
            return false;
        }
        if (i < path.length() && path.charAt(i) == '+') {
            int more = letters(path, i + 1);
            i = more > i + 1 ? more : i;
        }
        return path.startsWith("://", i);
    }

    private static int letters(String text, int from) {
        int i = from;
        while (i < text.length() && (text.charAt(i) | 0x20) >= 'a' && (text.charAt(i) | 0x20) <= 'z') {
            i++;
        }
        return i;
    }

    /** The last part of a path. */
    static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** A path without its last part. */
    static String folder(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return "";
        }
        return slash == 0 ? "/" : path.substring(0, slash);
    }
}
