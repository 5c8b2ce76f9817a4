package dev.posada.docker;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** The errors of this driver: libvirt's code, one sentence, and the line of the definition when it is known. */
final class Refusal {
    /** Where errors say they come from: libvirt has no number for containers of an engine. */
    static final ErrorOrigin ORIGIN = ErrorOrigin.DOM;

    private static final int SHOWN_MAX = 64;

    private Refusal() {}

    /** {@code CONFIG_UNSUPPORTED}: the definition asks for something that cannot be had. */
    static PosadaException unsupported(Element where, String problem) {
        return of(ErrorCode.CONFIG_UNSUPPORTED, problem + line(where));
    }

    /** {@code XML_ERROR}: the definition contradicts itself or says something malformed. */
    static PosadaException xml(Element where, String problem) {
        return of(ErrorCode.XML_ERROR, problem + line(where));
    }

    static PosadaException of(ErrorCode code, String problem) {
        return new PosadaException(code, ORIGIN, problem);
    }

    static PosadaException of(ErrorCode code, String problem, Throwable cause) {
        return new PosadaException(code, ORIGIN, problem, cause);
    }

    /** A value as a message shows it: of bounded length, on one line. */
    static String shown(String value) {
        var line = value.replace('\n', ' ');
        return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + "…";
    }

    private static String line(Element where) {
        return where.line() > 0 ? " (line " + where.line() + ")" : "";
    }
}
