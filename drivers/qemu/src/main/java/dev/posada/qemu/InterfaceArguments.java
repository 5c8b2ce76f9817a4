package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Network cards, each with what is behind it on the host: so far QEMU's own network in user space. */
final class InterfaceArguments {
    /** A range of forwarded ports is spelled out, so it is bounded. */
    private static final int PORTS_MAX = 1024;

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

    private InterfaceArguments() {}

    static void add(Assembly assembly) {
        var nics = assembly.devices("interface");
        for (var nic : nics) {
            add(assembly, nic);
        }
    }

    private static void add(Assembly assembly, Part nic) {
        var type = nic.attribute("type", "");
        if (!type.equals("user")) {
            throw nic.refused("type='" + Refusal.shown(type) + "' is not supported yet: use type='user', or none");
        }
        var alias = Assembly.alias(nic);
        assembly.add("-netdev", userNetwork(nic, "host" + alias).toString());
        var model = nic.child("model").map(part -> part.attribute("type", "")).orElse("rtl8139");
        var driver = nic.child("driver");
        driver.ifPresent(part -> part.ignore("name"));
        var device =
                model.startsWith("virtio") ? virtio(nic, driver) : Json.object().with("driver", model);
        assembly.need(device.required("driver").text(), nic);
        device = device.with("netdev", "host" + alias)
                .with("id", alias)
                .with(
                        "mac",
                        nic.child("mac")
                                .map(mac -> mac.attribute("address", ""))
                                .orElse(""));
        nic.child("mac").ifPresent(mac -> mac.ignore("type", "check"));
        device = assembly.bootable(device, nic, "network");
        device = withRom(assembly.addressed(device, nic), nic);
        assembly.device(device);
        nic.child("link")
                .flatMap(link -> link.word("state", Map.of("up", "on", "down", "off")))
                .filter(state -> state.equals("off"))
                .ifPresent(_ -> assembly.commands.add(new LaunchPlan.MonitorCommand(
                        "set_link", Json.object().with("name", alias).with("up", false))));
    }

    private static Json.ObjectValue userNetwork(Part nic, String id) {
        nic.child("backend").ifPresent(backend -> {
            if (!backend.attribute("type", "default").equals("default")) {
                throw backend.unsupported("type");
            }
        });
        var network = Json.object().with("type", "user");
        for (var ip : nic.children("ip")) {
            var address = ip.attribute("address", "");
            var prefix = ip.number("prefix");
            if (ip.attribute("family", "ipv4").equals("ipv6")) {
                network = network.with("ipv6-prefix", address);
                network = prefix.isPresent() ? network.with("ipv6-prefixlen", prefix.get()) : network;
            } else {
                network = network.with(
                        "net", address + prefix.map(bits -> "/" + bits).orElse(""));
            }
        }
        var forwards = new ArrayList<Json>();
        for (var forward : nic.children("portForward")) {
            addForwards(forward, forwards);
        }
        if (!forwards.isEmpty()) {
            network = network.with("hostfwd", Json.array(forwards));
        }
        return network.with("id", id);
    }

    private static void addForwards(Part forward, List<Json> forwards) {
        var protocol = forward.word("proto", Map.of("tcp", "tcp", "udp", "udp")).orElse("tcp");
        var address = forward.attribute("address", "");
        if (address.contains(":")) {
            throw forward.unsupported("address");
        }
        for (var range : forward.children("range")) {
            long start = range.number("start").orElseThrow(() -> range.unsupported("start"));
            long end = range.number("end").orElse(start);
            long to = range.number("to").orElse(start);
            boolean valid = start > 0 && end >= start && end <= 65_535 && to > 0 && to + end - start <= 65_535;
            if (!valid || range.flag("exclude").orElse(false)) {
                throw range.refused("ports " + start + " to " + end + " cannot be forwarded");
            }
            if (forwards.size() + end - start >= PORTS_MAX) {
                throw range.refused("at most " + PORTS_MAX + " ports can be forwarded");
            }
            for (long port = start; port <= end; port++) {
                forwards.add(
                        Json.object().with("str", protocol + ":" + address + ":" + port + "-:" + (to + port - start)));
            }
        }
        if (forward.children("range").isEmpty()) {
            throw forward.refused("it names no ports: add a <range start='…' to='…'/>");
        }
    }

    private static Json.ObjectValue virtio(Part nic, Optional<Part> driver) {
        var model = nic.child("model").orElseThrow();
        var device = Assembly.virtio(
                Json.object().with("driver", Assembly.virtioDevice("virtio-net", model, "type")), driver);
        if (driver.isEmpty()) {
            return device;
        }
        var options = driver.get();
        if (options.number("queues").orElse(1L) > 1) {
            throw options.unsupported("queues");
        }
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
