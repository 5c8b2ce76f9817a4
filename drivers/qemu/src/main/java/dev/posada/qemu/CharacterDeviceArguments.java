package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Serial and parallel ports, consoles and channels, and the character devices behind them ({@code -chardev}). */
final class CharacterDeviceArguments {
    private static final int ISA_PORTS = 4;

    private CharacterDeviceArguments() {}

    static void add(Assembly assembly) {
        for (var card : assembly.devices("smartcard")) {
            addSmartcard(assembly, card);
        }
        for (var port : assembly.devices("serial")) {
            addSerial(assembly, port);
        }
        for (var port : assembly.devices("parallel")) {
            addBackend(assembly, port);
            var device = Json.object()
                    .with("driver", "isa-parallel")
                    .with("chardev", "char" + Assembly.alias(port))
                    .with("id", Assembly.alias(port));
            port.child("target").ifPresent(target -> target.ignore("port", "type"));
            assembly.device(assembly.addressed(device, port));
        }
        for (var channel : assembly.devices("channel")) {
            addChannel(assembly, channel);
        }
        for (var console : assembly.devices("console")) {
            addConsole(assembly, console);
        }
    }

    private static void addSerial(Assembly assembly, Part port) {
        var alias = Assembly.alias(port);
        addBackend(assembly, port);
        var target = port.child("target").orElseThrow();
        if (isOnBoard(target)) {
            target.ignore("port");
            target.child("model").ifPresent(part -> part.ignore("name"));
            port.take("address");
            assembly.add("-serial", "chardev:char" + alias);
            return;
        }
        var model =
                target.child("model").map(part -> part.attribute("name", "")).orElse("isa-serial");
        var device = Json.object()
                .with("driver", model)
                .with("chardev", "char" + alias)
                .with("id", alias);
        var number = target.number("port");
        switch (target.attribute("type", "isa-serial")) {
            case "isa-serial" -> {
                long index = number.orElse(0L);
                if (index >= ISA_PORTS) {
                    throw target.refused("the board has " + ISA_PORTS + " serial ports: make others 'pci-serial'");
                }
                device = device.with("index", index);
            }
            case "pci-serial", "usb-serial", "isa-debug", "spapr-vio-serial", "sclp-serial" -> {
                // Their place says which they are.
            }
            default -> throw target.unsupported("type");
        }
        assembly.need(model, port);
        assembly.device(assembly.addressed(device, port));
    }

    /** Whether a port is a part of the board: it is not added, only told where it leads, in the order of their numbers. */
    private static boolean isOnBoard(Part target) {
        var type = target.attribute("type", "");
        return type.isEmpty() || type.equals("system-serial");
    }

    private static void addConsole(Assembly assembly, Part console) {
        var alias = Assembly.alias(console);
        console.ignore("tty");
        var target = console.child("target").orElseThrow();
        target.ignore("port");
        switch (target.attribute("type", "serial")) {
            case "serial" -> console.take();
            case "sclp", "sclplm" -> {
                addBackend(assembly, console);
                var driver = target.attribute("type", "") + "console";
                assembly.need(driver, console);
                assembly.device(Json.object()
                        .with("driver", driver)
                        .with("chardev", "char" + alias)
                        .with("id", alias));
            }
            case "virtio" -> {
                addBackend(assembly, console);
                assembly.device(assembly.addressed(
                        Json.object()
                                .with("driver", "virtconsole")
                                .with("chardev", "char" + alias)
                                .with("id", alias),
                        console));
            }
            default -> throw target.unsupported("type");
        }
    }

    private static void addChannel(Assembly assembly, Part channel) {
        var alias = Assembly.alias(channel);
        var target = channel.child("target").orElseThrow();
        addBackend(assembly, channel);
        switch (target.attribute("type", "")) {
            case "virtio" -> {
                target.ignore("state");
                var device = Json.object().with("driver", "virtserialport");
                device = assembly.addressed(device, channel)
                        .with("chardev", "char" + alias)
                        .with("id", alias);
                var name = target.attribute("name").filter(text -> !text.isEmpty());
                assembly.device(name.isPresent() ? device.with("name", name.get()) : device);
            }
            case "guestfwd" ->
                assembly.add(
                        "-netdev",
                        Json.object()
                                .with("type", "user")
                                .with(
                                        "guestfwd",
                                        Json.array(List.of(Json.object()
                                                .with(
                                                        "str",
                                                        "tcp:" + target.attribute("address", "") + ":"
                                                                + target.attribute("port", "") + "-chardev:char"
                                                                + alias))))
                                .with("id", alias)
                                .toString());
            default -> throw target.unsupported("type");
        }
    }

    private static void addSmartcard(Assembly assembly, Part card) {
        var alias = Assembly.alias(card);
        Json.ObjectValue device;
        switch (card.attribute("mode", "")) {
            case "host" ->
                device = Json.object()
                        .with("driver", "ccid-card-emulated")
                        .with("backend", "nss-emulated")
                        .with("id", alias);
            case "passthrough" -> {
                addBackend(assembly, card);
                device = Json.object()
                        .with("driver", "ccid-card-passthru")
                        .with("chardev", "char" + alias)
                        .with("id", alias);
            }
            default -> throw card.unsupported("mode");
        }
        assembly.need(device.required("driver").text(), card);
        assembly.device(assembly.addressed(device, card));
    }

    /** What is behind a character device, named {@code char} and its alias. */
    static void addBackend(Assembly assembly, Part device) {
        addBackend(assembly, device, "char" + Assembly.alias(device));
    }

    static void addBackend(Assembly assembly, Part device, String id) {
        var backend = new StringBuilder();
        var source = device.child("source");
        source.ifPresent(part -> {
            if (!part.attribute("startupPolicy", "mandatory").equals("mandatory")) {
                throw part.unsupported("startupPolicy");
            }
            part.children("seclabel").forEach(label -> {
                if (label.flag("relabel").orElse(true)) {
                    throw label.refused("files are not relabelled by this driver: write relabel='no'");
                }
                label.ignore("model");
            });
        });
        switch (device.attribute("type", "")) {
            case "pty" -> {
                source.ifPresent(part -> part.ignore("path"));
                backend.append("pty,id=").append(id);
            }
            case "null" -> backend.append("null,id=").append(id);
            case "vc" -> backend.append("vc,id=").append(id);
            case "stdio" -> backend.append("stdio,id=").append(id);
            case "dev" -> backend.append("serial,id=").append(id).append(path(device, source));
            case "pipe" -> backend.append("pipe,id=").append(id).append(path(device, source));
            case "file" -> {
                backend.append("file,id=").append(id).append(path(device, source));
                source.flatMap(part -> part.flag("append"))
                        .ifPresent(on -> backend.append(",append=").append(Assembly.onOff(on)));
            }
            case "unix" -> backend.append("socket,id=").append(id).append(unix(assembly, device, source));
            case "tcp" -> backend.append("socket,id=").append(id).append(tcp(device, source));
            case "udp" -> backend.append("udp,id=").append(id).append(udp(device));
            case "spicevmc" ->
                backend.append("spicevmc,id=").append(id).append(",name=").append(spiceName(assembly, device));
            case "spiceport" -> {
                needSpice(assembly, device);
                backend.append("spiceport,id=")
                        .append(id)
                        .append(",name=")
                        .append(source.map(part -> part.attribute("channel", ""))
                                .orElse(""));
            }
            default -> throw device.unsupported("type");
        }
        device.child("log").ifPresent(log -> {
            backend.append(",logfile=").append(Assembly.escaped(log.attribute("file", "")));
            log.flag("append").ifPresent(on -> backend.append(",logappend=").append(Assembly.onOff(on)));
        });
        assembly.add("-chardev", backend.toString());
    }

    private static String path(Part device, Optional<Part> source) {
        var path = source.map(part -> part.attribute("path", "")).orElse("");
        if (path.isEmpty()) {
            throw device.refused("it needs a <source path='…'/>");
        }
        return ",path=" + Assembly.escaped(path);
    }

    private static String unix(Assembly assembly, Part device, Optional<Part> source) {
        var path = path(device, source);
        boolean listens = source.map(part -> part.attribute("mode", "bind").equals("bind"))
                .orElse(true);
        if (!listens) {
            return path + reconnect(source);
        }
        source.ifPresent(part -> {
            var socket = Path.of(part.attribute("path", ""));
            assembly.sockets.add(socket);
            var folder = socket.getParent();
            if (folder != null && folder.startsWith(assembly.facts().channelDirectory())) {
                assembly.directories.add(folder);
            }
        });
        return path + ",server=on,wait=off";
    }

    private static String tcp(Part device, Optional<Part> source) {
        var part = source.orElseThrow(() -> device.refused("it needs a <source host='…' service='…'/>"));
        var text = new StringBuilder(",host=" + Assembly.escaped(part.attribute("host", "")) + ",port="
                + Assembly.escaped(part.attribute("service", "")));
        if (part.flag("tls").orElse(false)) {
            throw part.unsupported("tls");
        }
        device.child("protocol").ifPresent(protocol -> {
            switch (protocol.attribute("type", "raw")) {
                case "raw" -> {
                    // Nothing to add.
                }
                case "telnet" -> text.append(",telnet=on");
                default -> throw protocol.unsupported("type");
            }
        });
        boolean listens = part.attribute("mode", "connect").equals("bind");
        return text + (listens ? ",server=on,wait=off" : reconnect(source));
    }

    private static String reconnect(Optional<Part> source) {
        return source.flatMap(part -> part.child("reconnect"))
                .filter(part -> part.flag("enabled").orElse(false))
                .map(part -> ",reconnect=" + part.number("timeout").orElse(0L))
                .orElse("");
    }

    private static String udp(Part device) {
        var text = new StringBuilder();
        for (var source : device.children("source")) {
            var host = Assembly.escaped(source.attribute("host", ""));
            var port = Assembly.escaped(source.attribute("service", ""));
            text.append(
                    source.attribute("mode", "connect").equals("bind")
                            ? ",localaddr=" + host + ",localport=" + port
                            : ",host=" + host + ",port=" + port);
        }
        return text.toString();
    }

    private static String spiceName(Assembly assembly, Part device) {
        needSpice(assembly, device);
        return device.name().equals("redirdev")
                ? "usbredir"
                : device.name().equals("smartcard") ? "smartcard" : "vdagent";
    }

    private static void needSpice(Assembly assembly, Part device) {
        if (assembly.devices("graphics").stream().noneMatch(graphics -> graphics.has("type", "spice"))) {
            throw device.refused("it speaks over SPICE: add <graphics type='spice'/>");
        }
    }
}
