package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What pools and volumes have in common as documents: their errors, sizes, permissions and folders. */
final class StorageDocument {
    private static final int MAX_DIGITS = 20;

    /** Permissions are three octal digits and one before them. */
    private static final int MAX_MODE = 07777;

    private StorageDocument() {}

    /** Reads a document of a kind from a client, checked to the letter when that is asked for. */
    static Element read(String text, String what, String root, Rule rule, boolean strict) {
        var element = RootElement.read(text, what, root, ErrorOrigin.STORAGE);
        if (strict) {
            new StrictCheck(what).check(element, rule);
        }
        return element;
    }

    /** A document in canonical order and form; what is wrong with it is told as storage's. */
    static Element canonical(Element element, Rule rule) {
        return RootElement.canonical(element, rule, ErrorOrigin.STORAGE);
    }

    static PosadaException xml(String problem) {
        return error(ErrorCode.XML_ERROR, problem);
    }

    static PosadaException error(ErrorCode code, String problem) {
        return new PosadaException(code, ErrorOrigin.STORAGE, problem);
    }

    /**
     * A size in bytes, written with a unit.
     *
     * @param named what the size is called in the error, as {@code capacity}
     * @param unit the word for bytes in this place
     */
    static Element bytes(Element size, String named, String unit) {
        return size.with("unit", unit).withText(Long.toString(bytes(size, named)));
    }

    private static long bytes(Element size, String named) {
        var digits = size.text();
        if (digits.isEmpty() || digits.length() > MAX_DIGITS || !Kind.digits(digits, 10)) {
            throw xml("malformed " + named + " element");
        }
        var word = size.attribute("unit", "");
        var factor = MemorySize.factor(word.isEmpty() ? "bytes" : word)
                .orElseThrow(() -> error(
                        ErrorCode.INVALID_ARG,
                        "unknown suffix '" + Invalid.shown(word) + "': use bytes, KiB, MiB, GiB or TiB"));
        var bytes = new BigInteger(digits).multiply(factor);
        if (bytes.bitLength() >= Long.SIZE) {
            throw error(ErrorCode.OVERFLOW, "value too large: " + digits + word);
        }
        return bytes.longValueExact();
    }

    /** Permissions as they are written: the mode with its leading zero, no owner or group that is left to the system. */
    static Element permissions(Element permissions) {
        return permissions
                .mapChildren(part -> switch (part.name()) {
                    case "mode" -> part.withText(mode(part.text()));
                    case "owner", "group" -> part.withText(id(part));
                    default -> part;
                })
                .withoutChildren(part -> part.text().isEmpty());
    }

    private static String mode(String text) {
        if (!Kind.digits(text, 8) || text.length() > 6 || Integer.parseInt(text, 8) > MAX_MODE) {
            throw xml("malformed octal mode");
        }
        return String.format("%04o", Integer.parseInt(text, 8));
    }

    private static String id(Element part) {
        if (part.text().equals("-1")) {
            return "";
        }
        if (!Kind.UINT.accepts(part.text())) {
            throw xml("malformed " + part.name() + " element");
        }
        return part.text();
    }

    /** An element with the first child of a name changed, if it has one. */
    static Element changed(Element element, String child, UnaryOperator<Element> change) {
        return element.child(child)
                .map(one -> element.withChild(change.apply(one)))
                .orElse(element);
    }

    /** A path without slashes that say nothing. */
    static String plainPath(String path) {
        var plain = path.replaceAll("/+", "/");
        return plain.length() > 1 && plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }

    /** The text of a child that is not empty. */
    static Optional<String> textOf(Element element, String child) {
        return element.childText(child).filter(text -> !text.isEmpty());
    }
}
