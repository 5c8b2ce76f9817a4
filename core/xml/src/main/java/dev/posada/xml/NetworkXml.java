package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.PosadaException;
import dev.posada.model.Text;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Definitions of virtual networks as text: reads what users write into canonical {@link NetworkDefinition}s and writes
 * them again. Reading fills in what libvirt fills in whatever the host: the uuid, the forward mode, how the bridge learns.
 * A definition that has been read once reads the same again. What the format does not know stays in it. Safe for any
 * thread.
 */
public final class NetworkXml {
    /** How a network's document is called in messages. */
    static final String NAME = "network_definition";

    /** Forward modes with a bridge of the network's own. */
    static final Set<String> BRIDGED = Set.of("nat", "route", "open", NetworkDefinition.ISOLATED);

    /** Elements that libvirt closes with a tag of their own even when they are empty. */
    private static final Set<String> NEVER_SHORT = Set.of("ip", "portgroup");

    private static final class Holder {
        static final Rule NETWORK = Outline.load("network.outline");
    }

    private NetworkXml() {}

    /**
     * Reads a definition that comes from outside.
     *
     * @param text one {@code network} element
     * @param strict whether the document must match the documented format in every element and attribute
     * @throws PosadaException {@code XML_DETAIL} when the text is not well formed; {@code XML_ERROR} and its relatives
     *     when a definition says what none can say; {@code XML_INVALID_SCHEMA} when {@code strict} and something is
     *     unknown or out of place
     */
    public static NetworkDefinition parse(String text, boolean strict) {
        return filled(NetworkDocument.read(text, NAME, "network", rule(), strict));
    }

    /** Makes a definition of a document that was changed: everything is checked and ordered as if it had been read. */
    public static NetworkDefinition of(Element root) {
        return filled(root);
    }

    /** What a definition holds that the format does not know, in document order, each as a path with its line. */
    public static List<String> unknown(NetworkDefinition definition) {
        return new UnknownSearch(rule())
                .search(definition.root()).stream()
                        .map(DomainGrammar.Unknown::toString)
                        .toList();
    }

    /** Writes a definition as libvirt does. */
    public static String format(NetworkDefinition definition) {
        return Documents.format(spread(definition.root()));
    }

    /** A definition with everything in the order libvirt writes, as after something was added. */
    public static NetworkDefinition ordered(NetworkDefinition definition) {
        return new NetworkDefinition(new Canonical(false).element(definition.root(), rule()));
    }

    private static Element spread(Element root) {
        return root.mapChildren(
                child -> NEVER_SHORT.contains(child.name()) && child.content().isEmpty()
                        ? child.withContent(List.of(new Text("\n  ")))
                        : child);
    }

    static Rule rule() {
        return Holder.NETWORK;
    }

    private static NetworkDefinition filled(Element given) {
        // How many guests a network has is told, not defined.
        var root = Namespaces.normal(given).without("connections");
        root = identified(named(root));
        root = forward(root).mapChildren(NetworkXml::part);
        root = root.withoutChildren(NetworkXml::saysNothing);
        root = bridge(root);
        if (root.has("ipv6", "no")) {
            root = root.without("ipv6");
        }
        new NetworkChecks(root).checkForward();
        var canonical = NetworkDocument.canonical(root, rule());
        new NetworkChecks(canonical).check();
        return new NetworkDefinition(canonical);
    }

    private static Element named(Element root) {
        var name = root.childText("name")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> NetworkDocument.error(ErrorCode.NO_NAME, ""));
        for (var illegal : List.of("/", "\n")) {
            if (name.contains(illegal)) {
                throw new PosadaException(
                        ErrorCode.XML_DETAIL,
                        ErrorOrigin.XML,
                        "invalid char in name: " + (illegal.equals("\n") ? "a line break" : illegal));
            }
        }
        return root.withChild(Element.text("name", name));
    }

    private static Element identified(Element root) {
        var given = root.childText("uuid").filter(text -> !text.isEmpty());
        if (given.isEmpty()) {
            return root.withChild(Element.text("uuid", UUID.randomUUID().toString()));
        }
        var uuid = Addresses.uuid(given.get())
                .orElseThrow(() -> NetworkDocument.error(ErrorCode.INTERNAL_ERROR, "malformed uuid element"));
        return root.withChild(Element.text("uuid", uuid));
    }

    private static Element forward(Element root) {
        var given = root.child("forward");
        if (given.isEmpty()) {
            return root;
        }
        var forward = given.get();
        var mode = NetworkDocument.given(forward, "mode").orElse("nat");
        if (mode.equals(NetworkDefinition.ISOLATED)) {
            return root.withoutChildren(child -> child.name().equals("forward"));
        }
        forward = forward.with("mode", mode);
        forward = mode.equals("hostdev")
                ? forward.with("managed", forward.attribute("managed", "no"))
                : forward.without("managed");
        return root.withChild(devices(forward).mapChildren(child -> child.without("connections")));
    }

    /** The first device of a pool stands beside the mode too, and the other way round. */
    private static Element devices(Element forward) {
        var dev = NetworkDocument.given(forward, "dev");
        var first = forward.child("interface").flatMap(one -> NetworkDocument.given(one, "dev"));
        if (dev.isPresent() && forward.child("interface").isEmpty()) {
            return forward.plus(Element.of("interface", "dev", dev.get()));
        }
        if (dev.isPresent()) {
            return forward;
        }
        return first.map(one -> forward.with("dev", one)).orElseGet(() -> forward.without("dev"));
    }

    private static Element bridge(Element root) {
        var mode = new NetworkDefinition(root).forwardMode();
        if (!BRIDGED.contains(mode)) {
            return root;
        }
        var bridge = root.child("bridge").orElse(Element.of("bridge"));
        bridge = bridge.with("stp", bridge.attribute("stp", "on")).with("delay", bridge.attribute("delay", "0"));
        return root.withChild(bridge);
    }

    private static Element part(Element part) {
        return switch (part.name()) {
            case "mac" ->
                part.attribute("address")
                        .flatMap(Addresses::mac)
                        .map(mac -> part.with("address", mac))
                        .orElse(part);
            case "ip" -> ip(part);
            case "vlan" -> vlan(part);
            case "portgroup" -> portGroup(part);
            case "bandwidth" -> bandwidth(part);
            default -> part;
        };
    }

    private static Element ip(Element ip) {
        var plain = ip.has("netmask", "") ? ip.without("netmask") : ip;
        boolean ipv6 = ip.attribute("address", "").indexOf(':') >= 0;
        return plain.mapChildren(child -> child.name().equals("dhcp") ? dhcp(child, ipv6) : child)
                .withoutChildren(child -> switch (child.name()) {
                    case "dhcp" -> child.content().isEmpty();
                    case "tftp" -> NetworkDocument.given(child, "root").isEmpty();
                    default -> false;
                });
    }

    /** Guests boot over version 4 alone, so what is said of it for version 6 is dropped, as libvirt drops it. */
    private static Element dhcp(Element dhcp, boolean ipv6) {
        return dhcp.withoutChildren(child -> child.name().equals("bootp")
                        && (ipv6 || NetworkDocument.given(child, "file").isEmpty()))
                .mapChildren(child -> child.mapChildren(NetworkXml::lease)
                        .withoutChildren(inner -> inner.name().equals("lease")
                                && NetworkDocument.given(inner, "expiry").isEmpty()));
    }

    private static Element lease(Element lease) {
        boolean timed = NetworkDocument.given(lease, "expiry")
                .filter(expiry -> !expiry.equals("0"))
                .isPresent();
        if (!lease.name().equals("lease")) {
            return lease;
        }
        return timed ? lease.with("unit", lease.attribute("unit", "minutes")) : lease.without("unit");
    }

    private static Element vlan(Element vlan) {
        boolean several = vlan.children("tag").size() > 1;
        if (several && !vlan.attributes().containsKey("trunk")) {
            return vlan.with("trunk", "yes");
        }
        return !several && vlan.has("trunk", "no") ? vlan.without("trunk") : vlan;
    }

    private static Element portGroup(Element group) {
        var plain = group.has("default", "no") ? group.without("default") : group;
        return plain.mapChildren(NetworkXml::part).withoutChildren(NetworkXml::saysNothing);
    }

    private static Element bandwidth(Element bandwidth) {
        return bandwidth.withoutChildren(
                rate -> rate.has("average", "0") && rate.attributes().size() == 1);
    }

    /** Whether an element is only there because somebody wrote its name. */
    private static boolean saysNothing(Element child) {
        return switch (child.name()) {
            case "mtu" -> child.attribute("size", "0").equals("0");
            case "mac" -> NetworkDocument.given(child, "address").isEmpty();
            case "domain", "dns", "bandwidth" ->
                child.attributes().isEmpty() && child.children().isEmpty();
            default -> false;
        };
    }
}
