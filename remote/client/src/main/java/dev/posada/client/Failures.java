package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.WireLimits;
import dev.posada.xdr.XdrException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The failures that arise on this side of the wire, in the terms libvirt's own client uses. */
final class Failures {

    /** The number of the system's "Input/output error", which stands for a peer that went away. */
    private static final int EIO = 5;

    private static final int ECONNRESET = 104;

    private Failures() {}

    static PosadaException unreachableSocket(Path socket, Throwable cause) {
        return system("Failed to connect socket to '" + socket + "': " + reason(cause), cause);
    }

    static PosadaException unreachableServer(String host, int port, Throwable cause) {
        return system("unable to connect to server at '" + host + ":" + port + "': " + reason(cause), cause);
    }

    static PosadaException unknownHost(String host, int port, Throwable cause) {
        return system(
                "Unable to resolve address '" + host + "' service '" + port + "': Name or service not known", cause);
    }

    static PosadaException unstartable(String program, Throwable cause) {
        return system("cannot execute binary " + program + ": " + reason(cause), cause);
    }

    private static PosadaException system(String message, Throwable cause) {
        return new PosadaException(ErrorCode.SYSTEM_ERROR, ErrorOrigin.RPC, message, cause);
    }

    static PosadaException invalidAddress(String detail) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.REMOTE, detail);
    }

    static PosadaException unsupportedOperation(String detail) {
        return new PosadaException(ErrorCode.OPERATION_UNSUPPORTED, ErrorOrigin.REMOTE, detail);
    }

    static PosadaException noFilePassage() {
        return new PosadaException(
                ErrorCode.INTERNAL_ERROR,
                ErrorOrigin.RPC,
                "Sending file descriptors is not supported on this socket; connect by the daemon's unix socket");
    }

    static PosadaException wrongFileCount(Procedure procedure, int count) {
        return lost("the daemon sent " + count + " file descriptors with its answer to "
                + procedure.traits().apiName() + ", not one");
    }

    static PosadaException tooManyFiles(int count) {
        return new PosadaException(
                ErrorCode.INVALID_ARG,
                ErrorOrigin.RPC,
                count + " file descriptors with one call; at most " + WireLimits.MAX_DESCRIPTORS + " are allowed");
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
        if (failure.systemError() == 0 && !failure.whole()) {
            return new PosadaException(failure.code(), failure.origin(), failure.detail(), failure);
        }
        var copy = failure.whole()
                ? PosadaException.said(failure.code(), failure.origin(), failure.detail())
                : PosadaException.system(failure.origin(), failure.systemError(), failure.detail());
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

    /** The daemon, or the command that relays to it, has closed its side. */
    static PosadaException ended(String complaints) {
        return complaints.isEmpty()
                ? PosadaException.system(ErrorOrigin.RPC, EIO, "End of file while reading data: Input/output error")
                : complained(complaints);
    }

    /** Reading or writing failed. */
    static PosadaException broken(String tried, IOException cause, String complaints) {
        return complaints.isEmpty()
                ? system("Cannot " + tried + " data: " + reason(cause), cause)
                : complained(complaints);
    }

    private static PosadaException complained(String complaints) {
        return PosadaException.system(
                ErrorOrigin.RPC, ECONNRESET, "Cannot recv data: " + complaints + ": Connection reset by peer");
    }
}
