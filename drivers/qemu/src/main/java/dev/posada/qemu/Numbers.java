package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.OptionalInt;

/** Reads numbers as definitions write them: decimal, hexadecimal after {@code 0x}, octal after a leading zero. */
final class Numbers {
    private Numbers() {}

    /** An attribute's value, or {@code otherwise} when it is absent. */
    static int of(Element element, String attribute, int otherwise) {
        var text = element.attribute(attribute).orElse("");
        return text.isEmpty() ? otherwise : parse(element, attribute, text);
    }

    /** An attribute's value when it is there. */
    static OptionalInt of(Element element, String attribute) {
        var text = element.attribute(attribute).orElse("");
        return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(parse(element, attribute, text));
    }

    /** A size whose unit the element gives, in KiB; canonical definitions have KiB everywhere. */
    static long kib(Element element, String text) {
        long number;
        try {
            number = Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw Refusal.xml(
                    element, "malformed size '" + Refusal.shown(text) + "' in element '" + element.name() + "'");
        }
        return switch (element.attribute("unit", "KiB")) {
            case "b", "bytes", "byte" -> Math.ceilDiv(number, 1024L);
            case "KiB", "k", "K" -> number;
            case "MiB", "m", "M" -> Math.multiplyExact(number, 1024L);
            case "GiB", "g", "G" -> Math.multiplyExact(number, 1024L * 1024);
            case "TiB", "t", "T" -> Math.multiplyExact(number, 1024L * 1024 * 1024);
            default ->
                throw Refusal.xml(
                        element,
                        "unknown unit '" + Refusal.shown(element.attribute("unit", "")) + "': use KiB, MiB or GiB");
        };
    }

    private static int parse(Element element, String attribute, String text) {
        try {
            return Integer.decode(text.strip());
        } catch (NumberFormatException e) {
            throw Refusal.xml(
                    element,
                    "Invalid value for attribute '" + attribute + "' in element '" + element.name() + "': '"
                            + Refusal.shown(text) + "'");
        }
    }
}
