package dev.posada.client;

import dev.posada.protocol.NetworkRef;
import dev.posada.protocol.NetworkStub;
import dev.posada.protocol.RemoteNetworkListAllPortsArgs;
import dev.posada.protocol.RemoteNetworkPortCreateXmlArgs;
import dev.posada.protocol.RemoteNetworkPortLookupByUuidArgs;
import java.util.List;
import java.util.UUID;

/** The ports of a virtual network. */
public final class NetworkPorts {
    private static final int NEED_RESULTS = 1;
    private static final int VALIDATE = 2;

    private final Connection connection;
    private final NetworkRef network;

    NetworkPorts(Connection connection, NetworkRef network) {
        this.connection = connection;
        this.network = network;
    }

    /** All ports. */
    public List<NetworkPort> list() {
        return calls().networkListAllPorts(new RemoteNetworkListAllPortsArgs(network, NEED_RESULTS, 0)).ports().stream()
                .map(ref -> new NetworkPort(connection, ref))
                .toList();
    }

    /**
     * The port of this uuid.
     *
     * @throws dev.posada.model.PosadaException with the daemon's own words when there is none
     */
    public NetworkPort require(UUID uuid) {
        return new NetworkPort(
                connection,
                calls().networkPortLookupByUuid(new RemoteNetworkPortLookupByUuidArgs(network, uuid))
                        .port());
    }

    /** Makes a port, as an XML document says. */
    public NetworkPort create(String xml, boolean validate) {
        return new NetworkPort(
                connection,
                calls().networkPortCreateXml(new RemoteNetworkPortCreateXmlArgs(network, xml, validate ? VALIDATE : 0))
                        .port());
    }

    private NetworkStub calls() {
        return connection.remote().network();
    }
}
