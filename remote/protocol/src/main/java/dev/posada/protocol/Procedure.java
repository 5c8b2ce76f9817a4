package dev.posada.protocol;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;

/**
 * A procedure of a {@link Program}: something a client can call, or something a server sends on its own.
 *
 * <p>Each program's procedures are the constants of one generated enum.
 */
public interface Procedure {

    /** How a procedure is carried. */
    enum Kind {
        /** One request, one reply. */
        CALL,
        /** A call, then data from client to server. */
        UPLOAD,
        /** A call, then data from server to client. */
        DOWNLOAD,
        /** A call, then data both ways. */
        DUPLEX,
        /** Sent by the server alone, without reply. */
        EVENT,
        /** Sent by either side, without payload or reply. */
        MESSAGE;

        /** Whether a client may call it. */
        public boolean isCall() {
            return this != EVENT && this != MESSAGE;
        }

        /** Whether the reply is followed by a stream. */
        public boolean isStream() {
            return this == UPLOAD || this == DOWNLOAD || this == DUPLEX;
        }
    }

    /** Whether a call may have to wait for a guest. */
    enum Priority {
        /** Never waits for a guest; workers are kept free for these. */
        HIGH,
        /** May wait for a guest or the host. */
        LOW
    }

    /** Which way file descriptors may accompany a call. */
    enum Descriptors {
        NONE,
        IN,
        OUT,
        BOTH
    }

    /** The program the procedure belongs to. */
    Program program();

    /** Everything known about the procedure besides its program and name. */
    ProcedureTraits traits();

    /** The constant's name. */
    String name();

    /** The number in message headers. */
    default int number() {
        return traits().number();
    }

    /** The answer of a driver that does not have this function. */
    default PosadaException unsupported() {
        return PosadaException.unsupportedCall(traits().origin(), traits().apiName());
    }

    /** The answer to a caller that may only look. */
    default PosadaException readOnlyRefusal() {
        return new PosadaException(
                ErrorCode.OPERATION_DENIED, traits().origin(), "read only access prevents " + traits().apiName());
    }
}
