package dev.posada.client;

/** Why a connection is of no use any more. */
public enum CloseReason {
    /** Reading or writing failed, or what came was not the protocol. */
    ERROR,
    /** The daemon closed the connection. */
    END_OF_FILE,
    /** The daemon gave no sign of life. */
    KEEP_ALIVE,
    /** {@link Connection#close()} was called. */
    CLIENT
}
