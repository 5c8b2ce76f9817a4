package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.Undo;
import dev.posada.model.DomainEvent.DeviceAdded;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.Json;
import java.util.function.Supplier;

/**
 * Plugs network interfaces into a running machine, takes them out and changes them. Taking out needs the guest: it is
 * asked, and may let go at any later time; the interface is part of the live definition until it does.
 */
final class InterfaceHotplug implements Abilities.ChangesInterfaces {
    private static final String KIND = "interface";

    private final LiveState state;
    private final Monitor monitor;
    private final HostLinks links;
    private final Supplier<QemuCapabilities> capabilities;
    private final Supplier<LaunchFacts> facts;
    private final Unplugging unplugging;

    InterfaceHotplug(
            LiveState state,
            Monitor monitor,
            HostLinks links,
            Supplier<QemuCapabilities> capabilities,
            Supplier<LaunchFacts> facts,
            Departures departures) {
        this.state = state;
        this.monitor = monitor;
        this.links = links;
        this.capabilities = capabilities;
        this.facts = facts;
        this.unplugging = new Unplugging(state, departures, KIND, this::takeAway);
    }

    @Override
    public void attach(Element wanted) {
        var placed = new InterfacePlace(state.definition(), capabilities.get()).settle(wanted);
        var definition = LiveEdits.withDevice(state.definition(), placed);
        var assembly = new Assembly(definition, capabilities.get(), facts.get(), true);
        var alias = LiveEdits.alias(placed);
        var part = assembly.devices(KIND).stream()
                .filter(nic -> LiveEdits.hasAlias(nic.element(), alias))
                .findFirst()
                .orElseThrow();
        InterfaceArguments.add(assembly, part);
        part.unread().ifPresent(problem -> {
            throw problem;
        });
        if (placed.has("type", "hostdev")) {
            links.prepare(placed);
        }
        try (var undo = new Undo()) {
            var nic = assembly.links.isEmpty() ? placed : open(placed, assembly.links.getFirst(), undo);
            plug(assembly, nic, undo);
            state.redefine(now -> LiveEdits.withDevice(now, nic));
            undo.done();
            state.happened(new DeviceAdded(alias));
        }
    }

    /** Opens the link, has it guarded, and gives QEMU its files by name. */
    private Element open(Element placed, NicLink wanted, Undo undo) {
        if (wanted.device().isPresent()) {
            throw Refusal.unsupported("an interface of type 'vdpa' cannot be plugged into a running machine yet");
        }
        try (var opened = links.open(placed, wanted)) {
            var nic = opened.nic();
            undo.add(() -> links.release(nic));
            if (HostLinks.isLink(nic)) {
                undo.add(() -> state.unplugged(nic));
                state.plugged(nic);
                links.activate(nic);
            }
            for (var file : opened.files().entrySet()) {
                monitor.give(file.getKey(), file.getValue());
                undo.add(() -> monitor.ask("closefd", Json.object().with("fdname", file.getKey())));
            }
            return nic;
        }
    }

    private void plug(Assembly assembly, Element nic, Undo undo) {
        var argv = assembly.argv();
        for (int i = 0; i + 1 < argv.size(); i += 2) {
            var argument = argv.get(i + 1);
            switch (argv.get(i)) {
                case "-netdev" -> {
                    var netdev = Json.parse(argument).asObject();
                    monitor.execute("netdev_add", netdev);
                    var id = netdev.required("id").text();
                    undo.add(() -> monitor.ask("netdev_del", Json.object().with("id", id)));
                }
                case "-device" ->
                    monitor.execute("device_add", Json.parse(argument).asObject());
                case "-chardev" -> addSocket(nic, undo);
                default -> throw new AssertionError(argv.get(i));
            }
        }
        assembly.commands.forEach(command -> monitor.execute(command.name(), command.arguments()));
    }

    /** The socket of a {@code vhostuser} interface. */
    private void addSocket(Element nic, Undo undo) {
        var source = nic.child("source").orElseThrow();
        boolean server = source.has("mode", "server");
        var address = Json.object()
                .with("type", "unix")
                .with("data", Json.object().with("path", source.attribute("path", "")));
        var data = Json.object().with("addr", address).with("server", server);
        var reconnect = source.child("reconnect")
                .filter(again -> again.has("enabled", "yes"))
                .flatMap(again -> again.attribute("timeout"));
        if (server) {
            // Nobody answers the monitor while QEMU waits for a caller.
            data = data.with("wait", false);
        } else if (reconnect.isPresent()) {
            data = data.with("reconnect", Long.parseLong(reconnect.get()));
        }
        var id = "char" + LiveEdits.alias(nic);
        monitor.execute(
                "chardev-add",
                Json.object()
                        .with("id", id)
                        .with("backend", Json.object().with("type", "socket").with("data", data)));
        undo.add(() -> monitor.ask("chardev-remove", Json.object().with("id", id)));
    }

    @Override
    public void detach(Element nic) {
        unplugging.detach(nic);
    }

    /** How these devices leave the machine, for those who hear of it. */
    Unplugging unplugging() {
        return unplugging;
    }

    private void takeAway(Element nic) {
        var alias = LiveEdits.alias(nic);
        monitor.ask("netdev_del", Json.object().with("id", "host" + alias));
        if (nic.has("type", "vhostuser")) {
            monitor.ask("chardev-remove", Json.object().with("id", "char" + alias));
        }
        state.redefine(definition -> LiveEdits.withoutDevice(definition, KIND, alias));
        links.release(nic);
        state.unplugged(nic);
    }

    @Override
    public void change(Element before, Element after) {
        var alias = LiveEdits.alias(before);
        var name = HostLinks.name(before);
        boolean moves = before.has("type", "bridge")
                && after.has("type", "bridge")
                && !bridge(before).equals(bridge(after));
        boolean limited = !before.child("bandwidth").equals(after.child("bandwidth"));
        boolean guarded = !before.child("filterref").equals(after.child("filterref"));
        if ((limited || guarded || moves) && (name.isEmpty() || !HostLinks.isLink(before))) {
            throw new PosadaException(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    ErrorOrigin.QEMU,
                    "an interface of type '" + before.attribute("type", "")
                            + "' has no link on the host to be changed");
        }
        try (var undo = new Undo()) {
            if (guarded) {
                undo.add(() -> state.plugged(before));
                state.plugged(after);
            }
            if (moves) {
                links.move(after, bridge(before), bridge(after));
                undo.add(() -> links.move(before, bridge(after), bridge(before)));
            }
            if (limited) {
                undo.add(() -> links.limit(before));
                links.limit(after);
            }
            if (isUp(before) != isUp(after)) {
                monitor.execute("set_link", Json.object().with("name", alias).with("up", isUp(after)));
            }
            undo.done();
        }
        state.redefine(definition -> LiveEdits.devices(
                definition, nic -> nic.name().equals(KIND) && LiveEdits.hasAlias(nic, alias), _ -> after));
    }

    private static String bridge(Element nic) {
        return nic.child("source").map(source -> source.attribute("bridge", "")).orElse("");
    }

    private static boolean isUp(Element nic) {
        return nic.child("link").filter(link -> link.has("state", "down")).isEmpty();
    }
}
