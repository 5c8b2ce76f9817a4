package dev.posada.host;

import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PCI devices, by {@code /sys/bus/pci}. */
final class PciKind implements DeviceKind {
    private static final Pattern ADDRESS = Pattern.compile("([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\\.([0-7])");

    // The configuration space, PCI Local Bus Specification 3.0, chapter 6.
    private static final int STATUS = 0x06;
    private static final int STATUS_HAS_CAPABILITIES = 0x10;
    private static final int HEADER_TYPE = 0x0e;
    private static final int FIRST_CAPABILITY = 0x34;
    private static final int CAPABILITIES_MAX = 48;
    private static final int CAPABILITY_EXPRESS = 0x10;
    private static final int STANDARD_HEADER = 64;

    // PCI Express Base Specification, 7.5.3: offsets from the capability's beginning.
    private static final int EXPRESS_FLAGS = 0x02;
    private static final int LINK_CAPABILITIES = 0x0c;
    private static final int LINK_STATUS = 0x12;
    private static final int ROOT_COMPLEX_ENDPOINT = 0x9;
    private static final int ROOT_COMPLEX_COLLECTOR = 0xa;

    /** Transfers a second by the number of a link's speed. */
    private static final List<String> SPEEDS = List.of("", "2.5", "5", "8", "16", "32", "64");

    private final Path root;
    private final IdNames names;

    PciKind(Path root, IdNames names) {
        this.root = root;
        this.names = names;
    }

    @Override
    public List<SysNode> nodes() {
        var nodes = SysNode.in(root, "sys/bus/pci/devices");
        Set<String> keys = new HashSet<>();
        for (var node : nodes) {
            keys.add(id(node, "vendor"));
            keys.add(id(node, "vendor") + ":" + id(node, "device"));
        }
        names.learn(keys);
        return nodes;
    }

    private static String id(SysNode node, String attribute) {
        return node.value(attribute)
                .map(text -> text.startsWith("0x") ? text.substring(2) : text)
                .orElse("");
    }

    @Override
    public Optional<Described> describe(SysNode node) {
        var address = ADDRESS.matcher(node.name());
        if (!address.matches()) {
            return Optional.empty();
        }
        var capability = Element.of("capability", "type", "pci");
        var number = node.number("class");
        if (number.isPresent()) {
            capability = capability.plus(Element.text("class", String.format("0x%06x", number.get())));
        }
        capability = capability
                .plus(part("domain", address, 1))
                .plus(part("bus", address, 2))
                .plus(part("slot", address, 3))
                .plus(part("function", address, 4))
                .plus(named("product", id(node, "device"), names.name(id(node, "vendor") + ":" + id(node, "device"))))
                .plus(named("vendor", id(node, "vendor"), names.name(id(node, "vendor"))));
        for (var inner : functions(node)) {
            capability = capability.plus(inner);
        }
        var config = node.bytes("config").orElse(new byte[0]);
        var types = MediatedTypes.of(node);
        if (config.length >= STANDARD_HEADER) {
            int header = config[HEADER_TYPE] & 0x7f;
            if (header == 1 || header == 2) {
                capability = capability.plus(
                        Element.of("capability", "type", header == 1 ? "pci-bridge" : "cardbus-bridge"));
            }
        }
        if (types.isPresent()) {
            capability = capability.plus(types.get());
        }
        var group = group(node);
        if (group.isPresent()) {
            capability = capability.plus(group.get());
        }
        var cell = node.number("numa_node").filter(place -> place >= 0);
        if (cell.isPresent()) {
            capability = capability.plus(Element.of("numa", "node", Long.toString(cell.get())));
        }
        var express = express(config);
        if (express.isPresent()) {
            capability = capability.plus(express.get());
        }
        return Optional.of(Described.of(DeviceKind.name("pci", node.name()), capability));
    }

    private static Element part(String name, Matcher address, int group) {
        return Element.text(name, Integer.toString(Integer.parseInt(address.group(group), 16)));
    }

    private static Element named(String element, String id, Optional<String> name) {
        return Element.text(element, name.orElse("")).with("id", "0x" + id);
    }

    /** What a device has to do with virtual functions: whose one it is, or which it has. */
    private static List<Element> functions(SysNode node) {
        var found = new ArrayList<Element>();
        node.linkName("physfn")
                .flatMap(PciKind::address)
                .ifPresent(address -> found.add(
                        Element.of("capability", "type", "phys_function").plus(address)));
        long most = node.number("sriov_totalvfs").orElse(0L);
        if (most > 0) {
            var functions = Element.of("capability", "type", "virt_functions", "maxCount", Long.toString(most));
            for (int i = 0; i < most; i++) {
                var function = node.linkName("virtfn" + i).flatMap(PciKind::address);
                if (function.isEmpty()) {
                    break;
                }
                functions = functions.plus(function.get());
            }
            found.add(functions);
        }
        return found;
    }

    private static Optional<Element> group(SysNode node) {
        return node.link("iommu_group").map(group -> {
            var element = Element.of("iommuGroup", "number", group.name());
            for (var member : new SysNode(group.root(), group.folder().resolve("devices")).entries()) {
                var address = address(member);
                if (address.isPresent()) {
                    element = element.plus(address.get());
                }
            }
            return element;
        });
    }

    /** An address as documents have it, of a name as {@code 0000:00:1f.0}. */
    static Optional<Element> address(String name) {
        var address = ADDRESS.matcher(name);
        return address.matches()
                ? Optional.of(Element.of(
                        "address",
                        "domain",
                        "0x" + address.group(1),
                        "bus",
                        "0x" + address.group(2),
                        "slot",
                        "0x" + address.group(3),
                        "function",
                        "0x" + address.group(4)))
                : Optional.empty();
    }

    /** The links of a PCI Express device, as its configuration tells; who is not root sees no more than its header. */
    private static Optional<Element> express(byte[] config) {
        int at = capability(config);
        if (at == 0) {
            return Optional.empty();
        }
        var express = Element.of("pci-express");
        int type = (number(config, at + EXPRESS_FLAGS, 2) >> 4) & 0xf;
        if (type == ROOT_COMPLEX_ENDPOINT || type == ROOT_COMPLEX_COLLECTOR) {
            return Optional.of(express);
        }
        int can = number(config, at + LINK_CAPABILITIES, 4);
        int is = number(config, at + LINK_STATUS, 2);
        return Optional.of(
                express.plus(link("cap", Optional.of(can >>> 24), can)).plus(link("sta", Optional.empty(), is)));
    }

    private static Element link(String validity, Optional<Integer> port, int bits) {
        var link = Element.of("link", "validity", validity);
        if (port.isPresent()) {
            link = link.with("port", Integer.toString(port.get()));
        }
        int speed = bits & 0xf;
        if (speed > 0 && speed < SPEEDS.size()) {
            link = link.with("speed", SPEEDS.get(speed));
        }
        return link.with("width", Integer.toString((bits >> 4) & 0x3f));
    }

    /** Where the capability of PCI Express begins; 0 when there is none. */
    private static int capability(byte[] config) {
        if (config.length <= STANDARD_HEADER || (number(config, STATUS, 2) & STATUS_HAS_CAPABILITIES) == 0) {
            return 0;
        }
        int at = number(config, FIRST_CAPABILITY, 1) & ~3;
        for (int i = 0; i < CAPABILITIES_MAX && at >= STANDARD_HEADER && at + LINK_STATUS + 2 <= config.length; i++) {
            if (number(config, at, 1) == CAPABILITY_EXPRESS) {
                return at;
            }
            at = number(config, at + 1, 1) & ~3;
        }
        return 0;
    }

    /** A number of so many bytes, the lowest first. */
    private static int number(byte[] config, int at, int bytes) {
        int value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = (value << 8) | (config[at + i] & 0xff);
        }
        return value;
    }
}
