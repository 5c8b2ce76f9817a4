package dev.posada.engine;

import dev.posada.model.DhcpLease;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NetworkIdentity;
import dev.posada.xml.NetworkUpdate;
import dev.posada.xml.NetworkXml;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The virtual networks of a connection. Flags and errors are libvirt's. */
public final class Networks {
    private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}");

    private final NetworkHost host;
    private final Access access;
    private final NetworkLife life;

    Networks(NetworkHost host, Access access) {
        this.host = host;
        this.access = access;
        this.life = new NetworkLife(host);
    }

    /** The networks that pass every group of {@code virConnectListAllNetworksFlags}; 0 means all. */
    public List<NetworkIdentity> list(int flags) {
        access.query("virConnectListAllNetworks");
        host.checkFlags(flags, KeptFilter.ALL, "networkConnectListAllNetworks");
        var filter = new KeptFilter(flags);
        var listed = new ArrayList<NetworkIdentity>();
        for (var network : host.registry().all()) {
            var view = network.view();
            if (filter.admits(view)) {
                listed.add(view.identity());
            }
        }
        return listed;
    }

    /** The network of this name; {@code NO_NETWORK} when there is none. */
    public NetworkIdentity byName(String name) {
        access.query("virNetworkLookupByName");
        return host.network(name).view().identity();
    }

    /** The network of this uuid; {@code NO_NETWORK} when there is none. */
    public NetworkIdentity byUuid(UUID uuid) {
        return look(uuid, "virNetworkLookupByUUID").identity();
    }

    /** The definition as it runs, or as it is stored, as text; flags are {@code virNetworkXMLFlags}. */
    public String xml(UUID network, int flags) {
        var view = look(network, "virNetworkGetXMLDesc");
        host.checkFlags(flags, NetworkFlags.XML_INACTIVE, "networkGetXMLDesc");
        if (Flags.has(flags, NetworkFlags.XML_INACTIVE)) {
            return NetworkXml.format(view.config().orElseGet(view::definition));
        }
        return NetworkXml.format(view.live().map(Networks::connected).orElseGet(view::definition));
    }

    /** What runs, with how many are plugged in, and into which device of a pool. */
    private static NetworkDefinition connected(StartedNetwork live) {
        if (live.ports().isEmpty()) {
            return live.definition();
        }
        var root = live.definition()
                .root()
                .with("connections", Integer.toString(live.ports().size()));
        root = root.mapChildren(part -> part.name().equals("forward")
                ? part.mapChildren(device -> {
                    long users = device.name().equals("interface") ? live.users(device.attribute("dev", "")) : 0;
                    return users == 0 ? device : device.with("connections", Long.toString(users));
                })
                : part);
        return NetworkXml.ordered(new NetworkDefinition(root));
    }

    /** The name of the bridge on the host; {@code INTERNAL_ERROR} when it has none. */
    public String bridge(UUID network) {
        var view = look(network, "virNetworkGetBridgeName");
        return view.definition()
                .bridge()
                .orElseThrow(() -> host.error(
                        ErrorCode.INTERNAL_ERROR,
                        "network '" + view.identity().name() + "' does not have a bridge name."));
    }

    /** Whether it is started. */
    public boolean isActive(UUID network) {
        return look(network, "virNetworkIsActive").active();
    }

    /** Whether there is a stored definition. */
    public boolean isPersistent(UUID network) {
        return look(network, "virNetworkIsPersistent").persistent();
    }

    /** Whether it starts with the host. */
    public boolean autostart(UUID network) {
        return look(network, "virNetworkGetAutostart").autostart();
    }

    /** Says whether it starts with the host; only a persistent one can. */
    public void setAutostart(UUID network, boolean autostart) {
        var api = "virNetworkSetAutostart";
        access.change(api);
        life.autostart(host.network(network), autostart, api);
    }

    /** Stores a definition; on disk when this returns. Flags are {@code virNetworkDefineFlags}. */
    public NetworkIdentity define(String xml, int flags) {
        var api = "virNetworkDefineXML";
        access.change(api);
        host.checkFlags(flags, NetworkFlags.VALIDATE, "networkDefineXMLFlags");
        return life.define(NetworkXml.parse(xml, Flags.has(flags, NetworkFlags.VALIDATE)), api);
    }

    /** Starts a network that is defined nowhere; flags are {@code virNetworkCreateFlags}. */
    public NetworkIdentity create(String xml, int flags) {
        var api = "virNetworkCreateXML";
        access.change(api);
        host.checkFlags(flags, NetworkFlags.VALIDATE, "networkCreateXMLFlags");
        return life.create(NetworkXml.parse(xml, Flags.has(flags, NetworkFlags.VALIDATE)), api);
    }

    /** Starts a defined network. */
    public void start(UUID network) {
        var api = "virNetworkCreate";
        access.change(api);
        life.start(host.network(network), api);
    }

    /** Stops a network, also one that guests are plugged into. */
    public void destroy(UUID network) {
        var api = "virNetworkDestroy";
        access.change(api);
        life.stop(host.network(network), api);
    }

    /** Forgets a definition; a started network goes on until it is stopped. */
    public void undefine(UUID network) {
        var api = "virNetworkUndefine";
        access.change(api);
        life.undefine(host.network(network), api);
    }

    /**
     * Edits one entry of a network.
     *
     * @param command {@code virNetworkUpdateCommand}
     * @param section {@code virNetworkUpdateSection}
     * @param parentIndex which {@code ip} element, from 0; -1 for the usual one
     * @param flags {@code virNetworkUpdateFlags}
     */
    public void update(UUID network, int command, int section, int parentIndex, String xml, int flags) {
        var api = "virNetworkUpdate";
        access.change(api);
        host.checkFlags(flags, NetworkFlags.AFFECT_ALL, "networkUpdate");
        var found = host.network(network);
        life.update(found, NetworkUpdate.parse(found.name(), command, section, parentIndex, xml), flags, api);
    }

    /**
     * Its title, description or an application's element.
     *
     * @param type {@code virNetworkMetadataType}
     * @param uri the element's namespace
     * @param flags {@code virNetworkUpdateFlags}
     */
    public String metadata(UUID network, int type, String uri, int flags) {
        var api = "virNetworkGetMetadata";
        var view = look(network, api);
        host.checkFlags(flags, NetworkFlags.AFFECT_ALL, "networkGetMetadata");
        var affect = NetworkLife.affected(view, flags, host);
        var definition = affect.live()
                ? view.live().orElseThrow().definition()
                : view.config().orElseThrow();
        return new MetadataParts(ErrorOrigin.NETWORK, api)
                .read(definition.root(), type, uri)
                .orElseThrow(
                        () -> host.error(ErrorCode.NO_NETWORK_METADATA, "Requested metadata element is not present"));
    }

    /** Changes its title, description or an application's element; an empty one takes it away. */
    public void setMetadata(UUID network, int type, String metadata, String key, String uri, int flags) {
        var api = "virNetworkSetMetadata";
        access.change(api);
        host.checkFlags(flags, NetworkFlags.AFFECT_ALL, "networkSetMetadata");
        var element = new MetadataParts(ErrorOrigin.NETWORK, api).element(type, metadata, key, uri);
        life.describe(
                host.network(network),
                definition -> NetworkXml.of(MetadataParts.changed(definition.root(), type, metadata, element, uri)),
                flags,
                new NetworkEvent.MetadataChange(type, uri.isEmpty() ? Optional.empty() : Optional.of(uri)));
    }

    /**
     * The addresses its DHCP server has given out; none when it is not started.
     *
     * @param mac only those of this card; empty for all
     * @param flags must be 0
     */
    public List<DhcpLease> leases(UUID network, String mac, int flags) {
        var view = look(network, "virNetworkGetDHCPLeases");
        host.checkFlags(flags, 0, "networkGetDHCPLeases");
        if (!mac.isEmpty() && !MAC.matcher(mac).matches()) {
            throw host.error(ErrorCode.INVALID_MAC, mac);
        }
        var wanted = mac.toLowerCase(Locale.ROOT);
        return view.live().map(live -> live.network().leases()).orElse(List.of()).stream()
                .filter(lease -> mac.isEmpty() || lease.mac().equals(wanted))
                .toList();
    }

    private KeptView<NetworkIdentity, NetworkDefinition, StartedNetwork> look(UUID network, String api) {
        access.query(api);
        return host.network(network).view();
    }
}
