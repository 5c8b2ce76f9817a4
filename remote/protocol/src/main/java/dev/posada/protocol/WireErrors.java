package dev.posada.protocol;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import org.jspecify.annotations.Nullable;

/**
 * Turns failures into the error structure that travels, and back.
 *
 * <p>The structure carries the whole message and beside it the code's pattern ({@code str1}) and the detail that fills
 * it ({@code str2}); without a detail {@code str1} is the text itself.
 */
public final class WireErrors {

    /** The level of an error; warnings (1) are never sent. */
    private static final int ERROR_LEVEL = 2;

    private static final int UNUSED = -1;
    private static final String PLACE_OF_DETAIL = "%s";

    private WireErrors() {}

    /** The structure for a failure. */
    public static MessageError encode(PosadaException failure) {
        ErrorCode code = failure.code();
        boolean detailed = !failure.detail().isEmpty();
        return new MessageError(
                code.number(),
                failure.origin().number(),
                failure.getMessage(),
                ERROR_LEVEL,
                null,
                failure.whole() ? PLACE_OF_DETAIL : detailed ? code.pattern() : code.bare(),
                detailed ? failure.detail() : null,
                null,
                code == ErrorCode.SYSTEM_ERROR ? failure.systemError() : UNUSED,
                UNUSED,
                null);
    }

    /**
     * The failure a structure describes. Code and origin that we do not know become {@link ErrorCode#INTERNAL_ERROR}
     * and {@link ErrorOrigin#NONE}; the message stays what the peer said, as far as the code's pattern allows.
     */
    public static PosadaException decode(MessageError error) {
        ErrorCode code = ErrorCode.of(error.code());
        ErrorOrigin origin = ErrorOrigin.of(error.domain());
        String detail = detail(code, error);
        // Some of libvirt's messages do not begin with the code's text.
        boolean whole = !detail.isEmpty() && detail.equals(error.message());
        if (whole && code != ErrorCode.SYSTEM_ERROR && !code.message(detail).equals(detail)) {
            return PosadaException.said(code, origin, detail);
        }
        return code == ErrorCode.SYSTEM_ERROR && error.int1() > 0
                ? PosadaException.system(origin, error.int1(), detail)
                : new PosadaException(code, origin, detail);
    }

    /** A failure of the protocol itself, such as a call nobody knows. */
    public static PosadaException protocolFailure(String detail) {
        return new PosadaException(ErrorCode.RPC, ErrorOrigin.RPC, detail);
    }

    private static String detail(ErrorCode code, MessageError error) {
        String message = orEmpty(error.message());
        String declared = orEmpty(error.str2());
        if (message.isEmpty()) {
            return declared;
        }
        if (code.message(declared).equals(message)) {
            return declared;
        }
        // What stands at the pattern's %s, for peers that fill str2 with something else.
        int at = code.pattern().indexOf(PLACE_OF_DETAIL);
        String before = code.pattern().substring(0, at);
        String after = code.pattern().substring(at + PLACE_OF_DETAIL.length());
        boolean fits = message.startsWith(before)
                && message.endsWith(after)
                && message.length() >= before.length() + after.length();
        return fits ? message.substring(before.length(), message.length() - after.length()) : message;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
