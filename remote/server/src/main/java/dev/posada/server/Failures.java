package dev.posada.server;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.Program;
import dev.posada.protocol.WireErrors;

/** The failures that arise in the server itself. */
final class Failures {
    private static final System.Logger LOG = System.getLogger("posada.server");

    private Failures() {}

    /** A call that needs a connection came before one was opened. */
    static PosadaException notOpen() {
        return internal("hypervisor connection not open");
    }

    /** An error of ours: told in short to the client and in full to the log. */
    static PosadaException unexpected(String where, Throwable cause) {
        LOG.log(System.Logger.Level.ERROR, "unexpected failure in " + where, cause);
        return internal("unexpected failure in " + where + ": "
                + cause.getClass().getSimpleName() + "; the daemon's log has more");
    }

    /** The connection's driver does not have this call; libvirt names the function. */
    static PosadaException unsupported(Call call) {
        var api = Program.of(call.header().program())
                .flatMap(program -> program.procedure(call.header().procedure()))
                .map(procedure -> procedure.traits().apiName())
                .orElse("");
        return PosadaException.unsupportedCall(ErrorOrigin.NONE, api);
    }

    /** A call that breaks an order or a limit of the protocol. */
    static PosadaException internal(String detail) {
        return new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.RPC, detail);
    }

    /** Open files would have to travel where they cannot. */
    static PosadaException noFilePassage() {
        return internal(
                "Sending file descriptors is not supported on this socket; connect by the daemon's unix socket");
    }

    /** An argument no call can mean. */
    static PosadaException invalidArgument(String detail) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.RPC, detail);
    }

    /** Who the client is could not be proved. */
    static PosadaException authentication() {
        return new PosadaException(ErrorCode.AUTH_FAILED, ErrorOrigin.RPC, "authentication failed");
    }

    static PosadaException unknownProgram(int program, int version) {
        return WireErrors.protocolFailure("Cannot find program " + Integer.toUnsignedString(program) + " version "
                + Integer.toUnsignedString(version));
    }

    static PosadaException unknownProcedure(int procedure) {
        return WireErrors.protocolFailure("unknown procedure: " + procedure);
    }

    static PosadaException unexpectedStatus(int status) {
        return WireErrors.protocolFailure("Unexpected message status " + Integer.toUnsignedString(status));
    }

    static PosadaException undecodable() {
        return WireErrors.protocolFailure("Unable to decode message payload");
    }

    static PosadaException unencodable() {
        return WireErrors.protocolFailure("Unable to encode message payload");
    }

    static PosadaException authenticationRequired() {
        return WireErrors.protocolFailure("authentication required");
    }
}
