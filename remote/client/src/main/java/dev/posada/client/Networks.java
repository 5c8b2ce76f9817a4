package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkChange;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NetworkIdentity;
import dev.posada.protocol.NetworkRef;
import dev.posada.protocol.NetworkStub;
import dev.posada.protocol.RemoteConnectListAllNetworksArgs;
import dev.posada.protocol.RemoteConnectNetworkEventRegisterAnyArgs;
import dev.posada.protocol.RemoteNetworkCreateXmlFlagsArgs;
import dev.posada.protocol.RemoteNetworkDefineXmlFlagsArgs;
import dev.posada.protocol.RemoteNetworkEventLifecycleMsg;
import dev.posada.protocol.RemoteNetworkLookupByNameArgs;
import dev.posada.protocol.RemoteNetworkLookupByUuidArgs;
import dev.posada.protocol.XdrMessage;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The virtual networks behind a {@link Connection}. */
public final class Networks {
    private static final int NEED_RESULTS = 1;

    /** {@code VIR_NETWORK_EVENT_ID_LIFECYCLE}. */
    private static final int LIFECYCLE = 0;

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

    /**
     * The network of this name.
     *
     * @throws PosadaException with the daemon's own words when there is none
     */
    public VirtualNetwork require(String name) {
        return network(calls().networkLookupByName(new RemoteNetworkLookupByNameArgs(name))
                .net());
    }

    /**
     * The network of this uuid.
     *
     * @throws PosadaException with the daemon's own words when there is none
     */
    public VirtualNetwork require(UUID uuid) {
        return network(calls().networkLookupByUuid(new RemoteNetworkLookupByUuidArgs(uuid))
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
     * Subscribes to the steps of all networks' lives. The daemon goes on telling of them until the connection is closed.
     *
     * @param listener called on a thread of the subscription's own, one event at a time
     * @throws dev.posada.model.PosadaException when the daemon does not tell of networks; nothing is subscribed to then
     */
    public EventSubscription subscribe(Consumer<NetworkEvent> listener) {
        return connection.subscribe(
                Networks::event,
                () -> connection
                        .remote()
                        .events()
                        .connectNetworkEventRegisterAny(new RemoteConnectNetworkEventRegisterAnyArgs(LIFECYCLE, null)),
                listener);
    }

    private static Optional<NetworkEvent> event(XdrMessage message) {
        return switch (message) {
            case RemoteNetworkEventLifecycleMsg m ->
                Optional.of(
                        new NetworkEvent(identity(m.net()), new NetworkEvent.Lifecycle(NetworkChange.of(m.event()))));
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
