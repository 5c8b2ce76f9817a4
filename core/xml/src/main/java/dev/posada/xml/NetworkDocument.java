package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.Optional;

/** What networks and their ports have in common as documents: how they are read, and their errors. */
final class NetworkDocument {
    private NetworkDocument() {}

    /** Reads a document from a client, checked to the letter when that is asked for. */
    static Element read(String text, String what, String root, Rule rule, boolean strict) {
        var element = RootElement.read(text, what, root, ErrorOrigin.NETWORK);
        if (strict) {
            new StrictCheck(what).check(Namespaces.normal(element), rule);
        }
        return element;
    }

    /** A document in canonical order and form; what is wrong with it is told as the networks'. */
    static Element canonical(Element element, Rule rule) {
        return RootElement.canonical(element, rule, ErrorOrigin.NETWORK);
    }

    static PosadaException xml(String problem) {
        return error(ErrorCode.XML_ERROR, problem);
    }

    static PosadaException unsupported(String problem) {
        return error(ErrorCode.CONFIG_UNSUPPORTED, problem);
    }

    static PosadaException detail(String problem) {
        return error(ErrorCode.XML_DETAIL, problem);
    }

    static PosadaException error(ErrorCode code, String problem) {
        return new PosadaException(code, ErrorOrigin.NETWORK, problem);
    }

    /** The value of an attribute that is there and not empty. */
    static Optional<String> given(Element element, String attribute) {
        return element.attribute(attribute).filter(value -> !value.isEmpty());
    }

    /** A whole number from 0 to a limit; nothing for anything else. */
    static Optional<Long> number(String text, long most) {
        return Kind.digits(text, 10) && text.length() <= 18
                ? Optional.of(Long.parseLong(text)).filter(value -> value <= most)
                : Optional.empty();
    }
}
