package dev.posada.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers of bytes as people write and read them. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("(0[xX][0-9a-fA-F]+|[0-9]+(?:\\.[0-9]+)?)([bBkKmMgGtTpPeE]?)");
    private static final String UNITS = "kmgtpe";
    private static final String[] NAMES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int KIBI = 1024;

    private Sizes() {}

    /**
     * Understands {@code 10G}, {@code 1.5M}, {@code 512}, {@code 0x200}; K is 1024.
     *
     * @param what names the size in the complaint
     */
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
        int power = UNITS.indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
        if (matcher.group(2).isEmpty()) {
            power = 0;
        }
        try {
            return number.multiply(BigDecimal.valueOf(KIBI).pow(power))
                    .setScale(0, RoundingMode.DOWN)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new UsageException(
                    "The " + what + " '" + text + "' is too large: less than 8E (exabytes) are possible");
        }
    }

    /** Three digits that count, as QEMU prints sizes: {@code 1.5 MiB}. */
    static String text(long bytes) {
        int power = 0;
        double number = bytes;
        // QEMU changes to the next unit when the number would round to 1000 and more.
        while (power < NAMES.length - 1 && number >= 1000) {
            number /= KIBI;
            power++;
        }
        var rounded = new BigDecimal(number).round(new MathContext(3, RoundingMode.HALF_EVEN));
        return (rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString()) + " " + NAMES[power];
    }
}
