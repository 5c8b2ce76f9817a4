package dev.posada.qmp;

import java.math.BigInteger;
import java.util.Optional;

/** Reads numbers by the grammar of RFC 8259, section 6. */
final class Numerals {
    /** Digits that surely fit a long. */
    private static final int SAFE_DIGITS = 18;

    private Numerals() {}

    /** The number's value; empty when the text is none, or too large for a double. */
    static Optional<Json> parse(String text) {
        int start = text.startsWith("-") ? 1 : 0;
        int wholeEnd = digits(text, start);
        boolean leadingZero = wholeEnd > start + 1 && text.charAt(start) == '0';
        if (wholeEnd == start || leadingZero) {
            return Optional.empty();
        }
        if (wholeEnd == text.length()) {
            return whole(text, wholeEnd - start);
        }
        int end = exponent(text, fraction(text, wholeEnd));
        return end == text.length() ? real(text) : Optional.empty();
    }

    /** Behind the fraction that begins here, here if there is none, -1 if it is broken. */
    private static int fraction(String text, int at) {
        if (at == text.length() || text.charAt(at) != '.') {
            return at;
        }
        int end = digits(text, at + 1);
        return end == at + 1 ? -1 : end;
    }

    /** Behind the exponent that begins here, here if there is none, -1 if it is broken. */
    private static int exponent(String text, int at) {
        if (at < 0 || at == text.length() || Character.toLowerCase(text.charAt(at)) != 'e') {
            return at;
        }
        int start = at + 1;
        if (start < text.length() && (text.charAt(start) == '+' || text.charAt(start) == '-')) {
            start++;
        }
        int end = digits(text, start);
        return end == start ? -1 : end;
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static Optional<Json> whole(String text, int digitCount) {
        if (digitCount <= SAFE_DIGITS) {
            return Optional.of(new Json.IntegerValue(Long.parseLong(text)));
        }
        var exact = new BigInteger(text);
        if (exact.bitLength() < Long.SIZE) {
            return Optional.of(new Json.IntegerValue(exact.longValue()));
        }
        if (exact.signum() > 0 && exact.bitLength() <= Long.SIZE) {
            return Optional.of(new Json.UnsignedValue(exact.longValue()));
        }
        return real(text);
    }

    private static Optional<Json> real(String text) {
        double value = Double.parseDouble(text);
        return Double.isFinite(value) ? Optional.of(new Json.RealValue(value)) : Optional.empty();
    }
}
