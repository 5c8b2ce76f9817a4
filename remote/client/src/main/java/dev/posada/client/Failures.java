package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.Procedure;
import dev.posada.xdr.XdrException;
import java.io.IOException;
import java.time.Duration;

/** The failures that arise on this side of the wire, in the terms libvirt's own client uses. */
final class Failures {

    /** The number of the system's "Input/output error", which stands for a peer that went away. */
    private static final int EIO = 5;

    private Failures() {}

    static PosadaException unreachable(String where, Throwable cause) {
        return new PosadaException(
                ErrorCode.SYSTEM_ERROR,
                ErrorOrigin.RPC,
                "cannot connect to " + where + ": " + reason(cause) + "; is the daemon running?",
                cause);
    }

    static PosadaException invalidAddress(String detail) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.REMOTE, detail);
    }

    static PosadaException unsupported(String detail) {
        return new PosadaException(ErrorCode.NO_SUPPORT, ErrorOrigin.REMOTE, detail);
    }

    static PosadaException lost(String detail) {
        return PosadaException.system(ErrorOrigin.RPC, EIO, detail);
    }

    static PosadaException closed() {
        return new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.RPC, "connection is closed");
    }

    static PosadaException timedOut(Procedure procedure, Duration timeout) {
        return new PosadaException(
                ErrorCode.OPERATION_TIMEOUT,
                ErrorOrigin.RPC,
                "no reply to " + procedure.traits().apiName() + " within " + timeout.toMillis() + " ms");
    }

    static PosadaException interrupted(String waitingFor) {
        return new PosadaException(
                ErrorCode.OPERATION_ABORTED, ErrorOrigin.RPC, "interrupted while waiting for " + waitingFor);
    }

    static PosadaException malformed(Procedure procedure, XdrException cause) {
        return new PosadaException(
                ErrorCode.RPC,
                ErrorOrigin.RPC,
                "reply to " + procedure.traits().apiName() + " cannot be decoded: " + cause.getMessage(),
                cause);
    }

    /**
     * The same failure with the stack of the thread that is told, so that the trace names the call and not the reader.
     */
    static PosadaException seenFromHere(PosadaException failure) {
        if (failure.systemError() == 0) {
            return new PosadaException(failure.code(), failure.origin(), failure.detail(), failure);
        }
        var copy = PosadaException.system(failure.origin(), failure.systemError(), failure.detail());
        copy.addSuppressed(failure);
        return copy;
    }

    static PosadaException stream(String detail) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.STREAMS, detail);
    }

    static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    static PosadaException broken(IOException cause, String complaints) {
        return new PosadaException(
                ErrorCode.SYSTEM_ERROR, ErrorOrigin.RPC, "connection broke: " + reason(cause) + complaints, cause);
    }
}
