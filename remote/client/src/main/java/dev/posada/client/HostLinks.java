package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.protocol.HostInterfaceStub;
import dev.posada.protocol.RemoteConnectListAllInterfacesArgs;
import dev.posada.protocol.RemoteInterfaceChangeBeginArgs;
import dev.posada.protocol.RemoteInterfaceChangeCommitArgs;
import dev.posada.protocol.RemoteInterfaceChangeRollbackArgs;
import dev.posada.protocol.RemoteInterfaceDefineXmlArgs;
import dev.posada.protocol.RemoteInterfaceLookupByMacStringArgs;
import dev.posada.protocol.RemoteInterfaceLookupByNameArgs;
import java.util.List;
import java.util.Optional;

/** The network links of the host behind a {@link Connection}. */
public final class HostLinks {
    private static final int NEED_RESULTS = 1;
    private static final int INACTIVE = 1;
    private static final int ACTIVE = 2;
    private static final int VALIDATE = 1;

    private final Connection connection;

    HostLinks(Connection connection) {
        this.connection = connection;
    }

    /** The links that are up, those that are not, or both. */
    public List<HostLink> list(boolean active, boolean inactive) {
        int flags = (active ? ACTIVE : 0) | (inactive ? INACTIVE : 0);
        return calls()
                .connectListAllInterfaces(new RemoteConnectListAllInterfacesArgs(NEED_RESULTS, flags))
                .ifaces()
                .stream()
                .map(ref -> new HostLink(connection, ref))
                .toList();
    }

    /**
     * The link of this name.
     *
     * @throws dev.posada.model.PosadaException with the daemon's own words when there is none
     */
    public HostLink require(String name) {
        return new HostLink(
                connection,
                calls().interfaceLookupByName(new RemoteInterfaceLookupByNameArgs(name))
                        .iface());
    }

    /**
     * The link with this hardware address.
     *
     * @throws dev.posada.model.PosadaException with the daemon's own words when there is none
     */
    public HostLink requireMac(String mac) {
        return new HostLink(
                connection,
                calls().interfaceLookupByMacString(new RemoteInterfaceLookupByMacStringArgs(mac))
                        .iface());
    }

    /** All links, active or not. */
    public List<HostLink> list() {
        return calls()
                .connectListAllInterfaces(new RemoteConnectListAllInterfacesArgs(NEED_RESULTS, 0))
                .ifaces()
                .stream()
                .map(ref -> new HostLink(connection, ref))
                .toList();
    }

    /** The link of this name; empty when there is none. */
    public Optional<HostLink> byName(String name) {
        return Storage.found(
                ErrorCode.NO_INTERFACE,
                () -> new HostLink(
                        connection,
                        calls().interfaceLookupByName(new RemoteInterfaceLookupByNameArgs(name))
                                .iface()));
    }

    /** The link with this hardware address; empty when there is none. */
    public Optional<HostLink> byMac(String mac) {
        return Storage.found(
                ErrorCode.NO_INTERFACE,
                () -> new HostLink(
                        connection,
                        calls().interfaceLookupByMacString(new RemoteInterfaceLookupByMacStringArgs(mac))
                                .iface()));
    }

    /** Keeps a definition. */
    public HostLink define(String xml) {
        return define(xml, false);
    }

    /** Keeps a definition, maybe held against its schema. */
    public HostLink define(String xml, boolean validate) {
        return new HostLink(
                connection,
                calls().interfaceDefineXml(new RemoteInterfaceDefineXmlArgs(xml, validate ? VALIDATE : 0))
                        .iface());
    }

    /** What follows can be taken back. */
    public void begin() {
        calls().interfaceChangeBegin(new RemoteInterfaceChangeBeginArgs(0));
    }

    /** What was changed since {@link #begin} stays. */
    public void commit() {
        calls().interfaceChangeCommit(new RemoteInterfaceChangeCommitArgs(0));
    }

    /** What was changed since {@link #begin} is taken back. */
    public void rollback() {
        calls().interfaceChangeRollback(new RemoteInterfaceChangeRollbackArgs(0));
    }

    private HostInterfaceStub calls() {
        return connection.remote().hostInterface();
    }
}
