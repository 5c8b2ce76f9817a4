package dev.posada.qemu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The displays people look at from outside. */
final class GraphicsArguments {
    private static final int VNC_PORT_BASE = 5900;

    private GraphicsArguments() {}

    /** Says that there is no window, when nothing shows the screen. */
    static void addNone(Assembly assembly) {
        if (assembly.devices("graphics").isEmpty()) {
            assembly.add("-display", "none");
        }
    }

    static void add(Assembly assembly) {
        var seen = new ArrayList<String>();
        for (var graphics : assembly.devices("graphics")) {
            var type = graphics.attribute("type", "");
            if (seen.contains(type)) {
                throw Refusal.unsupported("only 1 graphics device of each type (sdl, vnc, spice, …) is supported");
            }
            seen.add(type);
            switch (type) {
                case "vnc" -> addVnc(assembly, graphics);
                case "spice" -> addSpice(assembly, graphics);
                case "sdl" -> addSdl(assembly, graphics);
                case "egl-headless" -> addEgl(assembly, graphics);
                default -> throw graphics.unsupported("type");
            }
        }
        if (seen.contains("egl-headless") && !seen.contains("vnc") && !seen.contains("spice")) {
            throw Refusal.unsupported(
                    "graphics type 'egl-headless' is only supported with one of: 'vnc', 'spice' graphics types");
        }
    }

    private static void addVnc(Assembly assembly, Part graphics) {
        var parts = new ArrayList<String>();
        graphics.ignore("autoport");
        var listen = graphics.child("listen");
        var kind = listen.map(part -> part.attribute("type", "address")).orElse("address");
        switch (kind) {
            case "socket" -> {
                var socket = graphics.attribute("socket", "");
                listen.ifPresent(part -> part.ignore("socket"));
                parts.add("unix:" + Assembly.escaped(socket));
                assembly.sockets.add(Path.of(socket));
            }
            case "none" -> parts.add("none");
            case "address" -> {
                long port = graphics.number("port").orElse((long) VNC_PORT_BASE);
                if (port < VNC_PORT_BASE) {
                    throw graphics.refused("vnc port must be in range [5900,65535]");
                }
                listen.ifPresent(part -> part.ignore("address"));
                parts.add(host(graphics.attribute("listen", "")) + ":" + (port - VNC_PORT_BASE));
            }
            default -> throw listen.orElseThrow().unsupported("type");
        }
        graphics.number("websocket").ifPresent(port -> parts.add("websocket=" + port));
        graphics.word(
                        "sharePolicy",
                        Map.of(
                                "allow-exclusive",
                                "allow-exclusive",
                                "force-shared",
                                "force-shared",
                                "ignore",
                                "ignore"))
                .ifPresent(policy -> parts.add("share=" + policy));
        if (withPassword(assembly, graphics, "vnc", assembly.facts().vncPassword())) {
            parts.add("password=on");
        }
        if (graphics.flag("powerControl").orElse(false)) {
            parts.add("power-control=on");
        }
        var audio = graphics.child("audio").flatMap(part -> part.number("id"));
        assembly.live().devices("audio").stream()
                .findFirst()
                .ifPresent(first ->
                        parts.add("audiodev=audio" + audio.map(String::valueOf).orElse(first.attribute("id", "1"))));
        assembly.add("-vnc", String.join(",", parts));
        graphics.attribute("keymap").ifPresent(keymap -> assembly.add("-k", keymap));
    }

    /** Whether a display has a password, which is then set through the monitor. */
    private static boolean withPassword(Assembly assembly, Part graphics, String protocol, Optional<String> general) {
        var validTo = graphics.attribute("passwdValidTo");
        var connected = graphics.word("connected", Map.of("fail", "fail", "disconnect", "disconnect", "keep", "keep"));
        var password = graphics.attribute("passwd").or(() -> general);
        password.ifPresent(
                text -> assembly.passwords.add(new LaunchPlan.GraphicsPassword(protocol, text, connected, validTo)));
        return password.isPresent();
    }

    private static String host(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }

    private static void addSpice(Assembly assembly, Part graphics) {
        if (!assembly.capabilities().options().containsKey("spice")) {
            throw graphics.refused(assembly.capabilities().binary() + " has no SPICE: use type='vnc'");
        }
        var parts = new ArrayList<String>();
        graphics.ignore("autoport");
        if (graphics.number("tlsPort").orElse(-1L) > 0) {
            throw Refusal.unsupported("spice TLS port set in XML configuration, but TLS is not supported yet");
        }
        var listen = graphics.child("listen");
        switch (listen.map(part -> part.attribute("type", "address")).orElse("address")) {
            case "none" -> parts.add("port=0");
            case "socket" -> {
                var socket = graphics.attribute("socket", "");
                listen.ifPresent(part -> part.ignore("socket"));
                parts.add("unix=on");
                parts.add("addr=" + Assembly.escaped(socket));
                assembly.sockets.add(Path.of(socket));
            }
            case "address" -> {
                listen.ifPresent(part -> part.ignore("address"));
                parts.add("port=" + graphics.number("port").orElse(0L));
                parts.add("addr=" + Assembly.escaped(graphics.attribute("listen", "")));
            }
            default -> throw listen.orElseThrow().unsupported("type");
        }
        if (!withPassword(assembly, graphics, "spice", assembly.facts().spicePassword())) {
            parts.add("disable-ticketing=on");
        }
        addSpiceOptions(graphics, parts);
        parts.add("seamless-migration=on");
        graphics.child("audio").ifPresent(Part::take);
        assembly.add("-spice", String.join(",", parts));
        graphics.attribute("keymap").ifPresent(keymap -> assembly.add("-k", keymap));
    }

    private static void addSpiceOptions(Part graphics, List<String> parts) {
        switch (graphics.attribute("defaultMode", "any")) {
            case "any" -> {
                // Clear text is all there is without TLS.
            }
            case "insecure" -> parts.add("plaintext-channel=default");
            default -> throw graphics.unsupported("defaultMode");
        }
        for (var channel : graphics.children("channel")) {
            channel.ignore("name");
            if (channel.attribute("mode", "any").equals("secure")) {
                throw channel.unsupported("mode");
            }
            if (channel.has("mode", "insecure")) {
                parts.add("plaintext-channel=" + Assembly.escaped(channel.attribute("name", "")));
            }
        }
        addWord(graphics, "image", "compression", "image-compression", parts);
        addWord(graphics, "jpeg", "compression", "jpeg-wan-compression", parts);
        addWord(graphics, "zlib", "compression", "zlib-glz-wan-compression", parts);
        addWord(graphics, "playback", "compression", "playback-compression", parts);
        addWord(graphics, "streaming", "mode", "streaming-video", parts);
        graphics.child("mouse").ifPresent(mouse -> {
            if (!mouse.has("mode", "client") && !mouse.has("mode", "server")) {
                throw mouse.unsupported("mode");
            }
            parts.add("agent-mouse=" + (mouse.has("mode", "client") ? "on" : "off"));
        });
        graphics.child("clipboard")
                .flatMap(part -> part.flag("copypaste"))
                .filter(on -> !on)
                .ifPresent(_ -> parts.add("disable-copy-paste=on"));
        graphics.child("filetransfer")
                .flatMap(part -> part.flag("enable"))
                .filter(on -> !on)
                .ifPresent(_ -> parts.add("disable-agent-file-xfer=on"));
        graphics.child("gl").ifPresent(gl -> {
            if (gl.flag("enable").orElse(false)) {
                parts.add("gl=on");
                gl.attribute("rendernode").ifPresent(node -> parts.add("rendernode=" + Assembly.escaped(node)));
            }
        });
    }

    private static void addWord(Part graphics, String child, String attribute, String option, List<String> parts) {
        graphics.child(child)
                .ifPresent(part -> part.attribute(attribute).ifPresent(word -> {
                    if (!word.matches("[a-z_]+")) {
                        throw part.unsupported(attribute);
                    }
                    parts.add(option + "=" + word);
                }));
    }

    private static void addSdl(Assembly assembly, Part graphics) {
        graphics.attribute("display").ifPresent(display -> assembly.environment.put("DISPLAY", display));
        graphics.attribute("xauth").ifPresent(file -> assembly.environment.put("XAUTHORITY", file));
        if (graphics.flag("fullscreen").orElse(false)) {
            assembly.add("-full-screen");
        }
        boolean gl = graphics.child("gl").flatMap(part -> part.flag("enable")).orElse(false);
        assembly.add("-display", "sdl" + (gl ? ",gl=on" : ""));
    }

    private static void addEgl(Assembly assembly, Part graphics) {
        var node = graphics.child("gl").flatMap(gl -> gl.attribute("rendernode"));
        assembly.add(
                "-display",
                "egl-headless"
                        + node.map(path -> ",rendernode=" + Assembly.escaped(path))
                                .orElse(""));
    }
}
