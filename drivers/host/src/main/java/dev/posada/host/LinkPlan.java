package dev.posada.host;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What makes links be as a definition says, as lines for {@code ip -batch}. A pure function of the definition and of what
 * there is; names and addresses were checked when the definition was read.
 *
 * @param present the names of the links there are
 */
record LinkPlan(Set<String> present) {
    LinkPlan {
        present = Set.copyOf(present);
    }

    /** What a link is called; a VLAN without a name after what it stands on. */
    static String name(Element definition) {
        return definition
                .attribute("name")
                .filter(name -> !name.isEmpty())
                .orElseGet(() -> definition
                        .at("vlan", "interface")
                        .map(below -> below.attribute("name", "") + "."
                                + definition.child("vlan").orElseThrow().attribute("tag", ""))
                        .orElse(""));
    }

    /** The link itself and all it takes into itself or stands on. */
    static List<String> links(Element definition) {
        var names = new ArrayList<String>();
        inner(definition).forEach(link -> names.addAll(links(link)));
        names.add(name(definition));
        return names;
    }

    private static List<Element> inner(Element definition) {
        return switch (definition.attribute("type", "ethernet")) {
            case "bridge", "bond" ->
                definition
                        .child(definition.attribute("type", ""))
                        .map(holder -> holder.children("interface"))
                        .orElse(List.of());
            default -> List.of();
        };
    }

    /** Refuses what could not be done, before anything is. */
    void refuseUnknown(Element definition) {
        for (var protocol : definition.children("protocol")) {
            if (protocol.child("dhcp").isPresent()) {
                throw new PosadaException(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        ErrorOrigin.INTERFACE,
                        "interface '" + name(definition) + "' wants its address by DHCP, for which no client is run:"
                                + " give it addresses");
            }
        }
        for (var link : inner(definition)) {
            refuseUnknown(link);
            requireLink(name(link), link.attribute("type", "ethernet").equals("ethernet"), name(definition));
        }
        definition
                .at("vlan", "interface")
                .ifPresent(below -> requireLink(below.attribute("name", ""), true, name(definition)));
        if (definition.attribute("type", "").equals("ethernet")) {
            requireLink(name(definition), true, name(definition));
        }
    }

    private void requireLink(String name, boolean must, String wanting) {
        if (must && !present.contains(name)) {
            throw new PosadaException(
                    ErrorCode.OPERATION_FAILED,
                    ErrorOrigin.INTERFACE,
                    "cannot bring up interface '" + wanting + "': the host has no link '" + name + "'");
        }
    }

    List<String> up(Element definition) {
        var lines = new ArrayList<String>();
        up(definition, lines);
        return lines;
    }

    private void up(Element definition, List<String> lines) {
        var name = name(definition);
        switch (definition.attribute("type", "ethernet")) {
            case "bridge" -> bridge(definition, name, lines);
            case "bond" -> bond(definition, name, lines);
            case "vlan" -> {
                var below = definition.at("vlan", "interface").orElseThrow().attribute("name", "");
                if (!present.contains(name)) {
                    lines.add("link add link " + below + " name " + name + " type vlan id "
                            + definition.child("vlan").orElseThrow().attribute("tag", "0"));
                }
                lines.add("link set dev " + below + " up");
            }
            default -> {
                // it is there
            }
        }
        definition
                .child("mtu")
                .ifPresent(mtu -> lines.add("link set dev " + name + " mtu " + mtu.attribute("size", "1500")));
        lines.add("link set dev " + name + " up");
        for (var protocol : definition.children("protocol")) {
            var family = protocol.attribute("family", "ipv4");
            for (var address : protocol.children("ip")) {
                var prefix = address.attribute("prefix", family.equals("ipv6") ? "64" : "24");
                lines.add("addr replace " + address.attribute("address", "") + "/" + prefix
                        + (family.equals("ipv6") ? "" : " broadcast +") + " dev " + name);
            }
            protocol.child("route")
                    .ifPresent(route -> lines.add((family.equals("ipv6") ? "-6 " : "") + "route replace default via "
                            + route.attribute("gateway", "") + " dev " + name));
        }
    }

    private void bridge(Element definition, String name, List<String> lines) {
        var bridge = definition.child("bridge").orElse(Element.of("bridge"));
        if (!present.contains(name)) {
            lines.add("link add name " + name + " type bridge");
        }
        // The kernel refuses a short delay once there is a spanning tree, and takes the shortest it can when one
        // begins.
        bridge.attribute("delay")
                .ifPresent(delay -> lines.add(
                        "link set dev " + name + " type bridge stp_state 0 forward_delay " + hundredths(delay)));
        bridge.attribute("stp")
                .ifPresent(stp ->
                        lines.add("link set dev " + name + " type bridge stp_state " + (stp.equals("on") ? "1" : "0")));
        for (var link : inner(definition)) {
            up(link.withoutChildren(child -> child.name().equals("protocol")), lines);
            // What is in a bridge is reached by the bridge's addresses.
            lines.add("addr flush dev " + name(link) + " scope global");
            lines.add("link set dev " + name(link) + " master " + name);
        }
    }

    private static String hundredths(String seconds) {
        try {
            return Integer.toString(new BigDecimal(seconds).movePointRight(2).intValue());
        } catch (NumberFormatException malformed) {
            throw new PosadaException(
                    ErrorCode.XML_ERROR,
                    ErrorOrigin.INTERFACE,
                    "a bridge's delay is a number of seconds, not '" + seconds + "'");
        }
    }

    private void bond(Element definition, String name, List<String> lines) {
        var bond = definition.child("bond").orElse(Element.of("bond"));
        if (!present.contains(name)) {
            lines.add("link add name " + name + " type bond"
                    + bond.attribute("mode").map(mode -> " mode " + mode).orElse("")
                    + bond.child("miimon")
                            .map(watch -> " miimon " + watch.attribute("freq", "100"))
                            .orElse(""));
        }
        for (var link : inner(definition)) {
            lines.add("addr flush dev " + name(link) + " scope global");
            lines.add("link set dev " + name(link) + " down");
            lines.add("link set dev " + name(link) + " master " + name);
        }
    }

    /** Takes a link down: one that is made of others is removed, which lets go of them. */
    List<String> down(Element definition) {
        var name = name(definition);
        if (!present.contains(name)) {
            return List.of();
        }
        if (definition.attribute("type", "ethernet").equals("ethernet")) {
            return List.of("addr flush dev " + name + " scope global", "link set dev " + name + " down");
        }
        var lines = new ArrayList<String>();
        for (var link : inner(definition)) {
            if (present.contains(name(link))) {
                // As libvirt: what was in a bridge is down with it, until it is brought up by itself.
                lines.add("link set dev " + name(link) + " nomaster");
                lines.add("link set dev " + name(link) + " down");
            }
        }
        lines.add("link del dev " + name);
        return lines;
    }
}
