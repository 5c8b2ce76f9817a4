package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is behind a network card on the host, as QEMU is told of it ({@code -netdev}). */
final class NetworkBackends {
    /** A range of forwarded ports is spelled out, so it is bounded. */
    private static final int PORTS_MAX = 1024;

    private NetworkBackends() {}

    /**
     * The other side of an interface.
     *
     * @param id what QEMU calls it
     * @return nothing when the card is the host's own
     */
    static Optional<Json.ObjectValue> of(Assembly assembly, Part nic, String id) {
        var type = nic.attribute("type", "");
        return switch (type) {
            case "user" -> Optional.of(user(nic, id));
            case "bridge", "ethernet", "direct" -> Optional.of(tap(assembly, nic, id));
            case "udp", "mcast", "server", "client" -> Optional.of(socket(nic, type, id));
            case "vhostuser" -> Optional.of(vhostUser(assembly, nic, id));
            case "vdpa" -> Optional.of(vdpa(assembly, nic, id));
            case "hostdev" -> Optional.empty();
            case "network" -> throw nic.refused("type='network' needs virtual networks, which there are none of here");
            default ->
                throw nic.refused("type='" + Refusal.shown(type) + "' is not supported by this driver: use type='user',"
                        + " 'bridge' or 'network'");
        };
    }

    private static Json.ObjectValue tap(Assembly assembly, Part nic, String id) {
        nic.child("source").ifPresent(source -> {
            // Looked at when the link is made; an address or a route of it is put there then.
            source.ignore("bridge", "dev", "mode", "network", "portid", "portgroup", "macTableManager");
            source.take("ip", "route");
        });
        nic.take("target", "virtualport", "vlan", "bandwidth", "port", "script", "downscript", "filterref", "coalesce");
        nic.child("backend").ifPresent(backend -> {
            if (!backend.attribute("type", "default").equals("default")) {
                throw backend.unsupported("type");
            }
            backend.ignore("tap", "vhost");
        });
        var alias = Assembly.alias(nic);
        var queues = new ArrayList<String>();
        var vhosts = new ArrayList<String>();
        int count = InterfaceRules.queues(nic);
        for (int i = 0; i < count; i++) {
            queues.add(assembly.descriptor("fd-" + alias + "-" + i));
        }
        if (takesVhost(assembly, nic)) {
            for (int i = 0; i < count; i++) {
                vhosts.add(assembly.descriptor("vhostfd-" + alias + "-" + i));
            }
        }
        assembly.links.add(new NicLink(alias, queues, vhosts, Optional.empty()));
        var netdev = named(Json.object().with("type", "tap"), "fd", queues);
        if (!vhosts.isEmpty()) {
            netdev = named(netdev.with("vhost", true), "vhostfd", vhosts);
        }
        var sndbuf = nic.child("tune").flatMap(tune -> tune.child("sndbuf")).map(Part::number);
        netdev = sndbuf.isPresent() ? netdev.with("sndbuf", sndbuf.get()) : netdev;
        return netdev.with("id", id);
    }

    private static Json.ObjectValue named(Json.ObjectValue netdev, String name, List<String> files) {
        return files.size() == 1
                ? netdev.with(name, files.getFirst())
                : netdev.with(name + "s", String.join(":", files));
    }

    /** Whether the kernel is to move the packets: as libvirt, only those of guests that run on KVM. */
    private static boolean takesVhost(Assembly assembly, Part nic) {
        var wanted =
                nic.child("driver").map(driver -> driver.attribute("name", "")).orElse("");
        if (!InterfaceRules.isVirtio(nic)
                || wanted.equals("qemu")
                || !assembly.live().type().equals("kvm")) {
            return false;
        }
        boolean there = assembly.facts().vhostNet()
                || nic.element()
                        .child("backend")
                        .flatMap(backend -> backend.attribute("vhost"))
                        .isPresent();
        if (wanted.equals("vhost") && !there) {
            throw Refusal.unsupported("vhost-net was requested for an interface, but is unavailable: load the module"
                    + " vhost_net, or write <driver name='qemu'/>");
        }
        return there;
    }

    private static Json.ObjectValue socket(Part nic, String type, String id) {
        var source = nic.child("source").orElseThrow();
        var netdev = Json.object().with("type", "socket");
        var ends = switch (type) {
            case "udp" -> {
                var local = source.child("local").orElseThrow(() -> source.refused("it needs a <local>"));
                yield netdev.with("udp", place(source)).with("localaddr", place(local));
            }
            case "mcast" -> netdev.with("mcast", place(source));
            case "server" -> netdev.with("listen", place(source));
            default -> netdev.with("connect", place(source));
        };
        return ends.with("id", id);
    }

    private static String place(Part end) {
        long port = end.number("port").orElseThrow(() -> end.unsupported("port"));
        if (port < 1 || port > 65_535) {
            throw end.unsupported("port");
        }
        return end.attribute("address", "") + ":" + port;
    }

    private static Json.ObjectValue vhostUser(Assembly assembly, Part nic, String id) {
        var source = nic.child("source").orElseThrow();
        source.ignore("type");
        var path = source.attribute("path", "");
        boolean server = source.word("mode", Map.of("server", "server", "client", "client"))
                .orElseThrow(() -> source.unsupported("mode"))
                .equals("server");
        var chardev = "char" + Assembly.alias(nic);
        var line = "socket,id=" + chardev + ",path=" + Assembly.escaped(path) + (server ? ",server=on" : "");
        var reconnect =
                source.child("reconnect").filter(again -> again.flag("enabled").orElse(false));
        if (reconnect.isPresent() && !server) {
            line += ",reconnect=" + reconnect.get().number("timeout").orElse(0L);
        }
        source.take("reconnect");
        nic.take("target");
        if (server) {
            assembly.sockets.add(Path.of(path));
        }
        assembly.add("-chardev", line);
        var netdev = Json.object().with("type", "vhost-user").with("chardev", chardev);
        int queues = InterfaceRules.queues(nic);
        return (queues > 1 ? netdev.with("queues", queues) : netdev).with("id", id);
    }

    private static Json.ObjectValue vdpa(Assembly assembly, Part nic, String id) {
        nic.child("source").orElseThrow().ignore("dev");
        var alias = Assembly.alias(nic);
        var number = assembly.descriptor("vdpa-" + alias);
        assembly.links.add(new NicLink(alias, List.of(), List.of(), Optional.of(number)));
        assembly.add("-add-fd", "set=" + number + ",fd=" + number + ",opaque=" + alias + "-vdpa");
        var netdev = Json.object().with("type", "vhost-vdpa").with("vhostdev", "/dev/fdset/" + number);
        int queues = InterfaceRules.queues(nic);
        return (queues > 1 ? netdev.with("queues", queues) : netdev).with("id", id);
    }

    private static Json.ObjectValue user(Part nic, String id) {
        nic.child("backend").ifPresent(backend -> {
            if (!backend.attribute("type", "default").equals("default")) {
                throw backend.unsupported("type");
            }
        });
        nic.child("target").ifPresent(target -> target.ignore("dev"));
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
}
