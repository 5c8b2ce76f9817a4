package dev.posada.docker;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Fills in what a definition leaves out and refuses what no container can be. Each step leaves alone what is said already,
 * so that completing twice is completing once.
 */
final class ContainerDefaults {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final Pattern NETWORK = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    /** What a container has instead of a device it cannot have. */
    private static final Map<String, String> INSTEAD = Map.of(
            "disk", "no disks; give it a <filesystem>",
            "graphics", "no screen; give it a <console>",
            "video", "no screen",
            "sound", "no sound card",
            "input", "no keyboard or mouse",
            "controller", "no buses",
            "emulator", "no emulator",
            "serial", "no serial ports; give it a <console>",
            "channel", "no channels; give it a <filesystem> with a socket in it",
            "memballoon", "no balloon; its memory can be changed while it runs without one");

    private static final Set<String> KINDS = Set.of("filesystem", "interface", "console", "hostdev");
    private static final Set<String> CONSOLES = Set.of("pty", "stdio", "null");
    private static final Set<String> INTERFACES = Set.of("internal", "network", "bridge");
    private static final Set<String> FILESYSTEMS = Set.of("template", "mount", "volume", "ram");
    private static final Set<String> ENDINGS = Set.of("destroy", "restart", "preserve", "rename-restart");

    private final String architecture;

    /**
     * @param architecture of the host, as {@code x86_64}
     */
    ContainerDefaults(String architecture) {
        this.architecture = architecture;
    }

    /**
     * The same domain with everything said.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} or {@code XML_ERROR}, naming the element
     */
    DomainDefinition complete(DomainDefinition definition) {
        checkName(definition);
        checkEndings(definition);
        var completed = RootMark.completed(definition).withChild(os(definition));
        var devices = completed.root().child("devices").orElse(Element.of("devices"));
        var content = new ArrayList<Element>();
        devices.children().forEach(device -> content.add(device(device)));
        if (content.stream().noneMatch(device -> device.name().equals("console"))) {
            content.add(Element.of("console", "type", "pty").plus(Element.of("target", "type", "serial", "port", "0")));
        }
        completed = completed.withChild(devices.withContent(content));
        checkDevices(completed, devices);
        return completed;
    }

    private Element os(DomainDefinition definition) {
        var os = definition.root().child("os").orElse(Element.of("os"));
        var type = os.child("type").orElse(Element.text("type", "exe"));
        if (!type.text().equals("exe")) {
            throw Refusal.unsupported(
                    type, "a container runs a program: os type 'exe', not '" + Refusal.shown(type.text()) + "'");
        }
        var arch = type.attribute("arch", architecture);
        if (!arch.equals(architecture)) {
            throw Refusal.unsupported(
                    type,
                    "a container runs on the host's processors: arch '" + architecture + "', not '"
                            + Refusal.shown(arch) + "'");
        }
        for (var part : os.children()) {
            if (!part.name().equals("type") && !part.name().startsWith("init")) {
                throw Refusal.unsupported(part, "a container boots nothing: take out <" + part.name() + ">");
            }
            if (part.name().equals("initrd")) {
                throw Refusal.unsupported(part, "a container boots nothing: take out <initrd>");
            }
        }
        var own = Words.container(definition);
        if (own.child("docker:entrypoint").isPresent() && os.child("init").isPresent()) {
            throw Refusal.xml(os, "<init> and <docker:entrypoint> both say which program is run: keep one");
        }
        return os.withChild(type.with("arch", arch));
    }

    private static void checkName(DomainDefinition definition) {
        var name = definition.name();
        if (!NAME.matcher(name).matches()) {
            throw Refusal.unsupported(
                    definition.root().child("name").orElse(definition.root()),
                    "a container cannot be called '" + Refusal.shown(name)
                            + "': two or more letters, digits, '_', '.' and '-', the first a letter or digit");
        }
    }

    private static void checkEndings(DomainDefinition definition) {
        for (var ending : List.of("on_poweroff", "on_reboot", "on_crash")) {
            var element = definition.root().child(ending).orElse(Element.text(ending, "destroy"));
            if (!ENDINGS.contains(element.text())) {
                throw Refusal.unsupported(
                        element,
                        "a container cannot do '" + Refusal.shown(element.text()) + "' in <" + ending
                                + ">: destroy, restart or preserve");
            }
        }
    }

    private static Element device(Element device) {
        var kind = device.name();
        if (!KINDS.contains(kind)) {
            throw Refusal.unsupported(
                    device, "<" + kind + ">: a container has " + INSTEAD.getOrDefault(kind, "no such device"));
        }
        return device;
    }

    private static void checkDevices(DomainDefinition definition, Element devices) {
        var consoles = definition.devices("console");
        if (consoles.size() > 1) {
            throw Refusal.unsupported(consoles.get(1), "a container has one <console>: its standard streams");
        }
        for (var console : consoles) {
            if (!CONSOLES.contains(console.attribute("type", "pty"))) {
                throw Refusal.unsupported(
                        console,
                        "a container's <console> is a 'pty' (a terminal), 'stdio' (plain streams) or 'null' (no input),"
                                + " not '" + Refusal.shown(console.attribute("type", "")) + "'");
            }
        }
        checkFilesystems(definition, devices);
        definition.devices("interface").forEach(ContainerDefaults::checkInterface);
        definition.devices("hostdev").forEach(ContainerDefaults::checkHostDevice);
    }

    private static void checkFilesystems(DomainDefinition definition, Element devices) {
        if (ContainerPlan.root(definition).isEmpty()) {
            throw Refusal.xml(
                    devices,
                    "a container needs an image: <filesystem type='template'><source name='busybox:latest'/>"
                            + "<target dir='/'/></filesystem>");
        }
        var targets = new HashSet<String>();
        for (var filesystem : definition.devices("filesystem")) {
            var type = filesystem.attribute("type", "mount");
            var source = filesystem.child("source").orElse(Element.of("source"));
            var target = filesystem
                    .child("target")
                    .map(one -> one.attribute("dir", ""))
                    .orElse("");
            if (!FILESYSTEMS.contains(type)) {
                throw Refusal.unsupported(
                        filesystem,
                        "a container has no file systems of type '" + Refusal.shown(type)
                                + "': template, mount, volume or ram");
            }
            if (type.equals("template") != target.equals("/")) {
                throw Refusal.xml(
                        filesystem,
                        "the image, and nothing else, is at '/': one <filesystem type='template'> with <target dir='/'/>");
            }
            if (!target.startsWith("/") || !targets.add(target)) {
                throw Refusal.xml(
                        filesystem,
                        "the target '" + Refusal.shown(target)
                                + "' of a file system must be a path of its own from '/'");
            }
            checkSource(type, source, filesystem);
        }
    }

    private static void checkSource(String type, Element source, Element filesystem) {
        switch (type) {
            case "template" -> need(source, "name", filesystem);
            case "mount" -> {
                need(source, "dir", filesystem);
                if (!source.attribute("dir", "").startsWith("/")) {
                    throw Refusal.xml(source, "the source of a file system must be a path from '/'");
                }
            }
            case "volume" -> {
                need(source, "volume", filesystem);
                if (source.attribute("pool").isPresent()) {
                    throw Refusal.unsupported(
                            source, "volumes of a container are the engine's own: take out the attribute 'pool'");
                }
            }
            default -> {
                if (ContainerPlan.bytes(source) <= 0) {
                    throw Refusal.xml(source, "a file system in memory needs a size: usage='1024' units='KiB'");
                }
            }
        }
    }

    private static void need(Element source, String attribute, Element filesystem) {
        if (source.attribute(attribute, "").isEmpty()) {
            throw Refusal.xml(
                    filesystem,
                    "a file system of type '" + filesystem.attribute("type", "mount") + "' needs a <source " + attribute
                            + "='…'/>");
        }
    }

    /** Refuses an interface that no container can have. */
    static void checkInterface(Element nic) {
        var type = nic.attribute("type", "");
        if (!INTERFACES.contains(type)) {
            throw Refusal.unsupported(
                    nic,
                    "a container has no interfaces of type '" + Refusal.shown(type)
                            + "': network or bridge for ours, internal for the engine's");
        }
        boolean internal = type.equals("internal");
        var name =
                nic.child("source").map(source -> source.attribute("name", "")).orElse("");
        if (internal && !NETWORK.matcher(name).matches()) {
            throw Refusal.xml(nic, "'" + Refusal.shown(name) + "' cannot be the name of a network of the engine");
        }
        if (!internal && nic.child("portForward").isPresent()) {
            throw Refusal.unsupported(nic, "ports are forwarded by interfaces of type 'internal' alone");
        }
        for (var forward : nic.children("portForward")) {
            for (var range : forward.children("range")) {
                if (range.has("exclude", "yes")) {
                    throw Refusal.unsupported(range, "a port is forwarded or not: take out exclude='yes'");
                }
            }
        }
    }

    private static void checkHostDevice(Element device) {
        if (!device.has("mode", "capabilities") || !Set.of("misc", "storage").contains(device.attribute("type", ""))) {
            throw Refusal.unsupported(
                    device,
                    "a container can have device nodes of the host: <hostdev mode='capabilities' type='misc'><source>"
                            + "<char>/dev/…</char></source></hostdev>");
        }
    }
}
