package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Turns a complete definition into that of a running instance: what is open in the one is settled in the other. Ports
 * have numbers, sockets have paths, devices have names.
 */
final class LiveDefinition {
    private static final long PSERIES_BLOCK_KIB = 256L << 10;

    private final LaunchFacts facts;
    private final Deque<Integer> ports;
    private final Deque<Integer> sources = new ArrayDeque<>();
    private final Deque<Integer> chains = new ArrayDeque<>();

    private LiveDefinition(LaunchFacts facts) {
        this.facts = facts;
        this.ports = new ArrayDeque<>(facts.graphicsPorts());
    }

    /** The live definition, before the emulator has told what only it knows. */
    static DomainDefinition of(DomainDefinition definition, LaunchFacts facts) {
        var settled = new LiveDefinition(facts);
        settled.number(definition.devices("disk"));
        var root = definition
                .root()
                .with("id", Integer.toString(facts.id()))
                .mapChildren(child -> child.name().equals("devices") ? child.mapChildren(settled::device) : child);
        return Aliases.assign(FirmwareChoice.settle(withWholeBlocks(new DomainDefinition(root)), facts));
    }

    /** A partition of a POWER server has memory in blocks: it gets the next whole number of them. */
    private static DomainDefinition withWholeBlocks(DomainDefinition definition) {
        var memory = definition.root().child("memory");
        if (memory.isEmpty()
                || Board.of(definition).filter(Board.PSERIES::equals).isEmpty()) {
            return definition;
        }
        var cpu =
                definition.root().child("cpu").filter(part -> part.child("numa").isPresent());
        if (cpu.isPresent()) {
            var cells = cpu.get()
                    .mapChildren(
                            part -> part.name().equals("numa") ? part.mapChildren(LiveDefinition::wholeCell) : part);
            return MemoryDefaults.ofCells(definition.withChild(cells));
        }
        long kib = Numbers.kib(memory.get(), memory.get().text());
        return wholeBlocks(kib) == kib
                ? definition
                : definition.withChild(
                        Element.text("memory", Long.toString(wholeBlocks(kib))).with("unit", "KiB"));
    }

    private static Element wholeCell(Element cell) {
        long kib = Numbers.kib(cell, cell.attribute("memory", "0"));
        return cell.with("memory", Long.toString(wholeBlocks(kib))).with("unit", "KiB");
    }

    private static long wholeBlocks(long kib) {
        return Math.ceilDiv(kib, PSERIES_BLOCK_KIB) * PSERIES_BLOCK_KIB;
    }

    private Element device(Element device) {
        return switch (device.name()) {
            case "disk" -> disk(device);
            case "channel" -> channel(device);
            case "serial", "parallel", "console" -> socket(device);
            case "graphics" -> graphics(device);
            case "vsock" -> vsock(device);
            case "memballoon" -> device;
            default -> device;
        };
    }

    /** Numbers images as libvirt does: those of the disks first and then those below, each from the last disk to the first. */
    private void number(List<Element> disks) {
        int next = disks.size() + 1;
        for (int disk = disks.size(); disk > 0; disk--) {
            sources.addLast(disk);
            chains.addFirst(next);
            for (var layer = layerBelow(disks.get(disk - 1)); layer.isPresent(); layer = layerBelow(layer.get())) {
                next++;
            }
        }
    }

    /** What a disk or layer is based on, unless nothing is. */
    private static Optional<Element> layerBelow(Element layer) {
        return layer.child("backingStore").filter(below -> below.child("source").isPresent());
    }

    private Element disk(Element disk) {
        return disk(disk, sources.removeFirst(), chains.removeFirst());
    }

    /**
     * A disk with its images numbered.
     *
     * @param number of its own image
     * @param below of the first image below
     */
    static Element disk(Element disk, int number, int below) {
        var index = Integer.toString(number);
        var changed = disk.mapChildren(child -> child.name().equals("source") ? child.with("index", index) : child);
        boolean ends = changed.child("source").isPresent()
                && changed.child("backingStore").isEmpty()
                && changed.child("driver")
                        .map(driver -> driver.has("type", "raw"))
                        .orElse(false);
        return ends ? Draft.withBehind(changed, "source", Element.of("backingStore")) : numbered(changed, below);
    }

    private static Element numbered(Element layer, int index) {
        return layerBelow(layer).isEmpty()
                ? layer
                : layer.mapChildren(child -> child.name().equals("backingStore")
                        ? numbered(child.with("index", Integer.toString(index)), index + 1)
                        : child);
    }

    private Element channel(Element channel) {
        boolean isVirtio = channel.child("target")
                .map(target -> target.has("type", "virtio"))
                .orElse(false);
        if (!isVirtio) {
            return socket(channel);
        }
        var changed = channel;
        if (changed.has("type", "unix") && path(changed).isEmpty()) {
            var name = changed.child("target")
                    .map(target -> target.attribute("name", ""))
                    .orElse("");
            var file = name.isEmpty() ? "port" + portNumber(changed) : name;
            changed = Draft.withFirst(
                    changed.withoutChildren(child -> child.name().equals("source")),
                    Element.of(
                            "source",
                            "mode",
                            "bind",
                            "path",
                            facts.channelDirectory().resolve(fileName(file)).toString()));
        }
        return changed.mapChildren(
                child -> child.name().equals("target") ? child.with("state", "disconnected") : child);
    }

    /** A name as a file's, whatever its characters. */
    private static String fileName(String name) {
        var plain = name.replace('/', '_');
        return plain.startsWith(".") ? "_" + plain : plain;
    }

    private static String portNumber(Element channel) {
        return channel.child("address")
                .map(address -> address.attribute("port", "0"))
                .orElse("0");
    }

    private static Element socket(Element device) {
        if (device.has("type", "unix") && path(device).isEmpty()) {
            throw Refusal.unsupported(
                    device, "<" + device.name() + " type='unix'> needs a path: write <source mode='bind' path='…'/>");
        }
        return device;
    }

    private static String path(Element device) {
        return device.child("source")
                .map(source -> source.attribute("path", ""))
                .orElse("");
    }

    private Element graphics(Element graphics) {
        var type = graphics.attribute("type", "");
        if (!type.equals("vnc") && !type.equals("spice")) {
            return graphics;
        }
        var listen = graphics.child("listen").orElseGet(() -> Element.of("listen", "type", "address"));
        var changed = graphics;
        for (var kind : GraphicsPorts.wanted(graphics)) {
            var port = Integer.toString(nextPort());
            changed = changed.with(
                    switch (kind) {
                        case VNC, SPICE -> "port";
                        case VNC_WEBSOCKET -> "websocket";
                        case SPICE_TLS -> "tlsPort";
                    },
                    port);
        }
        return switch (listen.attribute("type", "address")) {
            case "socket" -> {
                var socket = listen.attribute("socket")
                        .filter(path -> !path.isEmpty())
                        .orElse(facts.instanceDirectory()
                                .resolve(type + ".sock")
                                .toString());
                yield changed.with("socket", socket).withChild(listen.with("socket", socket));
            }
            case "none" -> changed;
            default -> {
                var address = listen.attribute("address")
                        .filter(text -> !text.isEmpty())
                        .orElse(type.equals("vnc") ? facts.vncListen() : facts.spiceListen());
                yield changed.with("listen", address).withChild(listen.with("address", address));
            }
        };
    }

    private int nextPort() {
        var port = ports.poll();
        if (port == null) {
            throw Refusal.unsupported("no port was found for a display");
        }
        return port;
    }

    /** The first numbers are the hypervisor's and the host's; each instance of ours has another. */
    private Element vsock(Element vsock) {
        int reserved = 3;
        return vsock.mapChildren(child -> child.name().equals("cid")
                        && child.has("auto", "yes")
                        && child.attribute("address", "").isEmpty()
                ? child.with("address", Integer.toString(reserved + facts.id()))
                : child);
    }
}
