package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** The first question to any document: is it one of the kind that is wanted? */
final class RootElement {
    private RootElement() {}

    /**
     * Reads a document whose root has a name.
     *
     * @param what names the document in messages, as {@code pool_definition}
     * @param origin the part of the system that errors of its text come from
     * @throws PosadaException {@code XML_DETAIL} as {@link Documents#parse}, {@code XML_ERROR} when the root is another
     */
    static Element read(String text, String what, String name, ErrorOrigin origin) {
        var root = Documents.parse(text, what, origin);
        check(root, name);
        return root;
    }

    /** Returns when the root has this name; {@code XML_ERROR}, which libvirt has come from XML itself, otherwise. */
    static void check(Element root, String name) {
        if (!root.name().equals(name)) {
            throw new PosadaException(
                    ErrorCode.XML_ERROR,
                    ErrorOrigin.XML,
                    "expecting root element of '" + name + "', not '" + Invalid.shown(root.name()) + "'");
        }
    }

    /** A document in canonical order and form; what is wrong with it is told as of this origin. */
    static Element canonical(Element root, Rule rule, ErrorOrigin origin) {
        try {
            return new Canonical(true).element(root, rule);
        } catch (PosadaException e) {
            throw new PosadaException(e.code(), origin, e.detail(), e);
        }
    }
}
