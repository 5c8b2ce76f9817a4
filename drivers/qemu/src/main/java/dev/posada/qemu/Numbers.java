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
