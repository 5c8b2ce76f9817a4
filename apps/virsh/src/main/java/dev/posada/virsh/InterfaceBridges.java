package dev.posada.virsh;

import dev.posada.client.HostLink;
import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code iface-bridge} and {@code iface-unbridge}: a link becomes the port of a new bridge, and back. */
final class InterfaceBridges {
    /** What belongs to the wire, and so to the link, not to the bridge. */
    private static final Set<String> OF_THE_WIRE = Set.of("mac", "bond", "vlan");

    private InterfaceBridges() {}

    static Command bridge() {
        return Command.named("iface-bridge")
                .summary("make a bridge with a link as its port")
                .description("Makes a bridge that takes over a link's addresses and has the link as its port.")
                .options(
                        Option.value("interface", "the link").completing(Interfaces::names),
                        Option.value("bridge", "the new bridge's name"),
                        Option.flag("no-stp", "without the spanning tree protocol"),
                        Option.number("delay", "how many seconds a new port waits"),
                        Option.flag("no-start", "do not bring the bridge up"))
                .action(InterfaceBridges::bridge);
    }

    private static void bridge(Call call) {
        var name = call.required("interface");
        var link = Interfaces.named(call, name);
        var bridge = call.required("bridge");
        var links = call.connection().hostLinks();
        if (links.byName(bridge).isPresent()) {
            throw new CommandException("Network device " + bridge + " already exists");
        }
        long delay = call.number("delay", 0, 0xffff_ffffL).orElse(0L);
        var definition = Documents.parse(link.definition());
        var type = definition
                .attribute("type")
                .orElseThrow(() -> new CommandException("Existing device " + name + " has no type"));
        if (type.equals("bridge")) {
            throw new CommandException("Existing device " + name + " is already a bridge");
        }
        checkName(definition, name);
        var xml = Documents.formatDoubleQuoted(bridged(definition, bridge, !call.has("no-stp"), delay));
        var made = call.attempt("Failed to define new bridge interface " + bridge, () -> links.define(xml));
        call.extra("Created bridge " + bridge + " with attached device " + name + "\n");
        if (!call.has("no-start")) {
            call.attempt("Failed to start bridge interface " + bridge, made::start);
            call.extra("Bridge interface " + bridge + " started\n");
        }
    }

    private static Element bridged(Element definition, String bridge, boolean stp, long delay) {
        var settings = Element.of("bridge", "stp", stp ? "on" : "off");
        if (stp) {
            settings = settings.with("delay", Long.toString(delay));
        }
        var port = Element.of(
                        "interface", "type", definition.attribute("type", ""), "name", definition.attribute("name", ""))
                .withContent(ofTheWire(definition));
        return definition
                .with("type", "bridge")
                .with("name", bridge)
                .withoutChildren(child -> OF_THE_WIRE.contains(child.name()))
                .plus(settings.plus(port));
    }

    private static List<Content> ofTheWire(Element link) {
        var found = new ArrayList<Content>();
        for (var child : link.children()) {
            if (OF_THE_WIRE.contains(child.name())) {
                found.add(child);
            }
        }
        return found;
    }

    private static void checkName(Element definition, String name) {
        var own = definition.attribute("name", "(null)");
        if (!own.equals(name)) {
            throw new CommandException(
                    "Interface name from config " + own + " doesn't match given supplied name " + name);
        }
    }

    static Command unbridge() {
        return Command.named("iface-unbridge")
                .summary("take a bridge away and give its only port its addresses")
                .options(
                        Option.value("bridge", "the bridge").completing(Interfaces::names),
                        Option.flag("no-start", "do not bring the link up"))
                .action(InterfaceBridges::unbridge);
    }

    private static void unbridge(Call call) {
        var bridge = call.required("bridge");
        var link = Interfaces.named(call, bridge);
        var definition = Documents.parse(link.definition());
        var type = definition
                .attribute("type")
                .orElseThrow(() -> new CommandException("Existing device " + bridge + " has no type"));
        if (!type.equals("bridge")) {
            throw new CommandException("Device " + bridge + " is not a bridge");
        }
        checkName(definition, bridge);
        var port = onlyPort(definition);
        var name = port.attribute("name")
                .orElseThrow(() -> new CommandException("Device attached to bridge " + bridge + " has no name"));
        var portType = port.attribute("type")
                .orElseThrow(() -> new CommandException("Attached device " + name + " has no type"));
        var alone = definition
                .with("type", portType)
                .with("name", name)
                .mapChildren(child -> child.name().equals("bridge") ? withoutWire(child) : child);
        for (var part : ofTheWire(port)) {
            alone = alone.plus(part);
        }
        replace(call, link, bridge, name, Documents.formatDoubleQuoted(alone));
    }

    private static Element withoutWire(Element bridge) {
        return bridge.mapChildren(child -> child.name().equals("interface")
                ? child.withoutChildren(part -> OF_THE_WIRE.contains(part.name()))
                : child);
    }

    private static Element onlyPort(Element definition) {
        var settings =
                definition.child("bridge").orElseThrow(() -> new CommandException("No bridge node in xml document"));
        var ports = settings.children("interface");
        if (ports.size() > 1) {
            throw new CommandException("Multiple interfaces attached to bridge");
        }
        if (ports.isEmpty()) {
            throw new CommandException("No interface attached to bridge");
        }
        return ports.getFirst();
    }

    /** The bridge goes before the link is defined: both have the same addresses. */
    private static void replace(Call call, HostLink link, String bridge, String name, String xml) {
        call.attempt("Failed to destroy bridge interface " + bridge, link::destroy);
        call.attempt("Failed to undefine bridge interface " + bridge, link::undefine);
        var alone = call.attempt(
                "Failed to define new interface " + name,
                () -> call.connection().hostLinks().define(xml));
        call.extra("Device " + name + " un-attached from bridge " + bridge + "\n");
        if (!call.has("no-start")) {
            call.attempt("Failed to start interface " + name, alone::start);
            call.extra("Interface " + name + " started\n");
        }
    }
}
