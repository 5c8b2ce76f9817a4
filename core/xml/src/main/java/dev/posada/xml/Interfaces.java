package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** What libvirt fills in for network interfaces whatever the hypervisor, and what it refuses. */
final class Interfaces {
    private static final Set<String> WITH_SOURCE = Set.of(
            "network",
            "bridge",
            "direct",
            "vhostuser",
            "mcast",
            "client",
            "server",
            "udp",
            "internal",
            "hostdev",
            "vdpa",
            "vds");

    private Interfaces() {}

    static Element fill(Element nic) {
        var filled = nic;
        if (!nic.attributes().containsKey("type")) {
            var attributes = new LinkedHashMap<String, String>();
            attributes.put("type", "user");
            attributes.putAll(nic.attributes());
            filled = nic.withAttributes(attributes);
        }
        var type = filled.attribute("type", "");
        if (WITH_SOURCE.contains(type) && filled.child("source").isEmpty()) {
            throw Invalid.xml(nic, "interface type='" + type + "' requires a 'source' element");
        }
        filled = mac(filled);
        if (type.equals("direct")) {
            var source = filled.child("source").orElseThrow();
            if (!source.attributes().containsKey("mode")) {
                filled = filled.withChild(source.with("mode", "vepa"));
            }
        }
        checkModel(filled);
        filled.child("vlan").filter(vlan -> vlan.child("tag").isEmpty()).ifPresent(vlan -> {
            throw Invalid.xml(vlan, "missing tag id - each <vlan> must have at least one <tag id='n'/> subelement");
        });
        return filled.mapChildren(child -> switch (child.name()) {
            case "ip" -> ip(child);
            case "source" -> child.mapChildren(inner -> inner.name().equals("ip") ? ip(inner) : inner);
            default -> child;
        });
    }

    private static Element mac(Element nic) {
        var element = nic.child("mac").orElse(Element.of("mac"));
        var address = element.attribute("address", "");
        if (address.isEmpty()) {
            return nic.withChild(element.with("address", randomMac()));
        }
        if (Addresses.isMulticast(address)) {
            throw Invalid.xml(element, "expected unicast mac address, found multicast '" + address + "'");
        }
        return nic;
    }

    /** An address of the range QEMU and KVM guests have. */
    private static String randomMac() {
        int random = ThreadLocalRandom.current().nextInt(1 << 24);
        return String.format("52:54:00:%02x:%02x:%02x", random >> 16, random >> 8 & 0xFF, random & 0xFF);
    }

    private static void checkModel(Element nic) {
        var model =
                nic.child("model").map(element -> element.attribute("type", "")).orElse("");
        if (!model.isEmpty() && !Kind.FEATURE.accepts(model)) {
            throw Invalid.of(ErrorCode.INVALID_ARG, nic, "Model name contains invalid characters");
        }
    }

    private static Element ip(Element element) {
        var address = element.attribute("address", "");
        boolean four = Addresses.isIpv4(address);
        if (!four && !Addresses.isIpv6(address)) {
            throw Invalid.xml(element, "Invalid address '" + Invalid.shown(address) + "' in <ip>");
        }
        if (DeviceAddress.number(element, "prefix", 0) > (four ? 32 : 128)) {
            throw Invalid.xml(element, "Invalid prefix value '" + element.attribute("prefix", "") + "' in <ip>");
        }
        return element.attributes().containsKey("family") ? element : element.with("family", four ? "ipv4" : "ipv6");
    }
}
