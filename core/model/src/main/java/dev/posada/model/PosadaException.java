package dev.posada.model;

import org.jspecify.annotations.Nullable;

/**
 * A failure a client is told about: a libvirt error code, the part of the system it comes from, and one line of detail
 * that says what was tried, on which object, what happened and what would help.
 */
public final class PosadaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final ErrorOrigin origin;
    private final String detail;
    private final int systemError;
    private final boolean whole;

    public PosadaException(ErrorCode code, ErrorOrigin origin, String detail) {
        this(code, origin, detail, 0, null, false);
    }

    public PosadaException(ErrorCode code, ErrorOrigin origin, String detail, Throwable cause) {
        this(code, origin, detail, 0, cause, false);
    }

    private PosadaException(
            ErrorCode code,
            ErrorOrigin origin,
            String detail,
            int systemError,
            @Nullable Throwable cause,
            boolean whole) {
        super(whole ? detail : code.message(detail), cause);
        this.code = code;
        this.origin = origin;
        this.detail = detail;
        this.systemError = systemError;
        this.whole = whole;
    }

    /** A failure told in these words alone, as libvirt does for some: the code's text does not stand before them. */
    public static PosadaException said(ErrorCode code, ErrorOrigin origin, String message) {
        return new PosadaException(code, origin, message, 0, null, true);
    }

    /** A call the driver does not have; {@code api} is the public function's name, as libvirt reports it. */
    public static PosadaException unsupportedCall(ErrorOrigin origin, String api) {
        return new PosadaException(ErrorCode.NO_SUPPORT, origin, api);
    }

    /** A failed system call: {@code errno} travels with the error. */
    public static PosadaException system(ErrorOrigin origin, int errno, String detail) {
        return new PosadaException(ErrorCode.SYSTEM_ERROR, origin, detail, errno, null, false);
    }

    /** A failed system call with what was thrown for it. */
    public static PosadaException system(ErrorOrigin origin, int errno, String detail, Throwable cause) {
        return new PosadaException(ErrorCode.SYSTEM_ERROR, origin, detail, errno, cause, false);
    }

    public ErrorCode code() {
        return code;
    }

    public ErrorOrigin origin() {
        return origin;
    }

    /** The detail that fills the code's pattern; empty when there is none. */
    public String detail() {
        return detail;
    }

    /** The {@code errno} behind a {@link ErrorCode#SYSTEM_ERROR}; 0 otherwise. */
    public int systemError() {
        return systemError;
    }

    /** Whether the detail is the whole message. */
    public boolean whole() {
        return whole;
    }

    /** The whole message, never null: the code's text with the detail in place. */
    @Override
    public String getMessage() {
        return whole ? detail : code.message(detail);
    }
}
