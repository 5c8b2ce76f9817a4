package dev.posada.qemu;

import dev.posada.model.Element;
import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Disks: the nodes that read and write an image ({@code -blockdev}), and the device the guest sees.
 *
 * <p>Each image has two nodes, one for the file and one for the format in it, named after the source's index as libvirt
 * names them: {@code libvirt-1-storage} and {@code libvirt-1-format}.
 */
final class DiskArguments {
    private static final int CHAIN_MAX = 200;
    private static final Set<String> FORMATS =
            Set.of("raw", "qcow2", "qed", "vdi", "vmdk", "vhdx", "vpc", "luks", "qcow");

    /** The limits of {@code block_set_io_throttle} by the names of {@code <iotune>}. */
    private static final Map<String, String> THROTTLES = throttles();

    private final Assembly assembly;
    private final Part disk;
    private final String device;
    private final String bus;
    private final String alias;
    private final Optional<Part> driver;

    private DiskArguments(Assembly assembly, Part disk) {
        this.assembly = assembly;
        this.disk = disk;
        this.device = disk.attribute("device", "disk");
        this.bus =
                disk.child("target").map(target -> target.attribute("bus", "")).orElse("");
        this.alias = Assembly.alias(disk);
        this.driver = disk.child("driver");
    }

    static void add(Assembly assembly) {
        for (var disk : assembly.devices("disk")) {
            add(assembly, disk);
        }
    }

    /** Adds one disk, as one that is plugged into a running machine. */
    static void add(Assembly assembly, Part disk) {
        new DiskArguments(assembly, disk).add();
    }

    /** The names of a live disk's images as nodes, without what tells format from file, the disk's own first. */
    static List<String> images(Element disk) {
        var names = new ArrayList<String>();
        var index = disk.child("source")
                .flatMap(source -> source.attribute("index"))
                .orElse("");
        if (index.isEmpty() || (NeededFiles.image(disk).isEmpty() && !NeededFiles.handedOver(disk))) {
            return names;
        }
        names.add("libvirt-" + index);
        var layer = disk.child("backingStore");
        for (int depth = 1; layer.isPresent() && depth <= CHAIN_MAX; depth++) {
            if (layer.get().child("source").isEmpty()) {
                break;
            }
            names.add("libvirt-" + layer.get().attribute("index", index + "-backing" + depth));
            layer = layer.get().child("backingStore");
        }
        return names;
    }

    private void add() {
        var source = disk.child("source")
                .filter(part -> !part.element().attributes().keySet().stream()
                        .allMatch(name -> name.equals("index") || name.equals("startupPolicy")));
        disk.child("source").ifPresent(part -> part.ignore("index", "startupPolicy"));
        driver.ifPresent(part -> part.ignore("name"));
        Optional<String> node = source.map(this::addNodes);
        if (node.isEmpty() && !Set.of("cdrom", "floppy").contains(device)) {
            throw disk.refused("it has no source, which only cdrom and floppy drives may lack");
        }
        if (node.isEmpty()) {
            // What is said about an image has no effect on a drive without one.
            disk.take("readonly", "shareable", "backingStore");
            driver.ifPresent(part -> part.ignore("type", "io", "discard", "detect_zeroes", "cache"));
        }
        disk.attribute("type");
        assembly.device(device(node));
        addThrottle();
    }

    private boolean isReadOnly() {
        return disk.child("readonly").isPresent() || device.equals("cdrom");
    }

    /** Adds the nodes of the image, and of those it is based on, the farthest first; answers the name of the last. */
    private String addNodes(Part source) {
        var index = source.attribute("index", "1");
        var format = driver.map(part -> part.attribute("type", "raw")).orElse("raw");
        var backing = disk.child("backingStore");
        var backingNode = backing.flatMap(part -> addBacking(part, index, 1));
        boolean ends = backing.isPresent() && backingNode.isEmpty();
        var storage = storage(disk, source, "libvirt-" + index + "-storage");
        if (disk.child("transient").isPresent()) {
            throw disk.refused("<transient/> is not supported by this driver");
        }
        assembly.blockNode(storage);
        var node = "libvirt-" + index + "-format";
        var json = Json.object().with("node-name", node).with("read-only", isReadOnly());
        json = withDriverOptions(json);
        json = json.with("driver", format(format, driver.orElse(disk))).with("file", "libvirt-" + index + "-storage");
        var encryption = source.child("encryption").or(() -> disk.child("encryption"));
        if (encryption.isPresent()) {
            json = ImageKeys.encrypted(assembly, encryption.get(), node, format, json);
        }
        assembly.blockNode(withBacking(json, format, backingNode, ends));
        return node;
    }

    private static Json.ObjectValue withBacking(
            Json.ObjectValue json, String format, Optional<String> backing, boolean ends) {
        if (backing.isPresent()) {
            return json.with("backing", backing.get());
        }
        boolean canHaveOne = Set.of("qcow2", "qed", "vmdk", "qcow").contains(format);
        return ends && canHaveOne ? json.with("backing", new Json.NullValue()) : json;
    }

    /** A layer of the chain that the definition spells out; an empty {@code <backingStore/>} says it ends here. */
    private Optional<String> addBacking(Part layer, String index, int depth) {
        if (layer.element().children().isEmpty()) {
            return Optional.empty();
        }
        if (depth > CHAIN_MAX) {
            throw layer.refused("a backing chain has at most " + CHAIN_MAX + " layers");
        }
        var below = layer.child("backingStore");
        var belowNode = below.flatMap(part -> addBacking(part, index, depth + 1));
        var source = layer.child("source").orElseThrow(() -> layer.refused("it has no <source>"));
        source.ignore("index");
        var name = "libvirt-" + layer.attribute("index", index + "-backing" + depth);
        var format =
                layer.child("format").map(part -> part.attribute("type", "raw")).orElse("raw");
        assembly.blockNode(storage(layer, source, name + "-storage"));
        var json = Json.object()
                .with("node-name", name + "-format")
                .with("read-only", true)
                .with("driver", format(format, layer))
                .with("file", name + "-storage");
        assembly.blockNode(withBacking(json, format, belowNode, below.isPresent() && belowNode.isEmpty()));
        return Optional.of(name + "-format");
    }

    private static String format(String format, Part where) {
        if (!FORMATS.contains(format)) {
            throw where.unsupported("type");
        }
        return switch (format) {
            case "luks" -> throw where.unsupported("type");
            default -> format;
        };
    }

    private Json.ObjectValue storage(Part owner, Part source, String name) {
        source.children("seclabel").forEach(label -> {
            if (label.flag("relabel").orElse(true)) {
                throw label.refused("files are not relabelled by this driver: write relabel='no'");
            }
            label.ignore("model");
        });
        var json = switch (owner.attribute("type", "file")) {
            case "file" -> Json.object().with("driver", "file").with("filename", file(source, name));
            case "block" -> Json.object().with("driver", "host_device").with("filename", path(source, "dev"));
            default -> throw owner.unsupported("type");
        };
        var aio = driver.flatMap(part -> part.word("io", same("native", "threads", "io_uring")));
        if (aio.isPresent()) {
            json = json.with("aio", aio.get());
        }
        json = json.with("node-name", name);
        // A client's file is open for reading or for writing, and cannot become the other.
        json = source.attribute("fdgroup").isPresent()
                ? withCache(json).with("read-only", !owner.element().name().equals("disk") || isReadOnly())
                : withCache(json).with("auto-read-only", true);
        return json.with("discard", discard());
    }

    private String file(Part source, String node) {
        var group = source.attribute("fdgroup");
        if (group.isEmpty()) {
            return path(source, "file");
        }
        source.ignore("file");
        return assembly.fileSet(source, group.get(), node);
    }

    private static String path(Part source, String attribute) {
        var path = source.attribute(attribute, "");
        if (!path.startsWith("/")) {
            throw source.refused("the path '" + Refusal.shown(path) + "' must be absolute");
        }
        return path;
    }

    private String discard() {
        return driver.flatMap(part -> part.word("discard", same("ignore", "unmap")))
                        .orElse("unmap")
                        .equals("ignore")
                ? "ignore"
                : "unmap";
    }

    private Json.ObjectValue withCache(Json.ObjectValue json) {
        var mode = driver.flatMap(part -> part.attribute("cache")).orElse("default");
        if (mode.equals("default")) {
            return json;
        }
        boolean direct = mode.equals("none") || mode.equals("directsync");
        return json.with("cache", Json.object().with("direct", direct).with("no-flush", mode.equals("unsafe")));
    }

    private Json.ObjectValue withDriverOptions(Json.ObjectValue json) {
        var changed = json;
        var discard = driver.flatMap(part -> part.attribute("discard"));
        if (discard.isPresent()) {
            changed = changed.with("discard", discard.get());
        }
        var zeroes = driver.flatMap(part -> part.word("detect_zeroes", same("off", "on", "unmap")));
        if (zeroes.isPresent()) {
            changed = changed.with("detect-zeroes", zeroes.get());
        }
        return withCache(changed);
    }

    private Json.ObjectValue device(Optional<String> node) {
        var json = switch (bus) {
            case "virtio" -> virtioDevice();
            case "ide", "sata", "scsi", "fdc" -> onController();
            case "usb" -> assembly.addressed(Json.object().with("driver", "usb-storage"), disk);
            default -> throw disk.refused("bus '" + Refusal.shown(bus) + "' is not supported by this driver");
        };
        if (node.isPresent()) {
            if (disk.child("shareable").isPresent()) {
                json = json.with("share-rw", true);
            }
            json = json.with("drive", node.get());
        }
        json = json.with("id", alias);
        json = assembly.bootable(json, disk, bootKind());
        json = withCacheOfDevice(json);
        json = withIdentity(json);
        return withPolicies(json);
    }

    private String bootKind() {
        return switch (device) {
            case "cdrom" -> "cdrom";
            case "floppy" -> "fd";
            default -> "hd";
        };
    }

    private Json.ObjectValue virtioDevice() {
        if (!device.equals("disk")) {
            throw disk.refused("a '" + Refusal.shown(device) + "' cannot sit on bus 'virtio'");
        }
        var json = Assembly.virtio(Json.object().with("driver", assembly.virtioDevice("virtio-blk", disk)), driver);
        var iothread = driver.flatMap(part -> part.number("iothread"));
        if (iothread.isPresent()) {
            json = json.with("iothread", "iothread" + iothread.get());
        }
        for (var option : List.of("ioeventfd", "event_idx")) {
            var value = driver.flatMap(part -> part.flag(option));
            json = value.isPresent() ? json.with(option, value.get()) : json;
        }
        var queues = driver.flatMap(part -> part.number("queues"));
        json = queues.isPresent() ? json.with("num-queues", queues.get()) : json;
        var queueSize = driver.flatMap(part -> part.number("queue_size"));
        json = queueSize.isPresent() ? json.with("queue-size", queueSize.get()) : json;
        return assembly.addressed(json, disk);
    }

    private Json.ObjectValue onController() {
        var address = disk.child("address").orElseThrow(() -> disk.refused("it has no address"));
        address.ignore("type");
        int controller = (int) (long) address.number("controller").orElse(0L);
        long number = address.number("bus").orElse(0L);
        long target = address.number("target").orElse(0L);
        long unit = address.number("unit").orElse(0L);
        return switch (bus) {
            case "fdc" -> Json.object().with("driver", "floppy").with("unit", unit);
            case "ide" ->
                Json.object()
                        .with("driver", device.equals("cdrom") ? "ide-cd" : "ide-hd")
                        .with("bus", assembly.controller("ide", controller) + "." + number)
                        .with("unit", unit);
            case "sata" ->
                Json.object()
                        .with("driver", device.equals("cdrom") ? "ide-cd" : "ide-hd")
                        .with("bus", assembly.controller("sata", controller) + "." + unit);
            default -> scsi(controller, number, target, unit);
        };
    }

    private Json.ObjectValue scsi(int controller, long number, long target, long unit) {
        var driverName = switch (device) {
            case "cdrom" -> "scsi-cd";
            case "lun" -> "scsi-block";
            default -> "scsi-hd";
        };
        var json = Json.object().with("driver", driverName).with("bus", assembly.controller("scsi", controller) + ".0");
        boolean narrow = assembly.controllerModel("scsi", controller).equals("lsilogic");
        json = narrow
                ? json.with("scsi-id", unit)
                : json.with("channel", number).with("scsi-id", target).with("lun", unit);
        return device.equals("lun") ? json : json.with("device_id", deviceId());
    }

    private String deviceId() {
        return "drive-" + alias;
    }

    private Json.ObjectValue withCacheOfDevice(Json.ObjectValue json) {
        var mode = driver.flatMap(part -> part.attribute("cache"));
        if (mode.isEmpty() || mode.get().equals("default") || device.equals("floppy") || device.equals("lun")) {
            return json;
        }
        return switch (mode.get()) {
            case "none", "writeback", "unsafe" -> json.with("write-cache", "on");
            case "writethrough", "directsync" -> json.with("write-cache", "off");
            default -> throw driver.orElseThrow().unsupported("cache");
        };
    }

    private Json.ObjectValue withIdentity(Json.ObjectValue json) {
        var changed = json;
        var serial = disk.childText("serial").filter(text -> !text.isEmpty());
        changed = serial.isPresent() ? changed.with("serial", serial.get()) : changed;
        var wwn = disk.childText("wwn");
        changed = wwn.isPresent() ? changed.with("wwn", wwn(wwn.get())) : changed;
        for (var name : List.of("vendor", "product")) {
            var value = disk.childText(name);
            changed = value.isPresent() ? changed.with(name, value.get()) : changed;
        }
        var target = disk.child("target").orElseThrow();
        target.ignore("dev", "tray");
        var rate = target.number("rotation_rate");
        changed = rate.isPresent() ? changed.with("rotation_rate", rate.get()) : changed;
        var removable = target.flag("removable");
        changed = removable.isPresent() ? changed.with("removable", removable.get()) : changed;
        var io = disk.child("blockio");
        for (var name : List.of("logical_block_size", "physical_block_size")) {
            var value = io.flatMap(part -> part.number(name));
            changed = value.isPresent() ? changed.with(name, value.get()) : changed;
        }
        return withGeometry(changed);
    }

    private Json wwn(String text) {
        if (!text.matches("(0x)?[0-9a-fA-F]{1,16}")) {
            throw disk.refused("<wwn> must be up to 16 hexadecimal digits");
        }
        long number = Long.parseUnsignedLong(text.replaceFirst("^0x", ""), 16);
        return number < 0 ? new Json.UnsignedValue(number) : Json.of(number);
    }

    private Json.ObjectValue withGeometry(Json.ObjectValue json) {
        var geometry = disk.child("geometry");
        if (geometry.isEmpty()) {
            return json;
        }
        var changed = json;
        for (var name : List.of("cyls", "heads", "secs")) {
            var value = geometry.get().number(name);
            changed = value.isPresent() ? changed.with(name, value.get()) : changed;
        }
        var translation = geometry.get().attribute("trans");
        return translation.isPresent() ? changed.with("bios-chs-trans", translation.get()) : changed;
    }

    private Json.ObjectValue withPolicies(Json.ObjectValue json) {
        var changed = json;
        var write = driver.flatMap(part -> part.word(
                "error_policy", Map.of("stop", "stop", "report", "report", "ignore", "ignore", "enospace", "enospc")));
        var read = driver.flatMap(part -> part.word("rerror_policy", same("stop", "report", "ignore")))
                .or(() -> write.map(policy -> policy.equals("enospc") ? "report" : policy));
        if (write.isPresent()) {
            changed = changed.with("werror", write.get());
        }
        return read.isPresent() ? changed.with("rerror", read.get()) : changed;
    }

    /** Limits are set through the monitor before the guest runs: they are the device's, whatever image is in it. */
    private void addThrottle() {
        var tune = disk.child("iotune");
        if (tune.isEmpty()) {
            return;
        }
        var limits = new LinkedHashMap<String, Long>();
        Optional<String> group = Optional.empty();
        for (var limit : tune.get().children()) {
            if (limit.name().equals("group_name")) {
                group = Optional.of(limit.text());
            } else if (THROTTLES.containsKey(limit.name())) {
                limits.put(limit.name(), limit.number());
            } else {
                throw limit.refused("this limit is not known");
            }
        }
        assembly.commands.add(
                new LaunchPlan.MonitorCommand("block_set_io_throttle", throttle(bus, alias, limits, group)));
    }

    /**
     * The arguments of {@code block_set_io_throttle}.
     *
     * @param limits by the names of {@code <iotune>}; those not named are 0, which is none
     */
    static Json.ObjectValue throttle(String bus, String alias, Map<String, Long> limits, Optional<String> group) {
        // A virtio device keeps its image in a part of its own.
        var holder = bus.equals("virtio") ? "/machine/peripheral/" + alias + "/virtio-backend" : alias;
        var arguments = Json.object().with("id", holder);
        if (group.isPresent()) {
            arguments = arguments.with("group", group.get());
        }
        var values = new LinkedHashMap<String, Long>();
        for (var name : List.of("bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr")) {
            values.put(name, 0L);
        }
        limits.forEach((name, value) -> values.put(Objects.requireNonNull(THROTTLES.get(name), name), value));
        for (var value : values.entrySet()) {
            arguments = arguments.with(value.getKey(), value.getValue());
        }
        return arguments;
    }

    private static Map<String, String> same(String... words) {
        var meanings = new LinkedHashMap<String, String>();
        for (var word : words) {
            meanings.put(word, word);
        }
        return meanings;
    }

    private static Map<String, String> throttles() {
        var names = new LinkedHashMap<String, String>();
        for (var what : Map.of("bytes", "bps", "iops", "iops").entrySet()) {
            for (var way : Map.of("total", "", "read", "_rd", "write", "_wr").entrySet()) {
                var libvirt = way.getKey() + "_" + what.getKey() + "_sec";
                var qemu = what.getValue() + way.getValue();
                names.put(libvirt, qemu);
                names.put(libvirt + "_max", what.getValue() + way.getValue() + "_max");
                names.put(libvirt + "_max_length", what.getValue() + way.getValue() + "_max_length");
            }
        }
        names.put("size_iops_sec", "iops_size");
        return Map.copyOf(names);
    }
}
