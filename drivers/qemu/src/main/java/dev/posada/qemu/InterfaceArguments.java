package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Network cards, each with what is behind it on the host. */
final class InterfaceArguments {
    private static final Map<String, String> OFFLOADS = Map.ofEntries(
            Map.entry("host/csum", "csum"),
            Map.entry("host/gso", "gso"),
            Map.entry("host/tso4", "host_tso4"),
            Map.entry("host/tso6", "host_tso6"),
            Map.entry("host/ecn", "host_ecn"),
            Map.entry("host/ufo", "host_ufo"),
            Map.entry("host/mrg_rxbuf", "mrg_rxbuf"),
            Map.entry("guest/csum", "guest_csum"),
            Map.entry("guest/tso4", "guest_tso4"),
            Map.entry("guest/tso6", "guest_tso6"),
            Map.entry("guest/ecn", "guest_ecn"),
            Map.entry("guest/ufo", "guest_ufo"));

    /** Cards that boards have soldered on. */
    private static final Set<String> ON_BOARD = Set.of("lan9118", "smc91c111");

    private InterfaceArguments() {}

    static void add(Assembly assembly) {
        var nics = assembly.devices("interface");
        for (var nic : nics) {
            add(assembly, nic);
        }
    }

    /** One interface: what is behind it, then the card. */
    static void add(Assembly assembly, Part nic) {
        InterfaceRules.check(nic);
        var alias = Assembly.alias(nic);
        var backend = NetworkBackends.of(assembly, nic, "host" + alias);
        backend.ifPresent(netdev -> assembly.add("-netdev", netdev.toString()));
        var onBoard =
                nic.child("model").map(model -> model.attribute("type", "")).filter(ON_BOARD::contains);
        if (onBoard.isPresent()) {
            addOnBoard(assembly, nic, onBoard.get());
            return;
        }
        var device = backend.isPresent() ? card(assembly, nic) : HostNics.device(nic);
        nic.child("mac").ifPresent(mac -> mac.ignore("type", "check", "address"));
        nic.ignore("trustGuestRxFilters");
        var tail = device;
        nic.child("teaming").ifPresent(teaming -> teaming.ignore("type", "persistent"));
        tail = assembly.bootable(tail, nic, "network");
        tail = assembly.addressed(tail, nic);
        var index = nic.child("acpi").flatMap(acpi -> acpi.number("index"));
        tail = index.isPresent() ? tail.with("acpi-index", index.get()) : tail;
        assembly.device(withRom(tail, nic));
        nic.child("link")
                .flatMap(link -> link.word("state", Map.of("up", "on", "down", "off")))
                .filter(state -> state.equals("off"))
                .ifPresent(_ -> assembly.commands.add(new LaunchPlan.MonitorCommand(
                        "set_link", Json.object().with("name", alias).with("up", false))));
    }

    /** A card that is part of the board: it cannot be added, only be told its address and what is behind it. */
    private static void addOnBoard(Assembly assembly, Part nic, String model) {
        var alias = Assembly.alias(nic);
        nic.child("mac").ifPresent(mac -> mac.ignore("type", "check", "address"));
        assembly.add(
                "-net",
                "nic,macaddr=" + InterfaceRules.mac(nic) + ",netdev=host" + alias + ",model=" + model + ",id=" + alias);
    }

    private static Json.ObjectValue card(Assembly assembly, Part nic) {
        var alias = Assembly.alias(nic);
        var model = nic.child("model").map(part -> part.attribute("type", "")).orElse("rtl8139");
        var driver = nic.child("driver");
        driver.ifPresent(part -> part.ignore("name", "queues"));
        boolean virtio = model.startsWith("virtio");
        var device = virtio ? virtio(assembly, nic, driver) : Json.object().with("driver", model);
        assembly.need(device.required("driver").text(), nic);
        var mtu = nic.child("mtu").flatMap(part -> part.number("size"));
        device = virtio && mtu.isPresent() ? device.with("host_mtu", mtu.get()) : device;
        boolean persistent = nic.child("teaming")
                .filter(teaming -> teaming.has("type", "persistent"))
                .isPresent();
        if (persistent && !virtio) {
            throw Refusal.unsupported("virtio-net failover persistent interface must be a virtio model, not " + model);
        }
        device = persistent ? device.with("failover", true) : device;
        return device.with("netdev", "host" + alias).with("id", alias).with("mac", InterfaceRules.mac(nic));
    }

    private static Json.ObjectValue virtio(Assembly assembly, Part nic, Optional<Part> driver) {
        var model = nic.child("model").orElseThrow();
        var device = Assembly.virtio(
                Json.object().with("driver", assembly.virtioDevice("virtio-net", nic, model, "type")), driver);
        if (driver.isEmpty()) {
            return device;
        }
        var options = driver.get();
        var transmit = options.word("txmode", Map.of("iothread", "bh", "timer", "timer"));
        device = transmit.isPresent() ? device.with("tx", transmit.get()) : device;
        for (var name : List.of("ioeventfd", "event_idx", "rss", "rss_hash_report")) {
            var value = options.flag(name);
            var property = switch (name) {
                case "rss_hash_report" -> "hash";
                default -> name;
            };
            device = value.isPresent() ? device.with(property, value.get()) : device;
        }
        for (var side : List.of("host", "guest")) {
            var part = options.child(side);
            for (var name : List.of("csum", "gso", "tso4", "tso6", "ecn", "ufo", "mrg_rxbuf")) {
                var property = OFFLOADS.get(side + "/" + name);
                var value = property == null ? Optional.<Boolean>empty() : part.flatMap(offload -> offload.flag(name));
                device = value.isPresent() ? device.with(String.valueOf(property), value.get()) : device;
            }
        }
        int queues = InterfaceRules.queues(nic);
        // An interrupt for each direction of each queue, one for the control queue and one for changes of the device.
        device = queues > 1 ? device.with("mq", true).with("vectors", 2 * queues + 2) : device;
        for (var name : List.of("rx_queue_size", "tx_queue_size")) {
            var value = options.number(name);
            device = value.isPresent() ? device.with(name, value.get()) : device;
        }
        return device;
    }

    /** The card's boot firmware. */
    static Json.ObjectValue withRom(Json.ObjectValue device, Part part) {
        var rom = part.child("rom");
        if (rom.isEmpty()) {
            return device;
        }
        var changed = device;
        var bar = rom.get().flag("bar");
        changed = bar.isPresent() ? changed.with("rombar", bar.get() ? 1 : 0) : changed;
        var file = rom.get().attribute("file");
        if (!rom.get().flag("enabled").orElse(true)) {
            return changed.with("romfile", "");
        }
        return file.isPresent() ? changed.with("romfile", file.get()) : changed;
    }
}
