package dev.posada.client;

import dev.posada.protocol.NetworkPortRef;
import dev.posada.protocol.RemoteNetworkPortDeleteArgs;
import dev.posada.protocol.RemoteNetworkPortGetXmlDescArgs;
import java.util.UUID;

/** A place of a virtual network where something is plugged in: a handle that asks the daemon for all but its uuid. */
public final class NetworkPort {
    private final Connection connection;
    private final NetworkPortRef ref;

    NetworkPort(Connection connection, NetworkPortRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    /** What names it. */
    public UUID uuid() {
        return ref.uuid();
    }

    /** Who is plugged in and how, as an XML document. */
    public String xml() {
        return connection
                .remote()
                .network()
                .networkPortGetXmlDesc(new RemoteNetworkPortGetXmlDescArgs(ref, 0))
                .xml();
    }

    /** Gives it up. */
    public void delete() {
        connection.remote().network().networkPortDelete(new RemoteNetworkPortDeleteArgs(ref, 0));
    }
}
