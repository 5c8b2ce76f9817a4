package dev.posada.engine;

import dev.posada.driver.Undo;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.PosadaException;
import dev.posada.xml.NetworkPortXml;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Gives interfaces their places in networks and takes them back. A place that was given is on disk before the driver's
 * answer is used, so that a daemon that is killed in between knows of it when it comes back.
 */
final class PortBroker {
    private static final System.Logger LOG = System.getLogger("posada.engine");
    private static final String API = "virNetworkPortCreateXML";

    private final NetworkHost host;

    PortBroker(NetworkHost host) {
        this.host = host;
    }

    /**
     * Who an interface belongs to.
     *
     * @param scheme of the driver
     * @param name of the domain
     * @param uuid of the domain
     */
    record Owner(String scheme, String name, UUID uuid) {}

    /**
     * A place that was given.
     *
     * @param port as it is kept
     * @param wanted the interface, with what network and port group add to it
     */
    record Given(NetworkPort port, Element wanted) {}

    /** Gives an interface of type {@code network} a place in the one it names. */
    Given plugIn(Element nic, Owner owner) {
        var source = nic.child("source").orElse(Element.of("source"));
        var network = host.network(source.attribute("network", ""));
        try (var _ = host.begin(network, API)) {
            var definition = host.live(network).definition();
            var group = group(definition, source.attribute("portgroup"));
            var wanted = NicDefaults.merged(nic, group, definition.root());
            var uuid = UUID.randomUUID();
            var document = document(uuid, owner, group.flatMap(one -> one.attribute("name")), wanted);
            return new Given(plugIn(network, owner.scheme(), document, wanted), wanted);
        }
    }

    private Optional<Element> group(NetworkDefinition network, Optional<String> wanted) {
        var groups = network.root().children("portgroup");
        var found = groups.stream()
                .filter(group ->
                        wanted.map(name -> group.has("name", name)).orElseGet(() -> group.has("default", "yes")))
                .findFirst();
        if (wanted.isPresent() && found.isEmpty()) {
            throw host.error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "network '" + network.name() + "' has no portgroup '" + wanted.get() + "'");
        }
        return found;
    }

    private static Element document(UUID uuid, Owner owner, Optional<String> group, Element wanted) {
        var port = Element.of("networkport")
                .plus(Element.text("uuid", uuid.toString()))
                .plus(Element.of("owner")
                        .plus(Element.text("name", owner.name()))
                        .plus(Element.text("uuid", owner.uuid().toString())));
        port = group.map(name -> Element.text("group", name)).map(port::plus).orElse(port);
        for (var part : List.of("mac", "port", "virtualport", "vlan", "bandwidth")) {
            port = wanted.child(part).map(port::plus).orElse(port);
        }
        return wanted.attribute("trustGuestRxFilters")
                .map(trust -> Element.of("rxfilters", "trustGuest", trust))
                .map(port::plus)
                .orElse(port);
    }

    /** Plugs something in; the caller holds the network's job. */
    NetworkPort plugIn(Network network, String scheme, Element document, Element wanted) {
        var asked = new NetworkPort(UUID.fromString(document.childText("uuid").orElseThrow()), scheme, document);
        var live = host.live(network);
        try (var undo = new Undo()) {
            var plug = live.network().plug(asked.uuid(), wanted, asked.group());
            undo.add(() -> live.network().unplug(asked.uuid()));
            var port = new NetworkPort(asked.uuid(), scheme, NetworkPortXml.of(document.withChild(plug)));
            host.relive(network, now -> now.with(port));
            undo.done();
            return port;
        }
    }

    /** Takes places back; the caller holds the network's job. */
    void unplug(Network network, Collection<UUID> ports) {
        var live = host.live(network);
        ports.forEach(live.network()::unplug);
        host.relive(network, now -> now.without(ports));
    }

    /** Takes back those that fit; what goes wrong is told and left at that, because whoever had them is gone. */
    void release(Predicate<NetworkPort> gone) {
        for (var network : host.registry().all()) {
            if (portsOf(network, gone).isEmpty()) {
                continue;
            }
            try (var _ = host.slot(network, "virNetworkPortDelete")) {
                var ports = portsOf(network, gone);
                if (!ports.isEmpty()) {
                    unplug(network, ports);
                }
            } catch (PosadaException e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "cannot take back a port of network '" + network.name() + "': " + e.getMessage());
            }
        }
    }

    private static List<UUID> portsOf(Network network, Predicate<NetworkPort> wanted) {
        return network.view().live().map(StartedNetwork::ports).orElse(List.of()).stream()
                .filter(wanted)
                .map(NetworkPort::uuid)
                .toList();
    }
}
