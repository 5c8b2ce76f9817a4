package dev.posada.qemu;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Completes {@code <controller>}: those every board has, those that devices need, their numbers and models. */
final class ControllerDefaults {
    /** What another PCI root of a POWER partition is. */
    static final String SPAPR_BRIDGE = "spapr-pci-host-bridge";

    private static final int MAX_INDEX = 255;

    /** What QEMU calls each kind of PCI controller, as {@code <model name=…/>} says it. */
    private static final Map<String, String> PCI_MODEL_NAMES = Map.of(
            "pci-bridge", "pci-bridge",
            "pci-expander-bus", "pxb",
            "dmi-to-pci-bridge", "i82801b11-bridge",
            "pcie-to-pci-bridge", "pcie-pci-bridge",
            "pcie-root-port", "pcie-root-port",
            "pcie-switch-upstream-port", "x3130-upstream",
            "pcie-switch-downstream-port", "xio3130-downstream",
            "pcie-expander-bus", "pxb-pcie");

    /** The kinds that follow from devices. */
    private static final List<String> IMPLIED = List.of("scsi", "fdc", "ide", "sata", "virtio-serial", "ccid");

    private ControllerDefaults() {}

    /**
     * Drops the controllers that nobody wrote and that have no place yet: whoever read the definition added them for its
     * devices. They come back when devices ask for them, behind the board's own, and then get their places in libvirt's
     * order.
     */
    static void forgetImplied(Draft draft) {
        draft.devices("controller")
                .removeIf(controller -> controller.line() == 0
                        && controller.children().isEmpty()
                        && IMPLIED.contains(controller.attribute("type", "")));
    }

    /** Numbers what is there, and adds what the board has whatever its devices are. */
    static void complete(Draft draft, Board board, QemuCapabilities capabilities) {
        var controllers = draft.devices("controller");
        number(controllers);
        pair(controllers);
        if (find(draft, "usb", 0).isEmpty()) {
            usbModel(board, capabilities)
                    .ifPresent(
                            model -> draft.add(Element.of("controller", "type", "usb", "index", "0", "model", model)));
        }
        if (board == Board.Q35 && find(draft, "sata", 0).isEmpty()) {
            draft.add(Element.of("controller", "type", "sata", "index", "0"));
        }
        if (board.pciRoot().isPresent()) {
            var model = board.pciRoot().get();
            var root = find(draft, "pci", 0);
            if (root.isEmpty()) {
                draft.add(Element.of("controller", "type", "pci", "index", "0", "model", model));
            } else if (!root.get().has("model", model)) {
                throw Refusal.xml(
                        root.get(),
                        "The PCI controller with index='0' must be model='" + model
                                + "' for this machine type, but model='"
                                + root.get().attribute("model", "")
                                + "' was found instead");
            }
        }
        controllers.replaceAll(controller -> complete(controller, board, draft.architecture()));
        if (!draft.has("memballoon") && hasBalloon(draft)) {
            draft.add(Element.of("memballoon", "model", "virtio"));
        }
    }

    /** libvirt gives a balloon to every guest but those of ARM. */
    private static boolean hasBalloon(Draft draft) {
        return !Set.of("aarch64", "armv7l", "armv6l").contains(draft.architecture());
    }

    /** Adds the controllers that disks, channels and smart cards need. */
    static void addForDevices(Draft draft, Board board) {
        for (var kind : IMPLIED.subList(0, IMPLIED.indexOf("virtio-serial"))) {
            int highest = draft.devices("disk").stream()
                    .filter(disk -> DiskDefaults.bus(disk).equals(kind))
                    .flatMap(disk -> DriveAddress.of(disk).stream())
                    .mapToInt(DriveAddress::controller)
                    .max()
                    .orElse(-1);
            if (kind.equals("scsi")) {
                highest = Math.max(highest, scsiHostDevices(draft));
            }
            addUpTo(draft, board, kind, highest);
        }
        addUpTo(draft, board, "virtio-serial", VirtioSerialPorts.controllersNeeded(draft));
        int cards = draft.devices("smartcard").stream()
                .mapToInt(card -> card.child("address")
                        .map(address -> Numbers.of(address, "controller", 0))
                        .orElse(0))
                .max()
                .orElse(-1);
        addUpTo(draft, board, "ccid", cards);
        check(draft, board);
    }

    /** Puts controllers of a kind together and in the order of their numbers, as libvirt does when it reads them. */
    static void order(Draft draft) {
        var ordered = new ArrayList<Element>();
        for (var controller : draft.devices("controller")) {
            ordered.add(place(ordered, controller), controller);
        }
        draft.devices("controller").clear();
        draft.devices("controller").addAll(ordered);
    }

    private static int place(List<Element> ordered, Element controller) {
        int place = -1;
        for (int i = ordered.size() - 1; i >= 0; i--) {
            var other = ordered.get(i);
            if (!other.has("type", controller.attribute("type", ""))) {
                continue;
            }
            boolean before = index(other) > index(controller)
                    || (index(other) == index(controller)
                            && other.child("master").isPresent()
                            && controller.child("master").isEmpty());
            if (before) {
                place = i;
            } else if (place < 0) {
                place = i + 1;
            }
        }
        return place < 0 ? ordered.size() : place;
    }

    static int index(Element controller) {
        return Numbers.of(controller, "index", -1);
    }

    static Optional<Element> find(Draft draft, String type, int index) {
        return draft.devices("controller").stream()
                .filter(controller -> controller.has("type", type) && index(controller) == index)
                .findFirst();
    }

    private static int scsiHostDevices(Draft draft) {
        return draft.devices("hostdev").stream()
                .filter(device -> device.has("type", "scsi"))
                .flatMap(device -> DriveAddress.of(device).stream())
                .mapToInt(DriveAddress::controller)
                .max()
                .orElse(-1);
    }

    private static void addUpTo(Draft draft, Board board, String type, int highest) {
        if (highest > MAX_INDEX) {
            throw Refusal.unsupported("controller index " + highest + " of type '" + type + "' is too high: use "
                    + MAX_INDEX + " at most");
        }
        for (int index = 0; index <= highest; index++) {
            if (find(draft, type, index).isEmpty()) {
                var added = Element.of("controller", "type", type, "index", Integer.toString(index));
                draft.add(complete(added, board, draft.architecture()));
            }
        }
    }

    private static void check(Draft draft, Board board) {
        for (var controller : draft.devices("controller")) {
            if (controller.has("type", "ide")) {
                if (board != Board.I440FX && board != Board.ISA && !hasBuiltInIde(draft)) {
                    throw Refusal.unsupported(
                            controller, "IDE controllers are unsupported for this QEMU binary or machine type");
                }
                if (index(controller) > 0) {
                    throw Refusal.unsupported(controller, "Only 1 IDE controller is supported");
                }
            }
            if (controller.has("type", "fdc") && index(controller) > 0) {
                throw Refusal.unsupported(controller, "Only 1 fdc controller is supported");
            }
        }
    }

    /** Whether IDE is on the board, and so at no place of its own. */
    private static boolean hasBuiltInIde(Draft draft) {
        return draft.machine().equals("g3beige");
    }

    /** Gives each controller without a number the first one free among its kind. */
    private static void number(List<Element> controllers) {
        Map<String, List<Integer>> taken = new HashMap<>();
        for (var controller : controllers) {
            int index = index(controller);
            if (index >= 0) {
                taken.computeIfAbsent(controller.attribute("type", ""), _ -> new ArrayList<>())
                        .add(index);
            }
        }
        for (int i = 0; i < controllers.size(); i++) {
            var controller = controllers.get(i);
            if (index(controller) >= 0) {
                continue;
            }
            var type = controller.attribute("type", "");
            var numbers = taken.computeIfAbsent(type, _ -> new ArrayList<>());
            int index = companionOf(controllers, controller).orElse(-1);
            if (index < 0) {
                index = 0;
                while (numbers.contains(index) || (index == 0 && isPciBehindRoot(controller))) {
                    index++;
                }
            }
            numbers.add(index);
            controllers.set(i, Draft.withAfter(controller, "type", "index", Integer.toString(index)));
        }
    }

    private static boolean isPciBehindRoot(Element controller) {
        var model = controller.attribute("model", "");
        return controller.has("type", "pci") && !model.endsWith("-root");
    }

    /** An ICH9 companion belongs to the ICH9 controller that stands before it without a number of its own. */
    private static Optional<Integer> companionOf(List<Element> controllers, Element controller) {
        if (!isIch9(controller) || controller.attribute("model", "").equals("ich9-ehci1")) {
            return Optional.empty();
        }
        return controllers.stream()
                .filter(other -> other.has("model", "ich9-ehci1") && index(other) >= 0)
                .filter(other -> controllers.stream()
                        .noneMatch(sibling -> index(sibling) == index(other)
                                && sibling.has("model", controller.attribute("model", ""))))
                .map(ControllerDefaults::index)
                .findFirst();
    }

    /** Tells the ICH9's companions which ports of their master are theirs. */
    private static void pair(List<Element> controllers) {
        controllers.replaceAll(controller -> {
            var startPort = switch (controller.attribute("model", "")) {
                case "ich9-uhci1" -> "0";
                case "ich9-uhci2" -> "2";
                case "ich9-uhci3" -> "4";
                default -> "";
            };
            return startPort.isEmpty() || controller.child("master").isPresent()
                    ? controller
                    : Draft.with(controller, Element.of("master", "startport", startPort));
        });
    }

    static boolean isIch9(Element controller) {
        return controller.has("type", "usb")
                && controller.attribute("model", "").startsWith("ich9-");
    }

    private static Optional<String> usbModel(Board board, QemuCapabilities capabilities) {
        return switch (board) {
            case I440FX -> Optional.of("piix3-uhci");
            case Q35 ->
                capabilities.has("qemu-xhci")
                        ? Optional.of("qemu-xhci")
                        : Optional.of("nec-xhci").filter(_ -> capabilities.has("nec-usb-xhci"));
            case PSERIES, POWER ->
                Stream.of("qemu-xhci", "nec-usb-xhci", "pci-ohci")
                        .filter(capabilities::has)
                        .findFirst()
                        .map(device -> device.equals("nec-usb-xhci") ? "nec-xhci" : device);
            case ISA, ARM_VIRT, RISCV_VIRT, S390, MEMORY_MAPPED, BARE -> Optional.empty();
        };
    }

    private static Element complete(Element controller, Board board, String architecture) {
        return switch (controller.attribute("type", "")) {
            case "usb" ->
                controller.attribute("model").isPresent()
                        ? controller
                        : Draft.withAfter(controller, "index", "model", usualUsb(board, architecture));
            case "scsi" ->
                controller.attribute("model").isPresent() && !controller.has("model", "auto")
                        ? controller
                        : Draft.withAfter(controller, "index", "model", usualScsi(board));
            case "pci" -> completePci(controller, board);
            default -> controller;
        };
    }

    private static String usualUsb(Board board, String architecture) {
        return switch (board) {
            case PSERIES, POWER -> "qemu-xhci";
            case S390 -> "none";
            case ARM_VIRT, MEMORY_MAPPED, BARE -> architecture.equals("aarch64") ? "qemu-xhci" : "piix3-uhci";
            case I440FX, Q35, ISA, RISCV_VIRT -> "piix3-uhci";
        };
    }

    private static String usualScsi(Board board) {
        return switch (board) {
            case PSERIES -> "ibmvscsi";
            case S390 -> "virtio-scsi";
            case I440FX, Q35, ISA, ARM_VIRT, RISCV_VIRT, POWER, MEMORY_MAPPED, BARE -> "lsilogic";
        };
    }

    /** A SCSI controller for a machine that runs: of the model of those it has. */
    static Element scsi(DomainDefinition live, int index) {
        var controller = Element.of("controller", "type", "scsi", "index", Integer.toString(index));
        return live.devices("controller").stream()
                .filter(other -> other.has("type", "scsi"))
                .flatMap(other -> other.attribute("model").stream())
                .findFirst()
                .map(model -> controller.with("model", model))
                .orElseGet(() -> controller.with("model", "lsilogic"));
    }

    /** A PCI controller of this model, as libvirt adds it. */
    static Element pci(int index, String model) {
        if (model.equals("pci-root")) {
            return hostBridge(
                    Element.of("controller", "type", "pci", "index", Integer.toString(index), "model", model));
        }
        return Element.of("controller", "type", "pci", "index", Integer.toString(index), "model", model)
                .plus(Element.of("model", "name", PCI_MODEL_NAMES.getOrDefault(model, model)));
    }

    /** A controller with its target in place: after the model's name. */
    static Element withTarget(Element controller, Element target) {
        if (controller.child("target").isPresent()) {
            return controller.withChild(target);
        }
        var children = new ArrayList<Content>(controller.content());
        int at = 0;
        while (at < children.size()
                && children.get(at) instanceof Element child
                && List.of("driver", "model").contains(child.name())) {
            at++;
        }
        children.add(at, target);
        return controller.withContent(children);
    }

    /** A PCI root of a POWER partition: each has a number among its kind. */
    private static Element hostBridge(Element controller) {
        var named = controller.child("model").isPresent()
                ? controller
                : Draft.withFirst(controller, Element.of("model", "name", SPAPR_BRIDGE));
        return named.child("target").isPresent()
                ? named
                : withTarget(named, Element.of("target", "index", Integer.toString(index(controller))));
    }

    private static Element completePci(Element controller, Board board) {
        var model = controller.attribute("model", "");
        if (model.isEmpty()) {
            throw Refusal.xml(
                    controller,
                    "Missing required attribute 'model' in element 'controller': name one, as '"
                            + (board.isExpress() ? "pcie-root-port" : "pci-bridge") + "'");
        }
        var name = PCI_MODEL_NAMES.get(model);
        if (name == null) {
            if (model.endsWith("-root")) {
                return board == Board.PSERIES ? hostBridge(controller) : controller;
            }
            throw Refusal.unsupported(controller, "Unknown model type '" + Refusal.shown(model) + "'");
        }
        return controller.child("model").isPresent()
                ? controller
                : Draft.withFirst(controller, Element.of("model", "name", name));
    }
}
