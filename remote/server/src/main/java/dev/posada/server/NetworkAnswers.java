package dev.posada.server;

import dev.posada.engine.NetworkPorts;
import dev.posada.engine.Networks;
import dev.posada.model.DhcpLease;
import dev.posada.model.NetworkIdentity;
import dev.posada.model.NetworkPortIdentity;
import dev.posada.protocol.NetworkCalls;
import dev.posada.protocol.NetworkPortRef;
import dev.posada.protocol.NetworkRef;
import dev.posada.protocol.RemoteConnectListAllNetworksArgs;
import dev.posada.protocol.RemoteConnectListAllNetworksRet;
import dev.posada.protocol.RemoteConnectListDefinedNetworksArgs;
import dev.posada.protocol.RemoteConnectListDefinedNetworksRet;
import dev.posada.protocol.RemoteConnectListNetworksArgs;
import dev.posada.protocol.RemoteConnectListNetworksRet;
import dev.posada.protocol.RemoteConnectNumOfDefinedNetworksRet;
import dev.posada.protocol.RemoteConnectNumOfNetworksRet;
import dev.posada.protocol.RemoteNetworkCreateArgs;
import dev.posada.protocol.RemoteNetworkCreateXmlArgs;
import dev.posada.protocol.RemoteNetworkCreateXmlFlagsArgs;
import dev.posada.protocol.RemoteNetworkCreateXmlFlagsRet;
import dev.posada.protocol.RemoteNetworkCreateXmlRet;
import dev.posada.protocol.RemoteNetworkDefineXmlArgs;
import dev.posada.protocol.RemoteNetworkDefineXmlFlagsArgs;
import dev.posada.protocol.RemoteNetworkDefineXmlFlagsRet;
import dev.posada.protocol.RemoteNetworkDefineXmlRet;
import dev.posada.protocol.RemoteNetworkDestroyArgs;
import dev.posada.protocol.RemoteNetworkDhcpLease;
import dev.posada.protocol.RemoteNetworkGetAutostartArgs;
import dev.posada.protocol.RemoteNetworkGetAutostartRet;
import dev.posada.protocol.RemoteNetworkGetBridgeNameArgs;
import dev.posada.protocol.RemoteNetworkGetBridgeNameRet;
import dev.posada.protocol.RemoteNetworkGetDhcpLeasesArgs;
import dev.posada.protocol.RemoteNetworkGetDhcpLeasesRet;
import dev.posada.protocol.RemoteNetworkGetMetadataArgs;
import dev.posada.protocol.RemoteNetworkGetMetadataRet;
import dev.posada.protocol.RemoteNetworkGetXmlDescArgs;
import dev.posada.protocol.RemoteNetworkGetXmlDescRet;
import dev.posada.protocol.RemoteNetworkIsActiveArgs;
import dev.posada.protocol.RemoteNetworkIsActiveRet;
import dev.posada.protocol.RemoteNetworkIsPersistentArgs;
import dev.posada.protocol.RemoteNetworkIsPersistentRet;
import dev.posada.protocol.RemoteNetworkListAllPortsArgs;
import dev.posada.protocol.RemoteNetworkListAllPortsRet;
import dev.posada.protocol.RemoteNetworkLookupByNameArgs;
import dev.posada.protocol.RemoteNetworkLookupByNameRet;
import dev.posada.protocol.RemoteNetworkLookupByUuidArgs;
import dev.posada.protocol.RemoteNetworkLookupByUuidRet;
import dev.posada.protocol.RemoteNetworkPortCreateXmlArgs;
import dev.posada.protocol.RemoteNetworkPortCreateXmlRet;
import dev.posada.protocol.RemoteNetworkPortDeleteArgs;
import dev.posada.protocol.RemoteNetworkPortGetParametersArgs;
import dev.posada.protocol.RemoteNetworkPortGetParametersRet;
import dev.posada.protocol.RemoteNetworkPortGetXmlDescArgs;
import dev.posada.protocol.RemoteNetworkPortGetXmlDescRet;
import dev.posada.protocol.RemoteNetworkPortLookupByUuidArgs;
import dev.posada.protocol.RemoteNetworkPortLookupByUuidRet;
import dev.posada.protocol.RemoteNetworkSetAutostartArgs;
import dev.posada.protocol.RemoteNetworkSetMetadataArgs;
import dev.posada.protocol.RemoteNetworkUndefineArgs;
import dev.posada.protocol.RemoteNetworkUpdateArgs;
import java.util.List;

/** Virtual networks, what is plugged into them, and the addresses they have given out. */
final class NetworkAnswers implements NetworkCalls<Call> {
    /** {@code VIR_CONNECT_LIST_NETWORKS_INACTIVE}. */
    private static final int LIST_INACTIVE = 1;

    /** {@code VIR_CONNECT_LIST_NETWORKS_ACTIVE}. */
    private static final int LIST_ACTIVE = 2;

    /** {@code VIR_IP_ADDR_TYPE_IPV4} and its sibling. */
    private static final int IPV4 = 0;

    private static final int IPV6 = 1;

    @Override
    public RemoteConnectNumOfNetworksRet connectNumOfNetworks(Call call) {
        return new RemoteConnectNumOfNetworksRet(
                networks(call).list(LIST_ACTIVE).size());
    }

    @Override
    public RemoteConnectListNetworksRet connectListNetworks(Call call, RemoteConnectListNetworksArgs args) {
        return new RemoteConnectListNetworksRet(names(networks(call).list(LIST_ACTIVE), args.maxnames()));
    }

    @Override
    public RemoteConnectNumOfDefinedNetworksRet connectNumOfDefinedNetworks(Call call) {
        return new RemoteConnectNumOfDefinedNetworksRet(
                networks(call).list(LIST_INACTIVE).size());
    }

    @Override
    public RemoteConnectListDefinedNetworksRet connectListDefinedNetworks(
            Call call, RemoteConnectListDefinedNetworksArgs args) {
        return new RemoteConnectListDefinedNetworksRet(names(networks(call).list(LIST_INACTIVE), args.maxnames()));
    }

    private static List<String> names(List<NetworkIdentity> networks, int most) {
        return networks.stream()
                .limit(Math.max(0, most))
                .map(NetworkIdentity::name)
                .toList();
    }

    @Override
    public RemoteConnectListAllNetworksRet connectListAllNetworks(Call call, RemoteConnectListAllNetworksArgs args) {
        var all = networks(call).list(args.flags());
        return new RemoteConnectListAllNetworksRet(
                args.needResults() == 0
                        ? List.of()
                        : all.stream().map(NetworkAnswers::ref).toList(),
                all.size());
    }

    @Override
    public RemoteNetworkLookupByNameRet networkLookupByName(Call call, RemoteNetworkLookupByNameArgs args) {
        return new RemoteNetworkLookupByNameRet(ref(networks(call).byName(args.name())));
    }

    @Override
    public RemoteNetworkLookupByUuidRet networkLookupByUuid(Call call, RemoteNetworkLookupByUuidArgs args) {
        return new RemoteNetworkLookupByUuidRet(ref(networks(call).byUuid(args.uuid())));
    }

    @Override
    public RemoteNetworkDefineXmlRet networkDefineXml(Call call, RemoteNetworkDefineXmlArgs args) {
        return new RemoteNetworkDefineXmlRet(ref(networks(call).define(args.xml(), 0)));
    }

    @Override
    public RemoteNetworkDefineXmlFlagsRet networkDefineXmlFlags(Call call, RemoteNetworkDefineXmlFlagsArgs args) {
        return new RemoteNetworkDefineXmlFlagsRet(ref(networks(call).define(args.xml(), args.flags())));
    }

    @Override
    public RemoteNetworkCreateXmlRet networkCreateXml(Call call, RemoteNetworkCreateXmlArgs args) {
        return new RemoteNetworkCreateXmlRet(ref(networks(call).create(args.xml(), 0)));
    }

    @Override
    public RemoteNetworkCreateXmlFlagsRet networkCreateXmlFlags(Call call, RemoteNetworkCreateXmlFlagsArgs args) {
        return new RemoteNetworkCreateXmlFlagsRet(ref(networks(call).create(args.xml(), args.flags())));
    }

    @Override
    public void networkCreate(Call call, RemoteNetworkCreateArgs args) {
        networks(call).start(args.net().uuid());
    }

    @Override
    public void networkDestroy(Call call, RemoteNetworkDestroyArgs args) {
        networks(call).destroy(args.net().uuid());
    }

    @Override
    public void networkUndefine(Call call, RemoteNetworkUndefineArgs args) {
        networks(call).undefine(args.net().uuid());
    }

    @Override
    public void networkUpdate(Call call, RemoteNetworkUpdateArgs args) {
        networks(call)
                .update(
                        args.net().uuid(),
                        args.command(),
                        args.section(),
                        args.parentIndex(),
                        args.xml(),
                        args.flags());
    }

    @Override
    public RemoteNetworkGetXmlDescRet networkGetXmlDesc(Call call, RemoteNetworkGetXmlDescArgs args) {
        return new RemoteNetworkGetXmlDescRet(networks(call).xml(args.net().uuid(), args.flags()));
    }

    @Override
    public RemoteNetworkGetBridgeNameRet networkGetBridgeName(Call call, RemoteNetworkGetBridgeNameArgs args) {
        return new RemoteNetworkGetBridgeNameRet(
                networks(call).bridge(args.net().uuid()));
    }

    @Override
    public RemoteNetworkGetAutostartRet networkGetAutostart(Call call, RemoteNetworkGetAutostartArgs args) {
        return new RemoteNetworkGetAutostartRet(
                Conversions.flag(networks(call).autostart(args.net().uuid())));
    }

    @Override
    public void networkSetAutostart(Call call, RemoteNetworkSetAutostartArgs args) {
        networks(call).setAutostart(args.net().uuid(), args.autostart() != 0);
    }

    @Override
    public RemoteNetworkIsActiveRet networkIsActive(Call call, RemoteNetworkIsActiveArgs args) {
        return new RemoteNetworkIsActiveRet(
                Conversions.flag(networks(call).isActive(args.net().uuid())));
    }

    @Override
    public RemoteNetworkIsPersistentRet networkIsPersistent(Call call, RemoteNetworkIsPersistentArgs args) {
        return new RemoteNetworkIsPersistentRet(
                Conversions.flag(networks(call).isPersistent(args.net().uuid())));
    }

    @Override
    public RemoteNetworkGetDhcpLeasesRet networkGetDhcpLeases(Call call, RemoteNetworkGetDhcpLeasesArgs args) {
        var leases = networks(call).leases(args.net().uuid(), Conversions.orEmpty(args.mac()), args.flags());
        return new RemoteNetworkGetDhcpLeasesRet(
                args.needResults() == 0
                        ? List.of()
                        : leases.stream().map(NetworkAnswers::lease).toList(),
                leases.size());
    }

    private static RemoteNetworkDhcpLease lease(DhcpLease lease) {
        return new RemoteNetworkDhcpLease(
                lease.bridge(),
                lease.expirySeconds(),
                lease.ipv6() ? IPV6 : IPV4,
                lease.mac().isEmpty() ? null : lease.mac(),
                lease.iaid().orElse(null),
                lease.address(),
                lease.prefixLength(),
                lease.hostname().orElse(null),
                lease.clientId().orElse(null));
    }

    @Override
    public RemoteNetworkGetMetadataRet networkGetMetadata(Call call, RemoteNetworkGetMetadataArgs args) {
        return new RemoteNetworkGetMetadataRet(networks(call)
                .metadata(args.network().uuid(), args.type(), Conversions.orEmpty(args.uri()), args.flags()));
    }

    @Override
    public void networkSetMetadata(Call call, RemoteNetworkSetMetadataArgs args) {
        networks(call)
                .setMetadata(
                        args.network().uuid(),
                        args.type(),
                        Conversions.orEmpty(args.metadata()),
                        Conversions.orEmpty(args.key()),
                        Conversions.orEmpty(args.uri()),
                        args.flags());
    }

    @Override
    public RemoteNetworkListAllPortsRet networkListAllPorts(Call call, RemoteNetworkListAllPortsArgs args) {
        var all = ports(call).list(args.network().uuid(), args.flags());
        return new RemoteNetworkListAllPortsRet(
                args.needResults() == 0
                        ? List.of()
                        : all.stream().map(NetworkAnswers::ref).toList(),
                all.size());
    }

    @Override
    public RemoteNetworkPortLookupByUuidRet networkPortLookupByUuid(Call call, RemoteNetworkPortLookupByUuidArgs args) {
        return new RemoteNetworkPortLookupByUuidRet(
                ref(ports(call).byUuid(args.network().uuid(), args.uuid())));
    }

    @Override
    public RemoteNetworkPortCreateXmlRet networkPortCreateXml(Call call, RemoteNetworkPortCreateXmlArgs args) {
        return new RemoteNetworkPortCreateXmlRet(
                ref(ports(call).create(args.network().uuid(), args.xml(), args.flags())));
    }

    @Override
    public RemoteNetworkPortGetXmlDescRet networkPortGetXmlDesc(Call call, RemoteNetworkPortGetXmlDescArgs args) {
        return new RemoteNetworkPortGetXmlDescRet(
                ports(call).xml(args.port().net().uuid(), args.port().uuid(), args.flags()));
    }

    @Override
    public RemoteNetworkPortGetParametersRet networkPortGetParameters(
            Call call, RemoteNetworkPortGetParametersArgs args) {
        var known = Conversions.parameters(
                ports(call).parameters(args.port().net().uuid(), args.port().uuid(), args.flags()), args.flags());
        // A client that has no room asks how much it needs.
        return new RemoteNetworkPortGetParametersRet(
                known.subList(0, Math.clamp(args.nparams(), 0, known.size())), known.size());
    }

    @Override
    public void networkPortDelete(Call call, RemoteNetworkPortDeleteArgs args) {
        ports(call).delete(args.port().net().uuid(), args.port().uuid(), args.flags());
    }

    private static Networks networks(Call call) {
        return call.connection().networks();
    }

    private static NetworkPorts ports(Call call) {
        return call.connection().networkPorts();
    }

    private static NetworkRef ref(NetworkIdentity network) {
        return new NetworkRef(network.name(), network.uuid());
    }

    private static NetworkPortRef ref(NetworkPortIdentity port) {
        return new NetworkPortRef(ref(port.network()), port.uuid());
    }
}
