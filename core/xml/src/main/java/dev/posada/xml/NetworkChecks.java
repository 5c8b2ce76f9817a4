package dev.posada.xml;

import static dev.posada.xml.NetworkDocument.detail;
import static dev.posada.xml.NetworkDocument.given;
import static dev.posada.xml.NetworkDocument.unsupported;
import static dev.posada.xml.NetworkDocument.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkDefinition;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What no virtual network can be, told with libvirt's codes and in its words. */
final class NetworkChecks {
    /** Forward modes in which guests are plugged into devices of the host. */
    private static final Set<String> DEVICE_MODES = Set.of("private", "vepa", "passthrough", "hostdev");

    private static final Set<String> MODES =
            Set.of("nat", "route", "open", "bridge", "private", "vepa", "passthrough", "hostdev");

    /** As the kernel has it, without the byte that ends a name. */
    private static final int MAX_LINK_NAME = 15;

    private static final long MAX_VLAN = 4095;
    private static final long MAX_MTU = 65535;
    private static final long MAX_UINT = 0xFFFFFFFFL;
    private static final Set<String> RATES = Set.of("average", "peak", "floor", "burst");
    private static final Set<String> VIRTUAL_PORTS = Set.of("802.1Qbg", "802.1Qbh", "openvswitch", "midonet");

    private final Element root;
    private final String name;
    private final String mode;

    NetworkChecks(Element root) {
        this.root = root;
        this.name = root.childText("name").orElse("");
        this.mode = new NetworkDefinition(root).forwardMode();
    }

    /** What is said of forwarding; before anything else, because the mode decides what the rest may be. */
    void checkForward() {
        root.child("forward").ifPresent(this::forward);
    }

    /** Everything else. */
    void check() {
        given(root, "ipv6").filter(value -> !Kind.YES_NO.accepts(value)).ifPresent(value -> {
            throw xml("Invalid ipv6 setting '" + Invalid.shown(value) + "' in network '" + name + "'");
        });
        bridge(root.child("bridge").orElse(Element.of("bridge")));
        root.child("mtu").map(mtu -> mtu.attribute("size", "")).ifPresent(this::mtu);
        root.child("mac").ifPresent(this::mac);
        new NetworkDnsChecks(name).check(root);
        new NetworkAddressChecks(name).check(root);
        root.child("virtualport").ifPresent(NetworkChecks::virtualPort);
        root.child("bandwidth").ifPresent(NetworkChecks::bandwidth);
        root.child("vlan").ifPresent(NetworkChecks::vlan);
        root.children("portgroup").forEach(NetworkChecks::portGroup);
        together();
        options();
    }

    private void bridge(Element bridge) {
        given(bridge, "name").filter(link -> !isLinkName(link)).ifPresent(link -> {
            throw xml("bridge name '" + Invalid.shown(link) + "' of network '" + name
                    + "' cannot be that of a link: use 1 to 15 characters without '/' and spaces");
        });
        given(bridge, "delay").filter(value -> number(value, MAX_UINT)).ifPresent(_ -> {
            throw xml("Invalid delay value in network '" + name + "'");
        });
        given(bridge, "macTableManager")
                .filter(value -> !Set.of("kernel", "libvirt").contains(value))
                .ifPresent(value -> {
                    throw xml(
                            "Invalid macTableManager setting '" + Invalid.shown(value) + "' in network '" + name + "'");
                });
    }

    /** Whether the kernel could have a link of this name. */
    private static boolean isLinkName(String text) {
        return text.length() <= MAX_LINK_NAME
                && text.chars().noneMatch(c -> c == '/' || Character.isWhitespace(c))
                && !text.equals(".")
                && !text.equals("..");
    }

    private static boolean number(String text, long most) {
        return NetworkDocument.number(text, most).isEmpty();
    }

    private void mtu(String size) {
        if (number(size, MAX_MTU)) {
            throw xml("Invalid mtu size '" + Invalid.shown(size) + "' in network '" + name + "'");
        }
    }

    private void mac(Element mac) {
        var address = mac.attribute("address", "");
        if (Addresses.mac(address).isEmpty()) {
            throw xml("Invalid bridge mac address '" + Invalid.shown(address) + "' in network '" + name + "'");
        }
        if (Addresses.isMulticast(address)) {
            throw xml("Invalid multicast bridge mac address '" + address + "' in network '" + name + "'");
        }
    }

    private void forward(Element forward) {
        if (!MODES.contains(mode)) {
            throw unsupported("unknown forwarding type '" + Invalid.shown(mode) + "'");
        }
        devices(forward);
        forward.child("driver").map(driver -> driver.attribute("name", "")).ifPresent(driver -> {
            if (!Set.of("kvm", "vfio").contains(driver)) {
                throw unsupported("Unknown forward <driver name='" + Invalid.shown(driver) + "'/> in network " + name);
            }
        });
        nat(forward.children("nat"));
        switch (mode) {
            case "nat", "route", "open" -> {
                if (root.child("ip").isEmpty()) {
                    throw xml(mode + " forwarding requested, but no IP address provided for network '" + name + "'");
                }
                if (forward.children("interface").size() > 1) {
                    throw xml("multiple forwarding interfaces specified for network '" + name
                            + "', only one is supported");
                }
                if (mode.equals("open") && forward.child("interface").isPresent()) {
                    throw xml("forward dev not allowed for network '" + name + "' with forward mode='open'");
                }
            }
            default -> onHostDevices(forward);
        }
    }

    private void devices(Element forward) {
        var interfaces = forward.children("interface");
        for (var one : interfaces) {
            if (given(one, "dev").isEmpty()) {
                throw xml("Missing required dev attribute in <forward> <interface> element of network " + name);
            }
        }
        var dev = forward.attribute("dev", "");
        if (!interfaces.isEmpty() && !interfaces.getFirst().has("dev", dev)) {
            throw xml("<forward dev='" + Invalid.shown(dev) + "'> must match first <interface dev='"
                    + Invalid.shown(interfaces.getFirst().attribute("dev", "")) + "'/> in network " + name);
        }
        for (var address : forward.children("address")) {
            var type = address.attribute("type", "");
            if (!type.equals("pci")) {
                throw unsupported("unknown address type '" + Invalid.shown(type) + "' in network " + name);
            }
        }
        var functions = forward.children("pf");
        if (functions.size() > 1) {
            throw xml("Only one <pf> element is allowed in <forward> of network " + name);
        }
        if (!functions.isEmpty() && given(functions.getFirst(), "dev").isEmpty()) {
            throw xml("Missing required dev attribute in <pf> element of network '" + name + "'");
        }
    }

    private void nat(List<Element> nats) {
        if (nats.size() > 1) {
            throw xml("Only one <nat> element is allowed in <forward> of network " + name);
        }
        for (var nat : nats) {
            if (!mode.equals("nat")) {
                throw xml("The <nat> element can only be used when <forward> 'mode' is 'nat' in network " + name);
            }
            nat.child("address").ifPresent(this::natAddress);
            nat.child("port").ifPresent(this::natPort);
        }
    }

    private void natAddress(Element address) {
        for (var end : List.of("start", "end")) {
            var text = given(address, end)
                    .orElseThrow(() -> xml("missing '" + end
                            + "' attribute in <address> element in <nat> in <forward> in network " + name));
            if (IpAddress.parse(text).filter(one -> !one.ipv6()).isEmpty()) {
                throw xml("Bad ipv4 " + end + " address '" + Invalid.shown(text)
                        + "' in <nat> in <forward> in network '" + name + "'");
            }
        }
        NetworkAddressChecks.mustAscend(address.attribute("start", ""), address.attribute("end", ""));
    }

    private void natPort(Element port) {
        var start = NetworkDocument.number(port.attribute("start", ""), MAX_MTU);
        var end = NetworkDocument.number(port.attribute("end", ""), MAX_MTU);
        if (start.isEmpty()) {
            throw detail("Missing or invalid 'start' attribute in <port> in <nat> in <forward> in network " + name);
        }
        if (end.isEmpty() || end.get() < start.get()) {
            throw detail("Missing or invalid 'end' attribute in <port> in <nat> in <forward> in network " + name);
        }
    }

    /** The modes in which the network makes nothing of its own on the host. */
    private void onHostDevices(Element forward) {
        var bridge = root.child("bridge").orElse(Element.of("bridge"));
        var called = given(bridge, "name");
        if (mode.equals("bridge")) {
            if (called.isPresent() && forward.child("interface").isPresent()) {
                throw xml("A network with forward mode='bridge' can specify a bridge name or a forward dev, "
                        + "but not both (network '" + name + "')");
            }
        } else if (called.isPresent()) {
            throw xml("bridge name not allowed in " + mode + " mode (network '" + name + "')");
        }
        for (var option : List.of("delay", "stp", "zone")) {
            if (bridge.attribute(option).isPresent()) {
                throw xml("bridge delay/stp/zone options only allowed in route, nat, and isolated mode, not in " + mode
                        + " (network '" + name + "')");
            }
        }
        if (root.child("mtu").isPresent()) {
            throw xml("mtu size only allowed in open, route, nat, and isolated mode, not in " + mode + " (network '"
                    + name + "')");
        }
        for (var element : List.of("mac", "ip", "dns", "domain")) {
            if (root.child(element).isPresent()) {
                throw unsupported("Unsupported <" + element + "> element in network " + name + " with forward mode='"
                        + mode + "'");
            }
        }
        if (DEVICE_MODES.contains(mode) || forward.child("interface").isPresent()) {
            bandwidthLess();
        }
        if (mode.equals("hostdev")) {
            hostDevices(forward);
        }
    }

    /** Traffic that passes no bridge is not slowed down. */
    private void bandwidthLess() {
        if (root.child("bandwidth").isPresent()) {
            throw unsupported("Unsupported network-wide <bandwidth> element in network " + name + " with forward mode='"
                    + mode + "'");
        }
        for (var group : root.children("portgroup")) {
            if (group.child("bandwidth").isPresent()) {
                throw unsupported("Unsupported <bandwidth> element in network '" + name + "' in portgroup '"
                        + group.attribute("name", "") + "' with forward mode='" + mode + "'");
            }
        }
    }

    private void hostDevices(Element forward) {
        forward.child("interface").ifPresent(one -> {
            throw unsupported("hostdev network '" + name + "' lists '" + one.attribute("dev", "")
                    + "' in the device pool, but hostdev networks require all devices to be listed by PCI address, "
                    + "not network device name");
        });
    }

    static void virtualPort(Element port) {
        var type = given(port, "type").orElseThrow(() -> xml("missing required virtualport type"));
        if (!VIRTUAL_PORTS.contains(type)) {
            throw unsupported("unknown virtualport type " + Invalid.shown(type));
        }
    }

    static void bandwidth(Element bandwidth) {
        if (bandwidth.attribute("classID").isPresent()) {
            throw detail("classID attribute not supported on <bandwidth> in this usage context");
        }
        for (var rate : bandwidth.children()) {
            if (!Set.of("inbound", "outbound").contains(rate.name())) {
                continue;
            }
            if (rate.name().equals("outbound") && rate.attribute("floor").isPresent()) {
                throw unsupported("'floor' attribute allowed only in <inbound> element");
            }
            if (rate.attribute("floor").isPresent()) {
                throw unsupported("floor attribute is not supported for this config");
            }
            if (rate.attribute("average").isEmpty()) {
                throw detail("Missing mandatory average or floor attributes");
            }
            rates(rate);
        }
    }

    private static void rates(Element rate) {
        for (var attribute : RATES) {
            rate.attribute(attribute)
                    .filter(value -> number(value, Long.MAX_VALUE))
                    .ifPresent(value -> {
                        throw unsupported(
                                "could not convert bandwidth " + attribute + " value '" + Invalid.shown(value) + "'");
                    });
        }
    }

    static void vlan(Element vlan) {
        var tags = vlan.children("tag");
        if (tags.isEmpty()) {
            throw xml("missing tag id - each <vlan> must have at least one <tag id='n'/> subelement");
        }
        for (var tag : tags) {
            tag.attribute("id").ifPresent(NetworkChecks::vlanTag);
        }
        vlan.attribute("trunk").ifPresent(trunk -> {
            if (!Kind.YES_NO.accepts(trunk)) {
                throw xml("invalid \"trunk='" + Invalid.shown(trunk) + "'\" in <vlan> - must be yes or no");
            }
            if (tags.size() > 1 && trunk.equals("no")) {
                throw xml("invalid \"trunk='no'\" in <vlan> - trunk='yes' is required for more than one vlan tag");
            }
        });
    }

    private static void vlanTag(String id) {
        if (number(id, Long.MAX_VALUE)) {
            throw xml("Invalid value for attribute 'id' in element 'tag': '" + Invalid.shown(id)
                    + "'. Expected non-negative integer value");
        }
        if (number(id, MAX_VLAN)) {
            throw xml("vlan tag id " + Invalid.shown(id) + " too large (maximum " + MAX_VLAN + ")");
        }
    }

    static void portGroup(Element group) {
        if (given(group, "name").isEmpty()) {
            throw xml("Missing required name attribute in portgroup");
        }
        group.child("vlan").ifPresent(NetworkChecks::vlan);
        group.child("bandwidth").ifPresent(NetworkChecks::bandwidth);
    }

    /** What port groups and the network are only together. */
    private void together() {
        var names = new HashSet<String>();
        var standard = Optional.<String>empty();
        boolean taggable = mode.equals("hostdev") || mode.equals("passthrough") || isSwitch(root);
        boolean tagged = root.child("vlan").isPresent();
        boolean wrong = false;
        for (var group : root.children("portgroup")) {
            var called = group.attribute("name", "");
            if (!names.add(called)) {
                throw unsupported(
                        "multiple <portgroup> elements with the same name (" + called + ") in network '" + name + "'");
            }
            if (group.has("default", "yes")) {
                if (standard.isPresent()) {
                    throw unsupported("network '" + name + "' has multiple default <portgroup> elements ("
                            + standard.get() + " and " + called + "), but only one default is allowed");
                }
                standard = Optional.of(called);
            }
            if (tagged || group.child("vlan").isPresent()) {
                // The group's own switch port replaces that of the network.
                wrong |= group.child("virtualport").isPresent() ? !isSwitch(group) : !taggable;
            }
        }
        if (wrong || (tagged && !taggable && standard.isEmpty())) {
            throw unsupported(
                    "<vlan> element specified for network " + name + ", whose type doesn't support vlan configuration");
        }
    }

    private boolean isSwitch(Element holder) {
        return mode.equals("bridge")
                && holder.child("virtualport")
                        .filter(port -> port.has("type", "openvswitch"))
                        .isPresent();
    }

    private void options() {
        for (var options : root.children("dnsmasq:options")) {
            for (var option : options.children("dnsmasq:option")) {
                if (given(option, "value").isEmpty()) {
                    throw NetworkDocument.error(ErrorCode.INTERNAL_ERROR, "No dnsmasq options value specified");
                }
            }
        }
    }
}
