package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.qmp.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A command line in the making: what it is made from, and what there is of it so far. Each family of arguments adds its
 * own; the order of the calls is the order of the arguments. Used by one thread.
 */
final class Assembly {
    /** One device at most for each of these many names is honoured in one definition. */
    static final int DEVICES_MAX = 4096;

    private final DomainDefinition live;
    private final QemuCapabilities capabilities;
    private final LaunchFacts facts;
    private final Board board;
    private final Part domain;
    private final Part devices;
    private final boolean plugging;
    private int lastDescriptor;
    private final List<String> argv = new ArrayList<>();
    private final Map<String, Integer> bootPlaces = new HashMap<>();

    final SequencedMap<String, String> environment = new LinkedHashMap<>();
    final List<Path> directories = new ArrayList<>();
    final List<Path> sockets = new ArrayList<>();
    final List<LaunchPlan.TpmEmulator> tpms = new ArrayList<>();
    final List<LaunchPlan.GraphicsPassword> passwords = new ArrayList<>();
    final List<LaunchPlan.MonitorCommand> commands = new ArrayList<>();
    final List<NicLink> links = new ArrayList<>();
    final List<ImageKeys.KeyFile> keys = new ArrayList<>();
    final List<LaunchPlan.ClientFile> files = new ArrayList<>();
    private final Map<String, Integer> fileSets = new HashMap<>();
    Optional<LaunchPlan.Nvram> nvram = Optional.empty();

    Assembly(DomainDefinition live, QemuCapabilities capabilities, LaunchFacts facts) {
        this(live, capabilities, facts, false);
    }

    /**
     * As the shorter form.
     *
     * @param plugging whether the arguments are not for a start but for a machine that runs, which is handed open files by
     *     name
     */
    Assembly(DomainDefinition live, QemuCapabilities capabilities, LaunchFacts facts, boolean plugging) {
        this.plugging = plugging;
        this.lastDescriptor = facts.monitorDescriptor();
        this.live = live;
        this.capabilities = capabilities;
        this.facts = facts;
        this.board = Board.of(live)
                .orElseThrow(() ->
                        Refusal.unsupported("machine type '" + Refusal.shown(live.machine()) + "' is not supported"));
        this.domain = new Part(live.root());
        this.devices = domain.child("devices").orElseThrow();
        if (live.devices().size() > DEVICES_MAX) {
            throw Refusal.unsupported("a domain has at most " + DEVICES_MAX + " devices");
        }
    }

    DomainDefinition live() {
        return live;
    }

    QemuCapabilities capabilities() {
        return capabilities;
    }

    LaunchFacts facts() {
        return facts;
    }

    Board board() {
        return board;
    }

    /** The whole definition. */
    Part domain() {
        return domain;
    }

    /** The devices of one kind. */
    List<Part> devices(String kind) {
        return devices.children(kind);
    }

    /**
     * What QEMU will call one more open file.
     *
     * @param name its name in a machine that runs; at a start it is the next number
     */
    String descriptor(String name) {
        return plugging ? name : Integer.toString(++lastDescriptor);
    }

    /**
     * Where QEMU opens the files of a client that have a name: it takes of a set the one that is open as it needs it.
     *
     * @param label what they are for, told by {@code query-fdsets}
     */
    String fileSet(Part source, String group, String label) {
        if (plugging) {
            throw source.refused("open files of a group can only be used by disks a domain starts with");
        }
        var known = fileSets.get(group);
        int set = known == null ? fileSets.size() : known;
        if (known == null) {
            fileSets.put(group, set);
            for (int i = 0; i < facts.fileGroups().getOrDefault(group, 1); i++) {
                int number = ++lastDescriptor;
                files.add(new LaunchPlan.ClientFile(number, group, i));
                add("-add-fd", "set=" + set + ",fd=" + number + ",opaque=" + label + i);
            }
        }
        return "/dev/fdset/" + set;
    }

    List<String> argv() {
        return argv;
    }

    void add(String... arguments) {
        argv.addAll(List.of(arguments));
    }

    void device(Json.ObjectValue device) {
        add("-device", device.toString());
    }

    void object(Json.ObjectValue object) {
        add("-object", object.toString());
    }

    void blockNode(Json.ObjectValue node) {
        add("-blockdev", node.toString());
    }

    /** A device's alias; reading it honours it. */
    static String alias(Part device) {
        return device.child("alias").map(alias -> alias.attribute("name", "")).orElse("");
    }

    /** A device with its place on a bus. */
    Json.ObjectValue addressed(Json.ObjectValue device, Part part) {
        var address = part.child("address");
        if (address.isEmpty()) {
            return device;
        }
        address.get().child("zpci").ifPresent(zpci -> addNumbers(zpci, alias(part)));
        return at(device, address.get());
    }

    /** On IBM Z a device of its own tells the numbers of one on PCI. */
    private void addNumbers(Part zpci, String target) {
        if (board != Board.S390 || plugging) {
            throw zpci.refused(
                    plugging ? "it cannot be plugged in while the guest runs" : "only IBM Z has these numbers");
        }
        long uid = zpci.number("uid").orElse(1L);
        device(Json.object()
                .with("driver", "zpci")
                .with("uid", uid)
                .with("fid", zpci.number("fid").orElse(0L))
                .with("target", target)
                .with("id", "zpci" + uid));
    }

    private Json.ObjectValue at(Json.ObjectValue device, Part address) {
        return switch (address.attribute("type", "")) {
            case "pci" -> pci(device, address);
            case "usb" ->
                device.with(
                                "bus",
                                controller("usb", (int)
                                                (long) address.number("bus").orElse(0L)) + ".0")
                        .with("port", address.attribute("port", "1"));
            case "ccid" -> {
                address.ignore("slot");
                yield device.with(
                        "bus",
                        controller("ccid", (int)
                                        (long) address.number("controller").orElse(0L)) + ".0");
            }
            case "virtio-serial" -> {
                address.ignore("bus");
                yield device.with(
                                "bus",
                                controller("virtio-serial", (int) (long)
                                                address.number("controller").orElse(0L)) + ".0")
                        .with("nr", address.number("port").orElse(0L));
            }
            case "isa" -> {
                var placed = device;
                if (address.attribute("iobase").isPresent()) {
                    placed = placed.with("iobase", address.number("iobase").orElse(0L));
                }
                yield address.attribute("irq").isPresent()
                        ? placed.with("irq", address.number("irq").orElse(0L))
                        : placed;
            }
            case "ccw" ->
                device.with(
                        "devno",
                        "%x.%x.%04x"
                                .formatted(
                                        address.number("cssid").orElse(0L),
                                        address.number("ssid").orElse(0L),
                                        address.number("devno").orElse(0L)));
            case "spapr-vio" -> device.with("reg", address.number("reg").orElseThrow(() -> address.unsupported("reg")));
            case "virtio-mmio" -> device;
            default -> throw address.unsupported("type");
        };
    }

    private Json.ObjectValue pci(Json.ObjectValue device, Part address) {
        var place = PciAddress.read(address.element());
        address.ignore("domain", "bus", "slot", "function");
        var bus = controller("pci", place.bus());
        // A further host bridge is a device; its bus is within.
        boolean within = place.bus() > 0 && controllerModel("pci", place.bus()).equals("pci-root");
        var placed = device.with("bus", within ? bus + ".0" : bus);
        var multifunction = address.flag("multifunction");
        if (multifunction.isPresent()) {
            placed = placed.with("multifunction", multifunction.get());
        }
        var number = "0x" + Integer.toHexString(place.slot());
        return placed.with("addr", place.function() == 0 ? number : number + ".0x" + place.function());
    }

    /** The alias of a controller. */
    String controller(String type, int index) {
        return live.devices("controller").stream()
                .filter(controller -> controller.has("type", type) && ControllerDefaults.index(controller) == index)
                .map(Aliases::of)
                .findFirst()
                .orElseThrow(() -> Refusal.unsupported(
                        "there is no <controller type='" + type + "' index='" + index + "'> though a device needs it"));
    }

    /** The model of a controller. */
    String controllerModel(String type, int index) {
        return live.devices("controller").stream()
                .filter(controller -> controller.has("type", type) && ControllerDefaults.index(controller) == index)
                .map(controller -> controller.attribute("model", ""))
                .findFirst()
                .orElse("");
    }

    /** Says which kinds of device the machine boots from, first to last, when devices do not say it themselves. */
    void bootFrom(List<String> kinds) {
        for (int i = 0; i < kinds.size(); i++) {
            bootPlaces.putIfAbsent(kinds.get(i), i + 1);
        }
    }

    /**
     * A device with its turn at booting, if it has one.
     *
     * @param kind the word of {@code <boot dev=…>} that means the first device of this kind
     */
    Json.ObjectValue bootable(Json.ObjectValue device, Part part, String kind) {
        var own = part.child("boot");
        if (own.isPresent()) {
            return device.with("bootindex", own.get().number("order").orElse(1L));
        }
        var place = bootPlaces.remove(kind);
        return place == null ? device : device.with("bootindex", place);
    }

    /** What virtio devices have in common: how they see memory. */
    static Json.ObjectValue virtio(Json.ObjectValue device, Optional<Part> driver) {
        var changed = device;
        for (var option : List.of("iommu", "ats", "packed", "page_per_vq")) {
            var value = driver.flatMap(part -> part.flag(option));
            if (value.isPresent()) {
                changed = changed.with(option.equals("iommu") ? "iommu_platform" : option, value.get());
            }
        }
        return changed;
    }

    /** The device of a virtio kind for a model: {@code virtio}, {@code virtio-transitional}, or the other. */
    String virtioDevice(String prefix, Part device) {
        return virtioDevice(prefix, device, device, "model");
    }

    /** As the shorter form, where the model is an attribute of one of the device's children. */
    String virtioDevice(String prefix, Part device, Part named, String attribute) {
        var bus = virtioBus(device);
        var model = named.attribute(attribute, "virtio");
        return switch (model) {
            case "virtio", "virtio-scsi" -> prefix + "-" + bus;
            case "virtio-transitional", "virtio-non-transitional" -> {
                if (!bus.equals("pci")) {
                    throw named.unsupported(attribute);
                }
                yield prefix + "-pci" + model.substring("virtio".length());
            }
            default -> throw named.unsupported(attribute);
        };
    }

    /** How a virtio device is attached: as its address says, or else as all are on this board. */
    private String virtioBus(Part device) {
        var address = device.element().child("address").map(place -> place.attribute("type", ""));
        var bus = address.flatMap(type -> switch (type) {
                    case "ccw", "pci" -> Optional.of(type);
                    case "virtio-mmio" -> Optional.of("device");
                    default -> Optional.<String>empty();
                })
                .orElse(board.virtioBus());
        if (bus.isEmpty()) {
            throw device.refused(
                    "machine type '" + Refusal.shown(live.machine()) + "' has no bus that virtio devices can sit on");
        }
        return bus;
    }

    /** A value inside an argument of comma-separated parts. */
    static String escaped(String value) {
        return value.replace(",", ",,");
    }

    /** A switch's words for QEMU. */
    static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    /** Refuses a device this emulator does not have. */
    void need(String type, Part part) {
        if (!capabilities.has(type)) {
            throw part.refused(capabilities.binary() + " has no '" + type + "'");
        }
    }
}
