package dev.posada.rfb;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server of RFB did not do what it should, or is gone. */
public final class RfbException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** What went wrong, to branch on. */
    public enum Kind {
        /** The server does not let us in: a wrong password, too many attempts, or it does not want anybody. */
        REFUSED,
        /** The server insists on something this client does not do. */
        UNSUPPORTED,
        /** The server sent what is not the protocol, or more than the stated limits allow. */
        MALFORMED,
        /** The connection is gone. */
        LOST
    }

    RfbException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    static RfbException refused(String message) {
        return new RfbException(Kind.REFUSED, message, null);
    }

    static RfbException unsupported(String message) {
        return new RfbException(Kind.UNSUPPORTED, message, null);
    }

    static RfbException malformed(String message) {
        return new RfbException(Kind.MALFORMED, message, null);
    }

    static RfbException lost(String message, @Nullable Throwable cause) {
        return new RfbException(Kind.LOST, message, cause);
    }

    static RfbException broken(IOException cause) {
        String why = cause instanceof ClosedChannelException
                ? "it is closed"
                : Optional.ofNullable(cause.getMessage())
                        .orElse(cause.getClass().getSimpleName());
        return lost("the connection to the server broke: " + why, cause);
    }

    public Kind kind() {
        return kind;
    }
}
