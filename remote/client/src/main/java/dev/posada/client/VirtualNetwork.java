package dev.posada.client;

import dev.posada.model.DhcpLease;
import dev.posada.protocol.NetworkRef;
import dev.posada.protocol.NetworkStub;
import dev.posada.protocol.RemoteConnectSupportsFeatureArgs;
import dev.posada.protocol.RemoteNetworkCreateArgs;
import dev.posada.protocol.RemoteNetworkDestroyArgs;
import dev.posada.protocol.RemoteNetworkDhcpLease;
import dev.posada.protocol.RemoteNetworkGetAutostartArgs;
import dev.posada.protocol.RemoteNetworkGetBridgeNameArgs;
import dev.posada.protocol.RemoteNetworkGetDhcpLeasesArgs;
import dev.posada.protocol.RemoteNetworkGetXmlDescArgs;
import dev.posada.protocol.RemoteNetworkIsActiveArgs;
import dev.posada.protocol.RemoteNetworkIsPersistentArgs;
import dev.posada.protocol.RemoteNetworkSetAutostartArgs;
import dev.posada.protocol.RemoteNetworkUndefineArgs;
import dev.posada.protocol.RemoteNetworkUpdateArgs;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A virtual network of a {@link Connection}: a handle that asks the daemon for everything but its name and uuid. */
public final class VirtualNetwork {
    private static final int NEED_RESULTS = 1;

    /** {@code VIR_IP_ADDR_TYPE_IPV6}. */
    private static final int IPV6 = 1;

    private final Connection connection;
    private final NetworkRef ref;

    VirtualNetwork(Connection connection, NetworkRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    public String name() {
        return ref.name();
    }

    /** What names it for good. */
    public UUID uuid() {
        return ref.uuid();
    }

    /** The definition as it runs, or as it is kept, as an XML document. */
    public String xml(Flag.NetworkXml... flags) {
        return calls().networkGetXmlDesc(new RemoteNetworkGetXmlDescArgs(ref, Flag.bits(flags)))
                .xml();
    }

    /** The name of its bridge on the host. */
    public String bridge() {
        return calls().networkGetBridgeName(new RemoteNetworkGetBridgeNameArgs(ref))
                .name();
    }

    /** Whether it is started. */
    public boolean isActive() {
        return calls().networkIsActive(new RemoteNetworkIsActiveArgs(ref)).active() != 0;
    }

    /** Whether its definition is kept. */
    public boolean isPersistent() {
        return calls().networkIsPersistent(new RemoteNetworkIsPersistentArgs(ref))
                        .persistent()
                != 0;
    }

    /** Whether it starts with the host. */
    public boolean autostart() {
        return calls().networkGetAutostart(new RemoteNetworkGetAutostartArgs(ref))
                        .autostart()
                != 0;
    }

    /** Says whether it starts with the host. */
    public void setAutostart(boolean autostart) {
        calls().networkSetAutostart(new RemoteNetworkSetAutostartArgs(ref, autostart ? 1 : 0));
    }

    public void start() {
        calls().networkCreate(new RemoteNetworkCreateArgs(ref));
    }

    /** Stops it, also while guests are plugged in. */
    public void destroy() {
        calls().networkDestroy(new RemoteNetworkDestroyArgs(ref));
    }

    /** Forgets its definition; when it is started it goes on until it is stopped. */
    public void undefine() {
        calls().networkUndefine(new RemoteNetworkUndefineArgs(ref));
    }

    /** Its ports. */
    public NetworkPorts ports() {
        return new NetworkPorts(connection, ref);
    }

    /** What an update does. */
    public enum UpdateCommand {
        MODIFY(1),
        DELETE(2),
        ADD_LAST(3),
        ADD_FIRST(4);

        private final int number;

        UpdateCommand(int number) {
            this.number = number;
        }
    }

    /** The feature of daemons that take the two numbers of an update in the order of the interface. */
    private static final int FEATURE_UPDATE_ORDER = 16;

    /**
     * Changes one part of its definition.
     *
     * @param section which part: a {@code virNetworkUpdateSection}
     * @param parentIndex which of several parents, from 0; -1 for the one that fits
     * @param xml the part as it is to be, or as it is to be found
     */
    public void update(UpdateCommand command, int section, int parentIndex, String xml, Flag.Impact... impact) {
        // Older daemons took them the other way round, and say so by not having the feature.
        boolean ordered = connection
                        .remote()
                        .connect()
                        .connectSupportsFeature(new RemoteConnectSupportsFeatureArgs(FEATURE_UPDATE_ORDER))
                        .supported()
                != 0;
        calls().networkUpdate(new RemoteNetworkUpdateArgs(
                ref,
                ordered ? command.number : section,
                ordered ? section : command.number,
                parentIndex,
                xml,
                Flag.bits(impact)));
    }

    /** The addresses it has given out. */
    public List<DhcpLease> leases() {
        return leases(null);
    }

    /** The addresses it has given to this hardware address; to all where that is absent. */
    public List<DhcpLease> leases(@Nullable String mac) {
        return calls()
                .networkGetDhcpLeases(new RemoteNetworkGetDhcpLeasesArgs(ref, mac, NEED_RESULTS, 0))
                .leases()
                .stream()
                .map(VirtualNetwork::lease)
                .toList();
    }

    private static DhcpLease lease(RemoteNetworkDhcpLease lease) {
        var mac = lease.mac();
        return new DhcpLease(
                lease.iface(),
                lease.expirytime(),
                lease.type() == IPV6,
                mac == null ? "" : mac,
                Optional.ofNullable(lease.iaid()),
                lease.ipaddr(),
                lease.prefix(),
                Optional.ofNullable(lease.hostname()),
                Optional.ofNullable(lease.clientid()));
    }

    private NetworkStub calls() {
        return connection.remote().network();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VirtualNetwork network
                && network.uuid().equals(uuid())
                && network.connection == connection;
    }

    @Override
    public int hashCode() {
        return uuid().hashCode();
    }

    @Override
    public String toString() {
        return "network '" + name() + "'";
    }
}
