package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/**
 * Names the devices of a running domain, as libvirt names them: QEMU knows each device by its alias, and so do events and
 * calls. A name of the user's own ({@code ua-…}) is kept.
 */
final class Aliases {
    private final Board board;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<Integer, String> scsiModels = new HashMap<>();

    private Aliases(Board board) {
        this.board = board;
    }

    /**
     * The definition with an alias for every device that has one.
     *
     * @throws dev.posada.model.PosadaException {@code XML_ERROR} when two devices have the same
     */
    static DomainDefinition assign(DomainDefinition definition) {
        var aliases = inMachine(definition);
        var named = new DomainDefinition(definition
                .root()
                .mapChildren(child -> child.name().equals("devices") ? child.mapChildren(aliases::named) : child));
        checkUnique(named);
        return named;
    }

    /** The name of a disk that is plugged into a running machine. */
    static String ofDisk(DomainDefinition live, Element disk) {
        return inMachine(live).disk(disk);
    }

    private static Aliases inMachine(DomainDefinition definition) {
        var aliases = new Aliases(Board.of(definition).orElse(Board.I440FX));
        for (var controller : definition.devices("controller")) {
            if (controller.has("type", "scsi")) {
                aliases.scsiModels.put(ControllerDefaults.index(controller), controller.attribute("model", ""));
            }
        }
        return aliases;
    }

    /** A device's alias; empty when it has none. */
    static String of(Element device) {
        return device.child("alias").map(alias -> alias.attribute("name", "")).orElse("");
    }

    private static void checkUnique(DomainDefinition definition) {
        var seen = new HashSet<String>();
        for (var device : definition.devices()) {
            var alias = of(device);
            boolean sharesByNature = device.name().equals("console") || ControllerDefaults.isIch9(device);
            if (!alias.isEmpty() && !sharesByNature && !seen.add(alias)) {
                throw Refusal.xml(device, "non unique alias detected: " + Refusal.shown(alias));
            }
        }
    }

    private Element named(Element device) {
        var alias = alias(device);
        if (alias.isEmpty() || of(device).startsWith("ua-")) {
            return device;
        }
        return Draft.with(device, Element.of("alias", "name", alias));
    }

    private String alias(Element device) {
        return switch (device.name()) {
            case "disk" -> disk(device);
            case "controller" -> controller(device);
            case "filesystem" -> numbered("fs");
            case "interface" -> numbered("net");
            case "smartcard",
                    "serial",
                    "parallel",
                    "channel",
                    "input",
                    "tpm",
                    "sound",
                    "video",
                    "hostdev",
                    "hub",
                    "watchdog",
                    "rng",
                    "shmem",
                    "vsock" -> numbered(device.name());
            case "console" -> console(device);
            case "redirdev" -> numbered("redir");
            case "memballoon" -> device.has("model", "none") ? "" : numbered("balloon");
            case "memory" -> memory(device);
            case "iommu" -> numbered("iommu");
            default -> "";
        };
    }

    private String numbered(String prefix) {
        return prefix + (counts.merge(prefix, 1, Integer::sum) - 1);
    }

    private String disk(Element disk) {
        var bus = DiskDefaults.bus(disk);
        var address = DriveAddress.of(disk);
        if (address.isEmpty()) {
            return bus + "-disk" + Math.max(DiskDefaults.index(disk), 0);
        }
        var place = address.get();
        return hasTargets(bus, place)
                ? bus + place.controller() + "-" + place.bus() + "-" + place.target() + "-" + place.unit()
                : bus + place.controller() + "-" + place.bus() + "-" + place.unit();
    }

    /** Whether a bus numbers targets and their units, not just units. */
    private boolean hasTargets(String bus, DriveAddress address) {
        return bus.equals("scsi")
                && !scsiModels.getOrDefault(address.controller(), "lsilogic").equals("lsilogic");
    }

    private String controller(Element controller) {
        int index = ControllerDefaults.index(controller);
        return switch (controller.attribute("type", "")) {
            case "pci" -> (controller.has("model", "pcie-root") ? "pcie." : "pci.") + index;
            case "usb" -> "usb" + (index == 0 ? "" : index);
            case "sata" -> index == 0 && board == Board.Q35 ? board.builtInDriveBus() : "sata" + index;
            case "ide" -> index == 0 ? board.builtInDriveBus() : "ide" + index;
            default -> controller.attribute("type", "") + index;
        };
    }

    /** The console that shows a serial port is that port by another name. */
    private String console(Element console) {
        boolean isSerial = console.child("target")
                .map(target -> target.has("type", "serial"))
                .orElse(true);
        var own = numbered("console");
        return isSerial ? "serial0" : own;
    }

    private String memory(Element module) {
        return switch (module.attribute("model", "")) {
            case "virtio-mem" -> numbered("virtiomem");
            case "virtio-pmem" -> numbered("virtiopmem");
            default ->
                module.attribute("model", "dimm")
                        + module.child("address")
                                .map(address -> address.attribute("slot", "0"))
                                .orElse("0");
        };
    }
}
