package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/** Sizes with a unit, as libvirt reads them: a bare number is in KiB, {@code k} is binary, {@code KB} decimal. */
final class MemorySize {
    /** The largest size libvirt can hold: 2⁶³ − 1 bytes, in KiB, rounded down. */
    private static final long MAX_KIB = Long.MAX_VALUE / 1024;

    private static final int MAX_DIGITS = 20;
    private static final BigInteger KIB = BigInteger.valueOf(1024);

    private MemorySize() {}

    /**
     * The size an element's text gives, in KiB, rounded up.
     *
     * @throws PosadaException {@code XML_ERROR} for what is no number, {@code INVALID_ARG} for an unknown unit,
     *     {@code OVERFLOW} for more than fits
     */
    static long kib(Element element) {
        return kib(element, element.text(), element.attribute("unit", ""), "KiB");
    }

    /** The size in KiB that a number and a unit give; an empty unit means {@code otherwise}. */
    static long kib(Element where, String number, String unit, String otherwise) {
        var digits = number.strip();
        if (digits.isEmpty() || digits.length() > MAX_DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw Invalid.xml(
                    where,
                    "Invalid value '" + Invalid.shown(number) + "' for element or attribute '" + where.name()
                            + "': a whole number from 0 is needed");
        }
        var factor = factor(unit.isEmpty() ? otherwise : unit)
                .orElseThrow(() -> Invalid.of(
                        ErrorCode.INVALID_ARG,
                        where,
                        "unknown suffix '" + Invalid.shown(unit) + "': use bytes, KiB, MiB, GiB or TiB"));
        var kib = new BigInteger(digits)
                .multiply(factor)
                .add(KIB.subtract(BigInteger.ONE))
                .divide(KIB);
        if (kib.bitLength() > 63 || kib.longValueExact() > MAX_KIB) {
            throw Invalid.of(ErrorCode.OVERFLOW, where, "value too large: " + digits + unit);
        }
        return kib.longValueExact();
    }

    /**
     * A number and its unit.
     *
     * @param number decimal digits
     * @param unit as libvirt writes it
     */
    record Written(String number, String unit) {}

    /** The size an element's text gives, as libvirt writes it for a kind of size. */
    static Written canonical(Element element, Kind kind) {
        if (kind == Kind.BYTES) {
            var unit = element.attribute("unit", "");
            var factor = factor(unit.isEmpty() ? "bytes" : unit).orElse(BigInteger.ZERO);
            if (factor.signum() > 0 && Kind.BYTES.accepts(element.text())) {
                return new Written(
                        new BigInteger(element.text()).multiply(factor).toString(), "bytes");
            }
        }
        long kib = kib(element);
        if (kind == Kind.KIB || kib % 1024 != 0) {
            return new Written(Long.toString(kib), "KiB");
        }
        return new Written(Long.toString(kib / 1024), kind == Kind.MEGA ? "M" : "MiB");
    }

    /** How many bytes a unit stands for, or nothing when libvirt does not know it. */
    static Optional<BigInteger> factor(String unit) {
        var lower = unit.toLowerCase(Locale.ROOT);
        if (lower.equals("b") || lower.equals("byte") || lower.equals("bytes")) {
            return Optional.of(BigInteger.ONE);
        }
        int power = lower.isEmpty() ? -1 : "kmgtpe".indexOf(lower.charAt(0)) + 1;
        if (power <= 0) {
            return Optional.empty();
        }
        return switch (lower.substring(1)) {
            case "", "ib" -> Optional.of(KIB.pow(power));
            case "b" -> Optional.of(BigInteger.valueOf(1000).pow(power));
            default -> Optional.empty();
        };
    }
}
