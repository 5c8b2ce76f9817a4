package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkChange;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NetworkIdentity;
import dev.posada.protocol.NetworkRef;
import dev.posada.protocol.NetworkStub;
import dev.posada.protocol.RemoteConnectListAllNetworksArgs;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.RemoteNetworkCreateXmlFlagsArgs;
import dev.posada.protocol.RemoteNetworkDefineXmlFlagsArgs;
import dev.posada.protocol.RemoteNetworkEventCallbackMetadataChangeMsg;
import dev.posada.protocol.RemoteNetworkEventLifecycleMsg;
import dev.posada.protocol.RemoteNetworkLookupByNameArgs;
import dev.posada.protocol.RemoteNetworkLookupByUuidArgs;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The virtual networks behind a {@link Connection}. */
public final class Networks {
    private static final int NEED_RESULTS = 1;

    private final Connection connection;

    Networks(Connection connection) {
        this.connection = connection;
    }

    /** The networks that pass all flags; every network when there is none. */
    public List<VirtualNetwork> list(Flag.NetworkList... filter) {
        return calls()
                .connectListAllNetworks(new RemoteConnectListAllNetworksArgs(NEED_RESULTS, Flag.bits(filter)))
                .nets()
                .stream()
                .map(this::network)
                .toList();
    }

    /** The network of this name; empty when there is none. */
    public Optional<VirtualNetwork> byName(String name) {
        return found(() -> calls().networkLookupByName(new RemoteNetworkLookupByNameArgs(name))
                .net());
    }

    /** The network of this uuid; empty when there is none. */
    public Optional<VirtualNetwork> byUuid(UUID uuid) {
        return found(() -> calls().networkLookupByUuid(new RemoteNetworkLookupByUuidArgs(uuid))
                .net());
    }

    /** Keeps a definition; one with the uuid of an existing network replaces that network's. */
    public VirtualNetwork define(String xml, Flag.NetworkDefine... flags) {
        return network(calls().networkDefineXmlFlags(new RemoteNetworkDefineXmlFlagsArgs(xml, Flag.bits(flags)))
                .net());
    }

    /** Starts a transient network, of which nothing is kept once it is stopped. */
    public VirtualNetwork create(String xml, Flag.NetworkDefine... flags) {
        return network(calls().networkCreateXmlFlags(new RemoteNetworkCreateXmlFlagsArgs(xml, Flag.bits(flags)))
                .net());
    }

    /**
     * What a message tells of a network; empty for one that tells of something else. Messages arrive once
     * {@code connect_network_event_register_any} was called.
     */
    public static Optional<NetworkEvent> event(RemoteEvent message) {
        return switch (message) {
            case RemoteNetworkEventLifecycleMsg m ->
                Optional.of(
                        new NetworkEvent(identity(m.net()), new NetworkEvent.Lifecycle(NetworkChange.of(m.event()))));
            case RemoteNetworkEventCallbackMetadataChangeMsg m ->
                Optional.of(new NetworkEvent(
                        identity(m.net()), new NetworkEvent.MetadataChange(m.type(), Optional.ofNullable(m.nsuri()))));
            default -> Optional.empty();
        };
    }

    private static NetworkIdentity identity(NetworkRef network) {
        return new NetworkIdentity(network.name(), network.uuid());
    }

    private Optional<VirtualNetwork> found(Supplier<NetworkRef> lookup) {
        return Storage.found(ErrorCode.NO_NETWORK, () -> network(lookup.get()));
    }

    private VirtualNetwork network(NetworkRef ref) {
        return new VirtualNetwork(connection, ref);
    }

    private NetworkStub calls() {
        return connection.remote().network();
    }
}
