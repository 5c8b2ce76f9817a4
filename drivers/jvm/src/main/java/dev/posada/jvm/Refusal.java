package dev.posada.jvm;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** The errors of this driver: libvirt's code, one sentence, and the line when it is known. */
final class Refusal {
    /** libvirt has no number for drivers of Java programs; what fails is a domain. */
    static final ErrorOrigin ORIGIN = ErrorOrigin.DOM;

    private static final int SHOWN_MAX = 96;

    private Refusal() {}

    /** {@code CONFIG_UNSUPPORTED}: the definition asks for something that cannot be had. */
    static PosadaException unsupported(String problem) {
        return new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ORIGIN, problem);
    }

    /** {@code CONFIG_UNSUPPORTED}, about one element of the text the user gave. */
    static PosadaException unsupported(Element where, String problem) {
        return unsupported(problem + line(where));
    }

    /** {@code XML_ERROR}: the definition contradicts itself or says something malformed. */
    static PosadaException xml(Element where, String problem) {
        return new PosadaException(ErrorCode.XML_ERROR, ORIGIN, problem + line(where));
    }

    /** {@code OPERATION_INVALID}: not in the state the domain is in. */
    static PosadaException invalid(String why) {
        return new PosadaException(ErrorCode.OPERATION_INVALID, ORIGIN, why);
    }

    /** {@code OPERATION_FAILED}: the host did not do what was asked. */
    static PosadaException failed(String what) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, ORIGIN, what);
    }

    /** {@code OPERATION_FAILED} with what was thrown for it. */
    static PosadaException failed(String what, Throwable cause) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, ORIGIN, what, cause);
    }

    /** {@code INVALID_ARG}: a call asks for something that is not there. */
    static PosadaException argument(String problem) {
        return new PosadaException(ErrorCode.INVALID_ARG, ORIGIN, problem);
    }

    /** A value as a message shows it: of bounded length, on one line. */
    static String shown(String value) {
        var line = value.replace('\n', ' ').replace('\r', ' ');
        return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + "…";
    }

    private static String line(Element where) {
        return where.line() > 0 ? " (line " + where.line() + ")" : "";
    }
}
