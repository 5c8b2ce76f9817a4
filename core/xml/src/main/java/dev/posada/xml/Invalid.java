package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** The errors of a domain definition: libvirt's code, its sentence where it has one, and the line that is meant. */
final class Invalid {
    private Invalid() {}

    /** {@code XML_ERROR}: the definition says something that no definition can say. */
    static PosadaException xml(Element where, String problem) {
        return new PosadaException(ErrorCode.XML_ERROR, ErrorOrigin.DOMAIN, problem + line(where));
    }

    /** {@code CONFIG_UNSUPPORTED}: a known place holds a word libvirt does not know, or parts that exclude each other. */
    static PosadaException unsupported(Element where, String problem) {
        return new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.DOMAIN, problem + line(where));
    }

    /** {@code INTERNAL_ERROR}, which libvirt uses for some malformed elements; clients compare codes, so we do too. */
    static PosadaException internal(Element where, String problem) {
        return new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.DOMAIN, problem + line(where));
    }

    /** Any other code. */
    static PosadaException of(ErrorCode code, Element where, String problem) {
        return new PosadaException(code, ErrorOrigin.DOMAIN, problem + line(where));
    }

    /** An attribute whose value is none of those it may have. */
    static PosadaException value(Element where, String attribute, Value allowed) {
        return of(
                allowed.errorFor(where.attribute(attribute, "")),
                where,
                "Invalid value for attribute '" + attribute + "' in element '" + where.name() + "': '"
                        + shown(where.attribute(attribute, "")) + "': use " + allowed.description());
    }

    /** An element whose text is none of those it may have. */
    static PosadaException text(Element where, Value allowed) {
        return of(
                allowed.errorFor(where.text()),
                where,
                "Invalid value '" + shown(where.text()) + "' for element or attribute '" + where.name() + "': use "
                        + allowed.description());
    }

    /** An attribute that must be there and is not. */
    static PosadaException missing(Element where, Rule.Attribute attribute) {
        return of(
                attribute.missing(),
                where,
                "Missing required attribute '" + attribute.name() + "' in element '" + where.name() + "': give it "
                        + attribute.value().description());
    }

    /** An element that must be there and is not. */
    static PosadaException missing(Element where, String child) {
        return xml(where, "Missing element '" + child + "' in element '" + where.name() + "'");
    }

    /** A value cut to what one line of an error can hold. */
    static String shown(String value) {
        int most = 64;
        return (value.length() <= most ? value : value.substring(0, most) + "…").replace('\n', ' ');
    }

    private static String line(Element where) {
        return where.line() > 0 ? " (line " + where.line() + ")" : "";
    }
}
