package dev.posada.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers of bytes as people write and read them. */
final class Sizes {
    private static final String UNITS = "kmgtpe";
    private static final String[] NAMES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int KIBI = 1024;
    private static final int KIBI_BITS = 10;
    private static final int TEN = 10;

    /** So many digits fit into a {@code long} for certain. */
    private static final int SAFE_DIGITS = 18;

    private static final int SIGNIFICANT_DIGITS = 3;

    private Sizes() {}

    /** The whole grammar; a class of its own because what it uses takes the JVM 20 ms to have ready. */
    private static final class Exact {
        private static final Pattern SIZE =
                Pattern.compile("(0[xX][0-9a-fA-F]+|[0-9]+(?:\\.[0-9]+)?)([bBkKmMgGtTpPeE]?)");

        private Exact() {}

        static long parse(String text, String what) {
            var matcher = SIZE.matcher(text);
            if (!matcher.matches()) {
                throw new UsageException("Invalid " + what + " '" + text
                        + "': a number of bytes, optionally with k, M, G, T, P or E behind it");
            }
            var digits = matcher.group(1).toLowerCase(Locale.ROOT);
            var number = digits.startsWith("0x")
                    ? new BigDecimal(new BigInteger(digits.substring(2), 16))
                    : new BigDecimal(digits);
            int power = matcher.group(2).isEmpty() ? 0 : power(matcher.group(2).charAt(0));
            try {
                return number.multiply(BigDecimal.valueOf(KIBI).pow(power))
                        .setScale(0, RoundingMode.DOWN)
                        .longValueExact();
            } catch (ArithmeticException e) {
                throw new UsageException(
                        "The " + what + " '" + text + "' is too large: less than 8E (exabytes) are possible");
            }
        }
    }

    /** How often the unit multiplies by 1024; 0 for bytes and for what is no unit. */
    private static int power(char unit) {
        return UNITS.indexOf(Character.toLowerCase(unit)) + 1;
    }

    /**
     * Understands {@code 10G}, {@code 1.5M}, {@code 512}, {@code 0x200}; K is 1024.
     *
     * @param what names the size in the complaint
     */
    static long parse(String text, String what) {
        int digits = 0;
        long number = 0;
        while (digits < text.length() && digits <= SAFE_DIGITS && isDigit(text.charAt(digits))) {
            number = number * TEN + text.charAt(digits) - '0';
            digits++;
        }
        boolean bare = digits == text.length();
        int power = bare ? 0 : power(text.charAt(digits));
        boolean plain = digits > 0 && digits <= SAFE_DIGITS && (bare || (power > 0 && digits + 1 == text.length()));
        if (plain && number <= Long.MAX_VALUE >> (KIBI_BITS * power)) {
            return number << (KIBI_BITS * power);
        }
        return Exact.parse(text, what);
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    /** Three digits that count, as QEMU prints sizes: {@code 1.5 MiB}. */
    static String text(long bytes) {
        int power = 0;
        // QEMU changes to the next unit when the number would round to 1000 and more.
        while (power < NAMES.length - 1 && isThousand(bytes, power)) {
            power++;
        }
        int bits = KIBI_BITS * power;
        long mask = (1L << bits) - 1;
        long number = bytes >>> bits;
        long rest = bytes & mask;
        int decimals = 0;
        for (int counted = number == 0 ? 0 : Long.toString(number).length(); counted < SIGNIFICANT_DIGITS; counted++) {
            // At most 2^60 times ten, which an unsigned number holds.
            rest *= TEN;
            number = number * TEN + (rest >>> bits);
            rest &= mask;
            decimals++;
        }
        long half = 1L << bits >>> 1;
        if (power > 0 && (rest > half || (rest == half && (number & 1) == 1))) {
            number++;
        }
        while (decimals > 0 && number % TEN == 0) {
            number /= TEN;
            decimals--;
        }
        var digits = new StringBuilder(Long.toString(number));
        if (decimals > 0) {
            while (digits.length() <= decimals) {
                digits.insert(0, '0');
            }
            digits.insert(digits.length() - decimals, '.');
        }
        return digits + " " + NAMES[power];
    }

    private static boolean isThousand(long bytes, int power) {
        return bytes >>> (KIBI_BITS * power) >= 1000;
    }
}
