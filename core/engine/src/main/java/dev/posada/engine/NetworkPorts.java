package dev.posada.engine;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkPortIdentity;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.xml.NetworkPortXml;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is plugged into virtual networks, for clients. Flags and errors are libvirt's. */
public final class NetworkPorts {
    /** The directions of a port's traffic, and what is known of each. */
    private static final List<String> DIRECTIONS = List.of("inbound", "outbound");

    private static final List<String> RATES = List.of("average", "peak", "burst", "floor");

    /** The fastest that can be told of: documents have room for more. */
    private static final BigInteger RATE_MAX = BigInteger.valueOf(0xFFFF_FFFFL);

    private final NetworkHost host;
    private final Access access;
    private final PortBroker broker;

    NetworkPorts(NetworkHost host, Access access) {
        this.host = host;
        this.access = access;
        this.broker = new PortBroker(host);
    }

    /** What is plugged into a started network; {@code flags} must be 0. */
    public List<NetworkPortIdentity> list(UUID network, int flags) {
        access.query("virNetworkListAllPorts");
        host.checkFlags(flags, 0, "networkListAllPorts");
        var found = host.network(network);
        return host.live(found).ports().stream()
                .map(port -> new NetworkPortIdentity(found.view().identity(), port.uuid()))
                .toList();
    }

    /** The port of this uuid; {@code NO_NETWORK_PORT} when there is none. */
    public NetworkPortIdentity byUuid(UUID network, UUID port) {
        access.query("virNetworkPortLookupByUUID");
        var found = host.network(network);
        return new NetworkPortIdentity(
                found.view().identity(), port(found, port).uuid());
    }

    /** A port's document as text; {@code flags} must be 0. */
    public String xml(UUID network, UUID port, int flags) {
        access.query("virNetworkPortGetXMLDesc");
        host.checkFlags(flags, 0, "networkPortGetXMLDesc");
        return NetworkPortXml.format(port(host.network(network), port).document());
    }

    /** Makes a place for something that is no domain of ours; flags are {@code virNetworkPortCreateFlags}. */
    public NetworkPortIdentity create(UUID network, String xml, int flags) {
        var api = "virNetworkPortCreateXML";
        access.change(api);
        host.checkFlags(flags, NetworkFlags.PORT_RECLAIM | NetworkFlags.PORT_VALIDATE, "networkPortCreateXML");
        var document = NetworkPortXml.parse(xml, Flags.has(flags, NetworkFlags.PORT_VALIDATE));
        var found = host.network(network);
        var uuid = NetworkPortXml.uuid(document);
        try (var _ = host.begin(found, api)) {
            var live = host.live(found);
            if (live.port(uuid).isPresent()) {
                throw host.error(ErrorCode.NETWORK_PORT_EXIST, "Network port with UUID " + uuid + " already exists");
            }
            broker.plugIn(found, "", document, wanted(document, live.definition()));
            return new NetworkPortIdentity(found.view().identity(), uuid);
        }
    }

    /** What a port asks for, as the interface of a domain would. */
    private static Element wanted(Element port, NetworkDefinition network) {
        var nic = Element.of("interface", "type", "network").plus(Element.of("source", "network", network.name()));
        for (var part : List.of("mac", "vlan", "bandwidth", "virtualport", "port")) {
            nic = port.child(part).map(nic::plus).orElse(nic);
        }
        return nic;
    }

    /** Takes a port away; {@code flags} must be 0. */
    public void delete(UUID network, UUID port, int flags) {
        var api = "virNetworkPortDelete";
        access.change(api);
        host.checkFlags(flags, 0, "networkPortDelete");
        var found = host.network(network);
        try (var _ = host.begin(found, api)) {
            var known = port(found, port);
            broker.unplug(found, List.of(known.uuid()));
        }
    }

    /** How fast a port's traffic may be, in KiB and KiB a second, 0 for without limit. */
    public List<TypedParameter> parameters(UUID network, UUID port, int flags) {
        access.query("virNetworkPortGetParameters");
        host.checkFlags(flags, NetworkFlags.TYPED_STRINGS, "networkPortGetParameters");
        var bandwidth = port(host.network(network), port).document().child("bandwidth");
        return DIRECTIONS.stream()
                .flatMap(direction -> RATES.stream()
                        .filter(rate -> direction.equals("inbound") || !rate.equals("floor"))
                        .map(rate ->
                                TypedParameter.ofUnsigned(direction + "." + rate, rate(bandwidth, direction, rate))))
                .toList();
    }

    private static int rate(Optional<Element> bandwidth, String direction, String rate) {
        return bandwidth
                .flatMap(limits -> limits.child(direction))
                .flatMap(limits -> limits.attribute(rate))
                .map(text -> new BigInteger(text).min(RATE_MAX).intValue())
                .orElse(0);
    }

    private NetworkPort port(Network network, UUID uuid) {
        return network.view().live().flatMap(live -> live.port(uuid)).orElseThrow(() -> noPort(uuid));
    }

    private PosadaException noPort(UUID uuid) {
        return host.error(ErrorCode.NO_NETWORK_PORT, "Network port with UUID " + uuid + " does not exist");
    }
}
