package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.RemoteAuthListRet;
import dev.posada.protocol.RemoteAuthPolkitRet;
import dev.posada.protocol.RemoteAuthType;
import dev.posada.protocol.RemoteProcedure;
import java.time.Duration;
import java.util.List;

/** Proves to a daemon who we are, by the first of its ways that we know. */
final class Authentication {

    private Authentication() {}

    /**
     * Goes through what the daemon asks for.
     *
     * @throws PosadaException when it asks for what we cannot do, or refuses us
     */
    static void perform(Link link, Duration timeout) {
        List<RemoteAuthType> types = RemoteAuthListRet.decode(
                        link.call(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE, timeout))
                .types();
        if (types.isEmpty() || types.contains(RemoteAuthType.NONE)) {
            return;
        }
        if (!types.contains(RemoteAuthType.POLKIT)) {
            throw refused("the daemon wants a user name and password (SASL), which this client cannot give; "
                    + "connect through its local socket or by ssh");
        }
        // Somebody may have to type a password into a dialogue, so this takes as long as it takes.
        var answer =
                RemoteAuthPolkitRet.decode(link.call(RemoteProcedure.AUTH_POLKIT, NoPayload.INSTANCE, Duration.ZERO));
        if (answer.complete() == 0) {
            throw refused("polkit did not allow the connection");
        }
    }

    private static PosadaException refused(String detail) {
        return new PosadaException(ErrorCode.AUTH_FAILED, ErrorOrigin.REMOTE, detail);
    }
}
