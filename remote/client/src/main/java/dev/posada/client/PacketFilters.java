package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.protocol.NwfilterBindingRef;
import dev.posada.protocol.NwfilterStub;
import dev.posada.protocol.RemoteConnectListAllNwfilterBindingsArgs;
import dev.posada.protocol.RemoteConnectListAllNwfiltersArgs;
import dev.posada.protocol.RemoteNwfilterBindingCreateXmlArgs;
import dev.posada.protocol.RemoteNwfilterBindingDeleteArgs;
import dev.posada.protocol.RemoteNwfilterBindingLookupByPortDevArgs;
import dev.posada.protocol.RemoteNwfilterDefineXmlFlagsArgs;
import dev.posada.protocol.RemoteNwfilterLookupByNameArgs;
import dev.posada.protocol.RemoteNwfilterLookupByUuidArgs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** The packet filters of the host behind a {@link Connection}. */
public final class PacketFilters {
    private static final int NEED_RESULTS = 1;
    private static final int VALIDATE = 1;

    private final Connection connection;

    PacketFilters(Connection connection) {
        this.connection = connection;
    }

    /** All filters. */
    public List<PacketFilter> list() {
        return calls()
                .connectListAllNwfilters(new RemoteConnectListAllNwfiltersArgs(NEED_RESULTS, 0))
                .filters()
                .stream()
                .map(ref -> new PacketFilter(connection, ref))
                .toList();
    }

    /** The filter of this name; empty when there is none. */
    public Optional<PacketFilter> byName(String name) {
        return Storage.found(
                ErrorCode.NO_NWFILTER,
                () -> new PacketFilter(
                        connection,
                        calls().nwfilterLookupByName(new RemoteNwfilterLookupByNameArgs(name))
                                .nwfilter()));
    }

    /**
     * The filter of this name.
     *
     * @throws dev.posada.model.PosadaException with the daemon's own words when there is none
     */
    public PacketFilter require(String name) {
        return new PacketFilter(
                connection,
                calls().nwfilterLookupByName(new RemoteNwfilterLookupByNameArgs(name))
                        .nwfilter());
    }

    /** The filter of this uuid; empty when there is none. */
    public Optional<PacketFilter> byUuid(UUID uuid) {
        return Storage.found(
                ErrorCode.NO_NWFILTER,
                () -> new PacketFilter(
                        connection,
                        calls().nwfilterLookupByUuid(new RemoteNwfilterLookupByUuidArgs(uuid))
                                .nwfilter()));
    }

    /** Keeps a filter and puts it up wherever it is used; one with the uuid of an existing filter replaces that. */
    public PacketFilter define(String xml) {
        return define(xml, false);
    }

    /** The same, maybe held against its schema. */
    public PacketFilter define(String xml, boolean validate) {
        return new PacketFilter(
                connection,
                calls().nwfilterDefineXmlFlags(new RemoteNwfilterDefineXmlFlagsArgs(xml, validate ? VALIDATE : 0))
                        .nwfilter());
    }

    /** The name of the filter each link has, by the link's name. */
    public Map<String, String> bindings() {
        return calls()
                .connectListAllNwfilterBindings(new RemoteConnectListAllNwfilterBindingsArgs(NEED_RESULTS, 0))
                .bindings()
                .stream()
                .collect(Collectors.toMap(NwfilterBindingRef::portdev, NwfilterBindingRef::filtername));
    }

    /** Puts a filter on a link, as an XML document says. */
    public void bind(String xml) {
        var _ = bind(xml, false);
    }

    /** The same, maybe held against its schema; returns what was made. */
    public PacketFilterBinding bind(String xml, boolean validate) {
        return new PacketFilterBinding(
                connection,
                calls().nwfilterBindingCreateXml(new RemoteNwfilterBindingCreateXmlArgs(xml, validate ? VALIDATE : 0))
                        .nwfilter());
    }

    /** All links that have a filter. */
    public List<PacketFilterBinding> bindingList() {
        return calls()
                .connectListAllNwfilterBindings(new RemoteConnectListAllNwfilterBindingsArgs(NEED_RESULTS, 0))
                .bindings()
                .stream()
                .map(ref -> new PacketFilterBinding(connection, ref))
                .toList();
    }

    /**
     * The filter of a link.
     *
     * @throws dev.posada.model.PosadaException with the daemon's own words when it has none
     */
    public PacketFilterBinding requireBinding(String link) {
        return new PacketFilterBinding(
                connection,
                calls().nwfilterBindingLookupByPortDev(new RemoteNwfilterBindingLookupByPortDevArgs(link))
                        .nwfilter());
    }

    /** Takes the filter from a link. */
    public void unbind(String link) {
        calls().nwfilterBindingDelete(new RemoteNwfilterBindingDeleteArgs(new NwfilterBindingRef(link, "")));
    }

    private NwfilterStub calls() {
        return connection.remote().nwfilter();
    }
}
