package dev.posada.host;

import dev.posada.driver.InterfaceDriver;
import dev.posada.link.LinkException;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.HostInterface;
import dev.posada.model.PosadaException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The network links of a Linux host: told of what the kernel shows below {@code /sys/class/net}, changed by {@code ip}.
 * The files of the host's own configuration are neither read nor written.
 */
final class LinkInterfaces implements InterfaceDriver {
    private static final System.Logger LOG = System.getLogger("posada.host");
    private static final String LINKS = "sys/class/net";
    private static final int FLAG_UP = 1;

    private final Path root;
    private final boolean privileged;
    private final IpCommand ip;

    LinkInterfaces(Path root, boolean privileged, IpCommand ip) {
        this.root = root;
        this.privileged = privileged;
        this.ip = ip;
    }

    @Override
    public List<HostInterface> interfaces() {
        var gateways = gateways();
        var links = new ArrayList<HostInterface>();
        for (var node : SysNode.in(root, LINKS)) {
            if (node.value("ifindex").isPresent()) {
                var state = node.value("operstate").orElse("unknown");
                // A bridge of ours without guests is up and has nothing to pass packets to.
                boolean active = state.equals("up") || (!type(node).equals("ethernet") && isUp(node));
                links.add(new HostInterface(
                        node.name(), node.value("address").orElse(""), active, document(node, gateways)));
            }
        }
        return links;
    }

    private static boolean isUp(SysNode node) {
        return (node.number("flags").orElse(0L) & FLAG_UP) != 0;
    }

    private static String type(SysNode node) {
        if (node.has("bridge")) {
            return "bridge";
        }
        if (node.has("bonding")) {
            return "bond";
        }
        return node.value("uevent")
                        .filter(text -> text.contains("DEVTYPE=vlan"))
                        .isPresent()
                ? "vlan"
                : "ethernet";
    }

    private Element document(SysNode node, Map<String, List<String>> gateways) {
        var type = type(node);
        var link = Element.of("interface", "type", type, "name", node.name());
        var mtu = node.value("mtu");
        if (mtu.isPresent()) {
            link = link.plus(Element.of("mtu", "size", mtu.get()));
        }
        for (var protocol : protocols(node.name(), gateways.getOrDefault(node.name(), List.of()))) {
            link = link.plus(protocol);
        }
        return switch (type) {
            case "bridge" -> link.plus(bridge(node));
            case "bond" -> link.plus(state(node)).plus(bond(node));
            case "vlan" -> link.plus(state(node)).plus(vlan(node));
            default -> withMac(link.plus(state(node)), node);
        };
    }

    private static Element withMac(Element link, SysNode node) {
        return node.value("address")
                .map(address -> link.plus(Element.of("mac", "address", address)))
                .orElse(link);
    }

    private static Element state(SysNode node) {
        var state = node.value("operstate").orElse("unknown");
        var speed = node.number("speed");
        return (state.equals("up") && speed.isPresent()
                        ? Element.of("link", "speed", Long.toString(speed.get() & 0xFFFF_FFFFL))
                        : Element.of("link"))
                .with("state", state);
    }

    private Element bridge(SysNode node) {
        var bridge = Element.of(
                "bridge",
                "stp",
                node.number("bridge/stp_state").orElse(0L) > 0 ? "on" : "off",
                "delay",
                delay(node.number("bridge/forward_delay").orElse(0L)));
        return plusLinks(bridge, new SysNode(root, node.folder().resolve("brif")).entries());
    }

    /** Seconds of hundredths, as {@code 1.50}. */
    private static String delay(long hundredths) {
        return String.format(Locale.ROOT, "%d.%02d", hundredths / 100, hundredths % 100);
    }

    private Element bond(SysNode node) {
        var bond = Element.of("bond");
        var mode = node.value("bonding/mode").map(text -> text.split(" ", -1)[0]);
        if (mode.isPresent()) {
            bond = bond.with("mode", mode.get());
        }
        return plusLinks(bond, List.of(node.value("bonding/slaves").orElse("").split(" ", -1)));
    }

    private Element plusLinks(Element holder, List<String> names) {
        var filled = holder;
        for (var name : names) {
            var inner = SysNode.of(root, root.resolve(LINKS).resolve(name)).filter(_ -> !name.isEmpty());
            if (inner.isPresent()) {
                var link = Element.of("interface", "type", "ethernet", "name", name)
                        .plus(state(inner.get()));
                filled = filled.plus(withMac(link, inner.get()));
            }
        }
        return filled;
    }

    /** What a VLAN stands on is named beside its number in the kernel's list, or told by its own name. */
    private Element vlan(SysNode node) {
        var shown = new SysNode(root, root.resolve("proc/net/vlan"))
                .value(node.name())
                .orElse("");
        var tag = Optional.<String>empty();
        var below = Optional.<String>empty();
        for (var line : shown.split("\n", -1)) {
            var words = line.strip().split("\\s+", -1);
            for (int i = 0; i + 1 < words.length; i++) {
                if (words[i].equals("VID:")) {
                    tag = Optional.of(words[i + 1]);
                } else if (words[i].equals("Device:")) {
                    below = Optional.of(words[i + 1]);
                }
            }
        }
        int dot = node.name().lastIndexOf('.');
        return Element.of("vlan", "tag", tag.orElse(dot > 0 ? node.name().substring(dot + 1) : "0"))
                .plus(Element.of(
                        "interface", "name", below.orElse(dot > 0 ? node.name().substring(0, dot) : node.name())));
    }

    private List<Element> protocols(String name, List<String> gateways) {
        var families = new HashMap<String, Element>();
        try {
            var link = root.equals(Path.of("/")) ? NetworkInterface.getByName(name) : null;
            if (link != null) {
                for (var address : link.getInterfaceAddresses()) {
                    var plain = address.getAddress();
                    // A link makes its local address itself.
                    if (!plain.isLinkLocalAddress() && !plain.isLoopbackAddress()) {
                        var text = plain.getHostAddress();
                        int zone = text.indexOf('%');
                        families.merge(
                                plain instanceof Inet6Address ? "ipv6" : "ipv4",
                                Element.of("protocol")
                                        .plus(Element.of(
                                                "ip",
                                                "address",
                                                zone < 0 ? text : text.substring(0, zone),
                                                "prefix",
                                                Integer.toString(address.getNetworkPrefixLength()))),
                                (known, more) -> known.plus(more.children().getFirst()));
                    }
                }
            }
        } catch (SocketException gone) {
            return List.of();
        }
        var protocols = new ArrayList<Element>();
        for (var family : List.of("ipv4", "ipv6")) {
            var protocol = Optional.ofNullable(families.get(family)).map(one -> one.with("family", family));
            if (protocol.isPresent()) {
                var told = protocol.get();
                for (var gateway : gateways) {
                    if (gateway.contains(":") == family.equals("ipv6")) {
                        told = told.plus(Element.of("route", "gateway", gateway));
                        break;
                    }
                }
                protocols.add(told);
            }
        }
        return protocols;
    }

    /** The gateways of default routes by link, from {@code /proc/net/route}; the kernel writes them low byte first. */
    private Map<String, List<String>> gateways() {
        var found = new HashMap<String, List<String>>();
        var table = new SysNode(root, root.resolve("proc/net")).value("route").orElse("");
        for (var line : table.split("\n", -1)) {
            var words = line.strip().split("\\s+", -1);
            if (words.length > 7
                    && words[1].equals("00000000")
                    && words[7].equals("00000000")
                    && words[2].length() == 8
                    && !words[2].equals("00000000")) {
                found.computeIfAbsent(words[0], _ -> new ArrayList<>()).add(dotted(words[2]));
            }
        }
        return found;
    }

    private static String dotted(String hexadecimal) {
        long number = Long.parseLong(hexadecimal, 16);
        return (number & 0xff) + "." + (number >> 8 & 0xff) + "." + (number >> 16 & 0xff) + "." + (number >> 24 & 0xff);
    }

    @Override
    public void up(Element definition) {
        var name = LinkPlan.name(definition);
        requirePrivilege(name);
        var plan = new LinkPlan(present());
        plan.refuseUnknown(definition);
        var before = interfaces();
        try {
            ip.batch("cannot bring up interface '" + name + "'", plan.up(definition));
        } catch (LinkException e) {
            comeBack(definition, before);
            throw failure(e);
        }
    }

    /** Takes back the half of a change that was made: a bridge without its address is worse than none. */
    private void comeBack(Element definition, List<HostInterface> before) {
        var touched = LinkPlan.links(definition);
        try {
            if (before.stream().noneMatch(link -> link.name().equals(LinkPlan.name(definition)))) {
                ip.batch("take back", new LinkPlan(present()).down(definition));
            }
            for (var link : before) {
                if (touched.contains(link.name()) && link.active()) {
                    ip.batch("bring back", new LinkPlan(present()).up(link.document()));
                }
            }
        } catch (LinkException e) {
            LOG.log(System.Logger.Level.WARNING, "after a failed change: " + e.getMessage());
        }
    }

    @Override
    public void down(Element definition) {
        var name = LinkPlan.name(definition);
        requirePrivilege(name);
        try {
            ip.batch("cannot take down interface '" + name + "'", new LinkPlan(present()).down(definition));
        } catch (LinkException e) {
            throw failure(e);
        }
    }

    private Set<String> present() {
        var names = new TreeSet<String>();
        SysNode.in(root, LINKS).forEach(node -> names.add(node.name()));
        return names;
    }

    private void requirePrivilege(String name) {
        if (!privileged) {
            throw new PosadaException(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    ErrorOrigin.INTERFACE,
                    "only the system daemon can change interface '" + name + "' of the host");
        }
    }

    private static PosadaException failure(LinkException cause) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.INTERFACE, cause.getMessage(), cause);
    }

    @Override
    public void close() {
        ip.close();
    }
}
