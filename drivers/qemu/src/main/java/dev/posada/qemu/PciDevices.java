package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which devices of a definition sit on a PCI bus, and what each needs there. */
final class PciDevices {
    /** The order in which places are given out: libvirt's. */
    private static final List<String> ORDER = List.of(
            "pci-controller",
            "filesystem",
            "interface",
            "sound",
            "controller",
            "disk",
            "hostdev",
            "memballoon",
            "rng",
            "watchdog",
            "video",
            "shmem",
            "input",
            "serial",
            "vsock",
            "memory",
            "iommu");

    private final Board board;

    PciDevices(Board board) {
        this.board = board;
    }

    /**
     * One of the devices.
     *
     * @param kind its element's name
     * @param index which of its kind, from 0
     * @param plug what it needs
     * @param element the device itself, as it was before places were given out
     */
    record PciDevice(String kind, int index, PciPlug plug, Element element) {
        /** Whether it makes a bus itself. */
        boolean isPciController() {
            return kind.equals("controller") && element.has("type", "pci");
        }
    }

    /** The devices in the order in which places are given out. */
    List<PciDevice> of(Draft draft) {
        var found = new ArrayList<PciDevice>();
        for (var step : ORDER) {
            var kind = step.equals("pci-controller") ? "controller" : step;
            var devices = draft.devices(kind);
            for (int i = 0; i < devices.size(); i++) {
                var device = devices.get(i);
                boolean isPciController = kind.equals("controller") && device.has("type", "pci");
                if (kind.equals("controller") && isPciController != step.equals("pci-controller")) {
                    continue;
                }
                int index = i;
                plug(device).ifPresent(plug -> found.add(new PciDevice(kind, index, plug, device)));
            }
        }
        return found;
    }

    /** What one device needs, if it sits on a PCI bus. */
    Optional<PciPlug> plugOf(Element device) {
        return plug(device);
    }

    private Optional<PciPlug> plug(Element device) {
        boolean elsewhere = device.child("address")
                .map(address -> !address.attribute("type", "pci").equals("pci"))
                .orElse(false);
        if (elsewhere) {
            return Optional.empty();
        }
        return switch (device.name()) {
            case "controller" -> controller(device);
            case "filesystem", "memballoon", "rng", "vsock" -> virtio(device.attribute("model", ""));
            case "interface" -> nic(device);
            case "sound" ->
                only(Set.of("ich6", "ich7", "ich9", "ac97", "es1370").contains(model(device)), PciPlug.PCI);
            case "disk" -> DiskDefaults.bus(device).equals("virtio") ? virtio(model(device)) : Optional.empty();
            case "hostdev" -> hostDevice(device);
            case "watchdog" -> only(model(device).equals("i6300esb"), PciPlug.PCI);
            case "video" -> video(device);
            case "shmem" -> Optional.of(PciPlug.PCI);
            case "input" -> device.has("bus", "virtio") ? virtio(model(device)) : Optional.empty();
            case "serial" ->
                only(
                        device.child("target")
                                .map(target -> target.has("type", "pci-serial"))
                                .orElse(false),
                        PciPlug.PCI);
            case "memory" -> only(model(device).startsWith("virtio-"), express());
            case "iommu" -> only(model(device).equals("virtio"), board.isExpress() ? PciPlug.INTEGRATED : PciPlug.PCI);
            default -> Optional.empty();
        };
    }

    private Optional<PciPlug> controller(Element controller) {
        var model = model(controller);
        return switch (controller.attribute("type", "")) {
            case "pci" -> model.endsWith("-root") ? Optional.empty() : Optional.of(PciPlug.ofController(model));
            case "usb" ->
                switch (model) {
                    case "none" -> Optional.empty();
                    case "qemu-xhci", "nec-xhci" -> Optional.of(express());
                    default -> Optional.of(PciPlug.PCI);
                };
            case "scsi" -> {
                if (model.equals("ibmvscsi")) {
                    yield Optional.empty();
                }
                yield model.startsWith("virtio") ? virtio(model) : Optional.of(PciPlug.PCI);
            }
            case "virtio-serial" -> virtio(model);
            case "sata" -> Optional.of(PciPlug.PCI);
            // On other boards it is a part of them.
            case "ide" -> only(board == Board.I440FX, PciPlug.PCI);
            default -> Optional.empty();
        };
    }

    private Optional<PciPlug> nic(Element nic) {
        var model = nic.child("model").map(child -> child.attribute("type", "")).orElse("");
        if (nic.has("type", "hostdev")) {
            return Optional.of(PciPlug.PCI);
        }
        return switch (model) {
            case "usb-net", "ne2k_isa", "spapr-vlan", "lan9118", "smc91c111", "" -> Optional.empty();
            case "virtio", "virtio-transitional", "virtio-non-transitional" -> virtio(model);
            case "e1000e", "igb" -> Optional.of(express());
            default -> Optional.of(PciPlug.PCI);
        };
    }

    private Optional<PciPlug> hostDevice(Element device) {
        return switch (device.attribute("type", "")) {
            case "pci" -> Optional.of(express());
            case "mdev" -> only(device.has("model", "vfio-pci"), express());
            case "scsi_host" -> virtio(model(device));
            default -> Optional.empty();
        };
    }

    private Optional<PciPlug> video(Element video) {
        return switch (video.child("model")
                .map(model -> model.attribute("type", ""))
                .orElse("")) {
            case "none", "ramfb", "" -> Optional.empty();
            case "virtio", "bochs" -> Optional.of(express());
            default -> Optional.of(PciPlug.PCI);
        };
    }

    private Optional<PciPlug> virtio(String model) {
        if (model.equals("none")) {
            return Optional.empty();
        }
        return Optional.of(model.endsWith("virtio-transitional") ? PciPlug.PCI : express());
    }

    private PciPlug express() {
        return board.isExpress() ? PciPlug.PCIE : PciPlug.PCI;
    }

    private static String model(Element device) {
        return device.attribute("model", "");
    }

    private static Optional<PciPlug> only(boolean condition, PciPlug plug) {
        return condition ? Optional.of(plug) : Optional.empty();
    }
}
