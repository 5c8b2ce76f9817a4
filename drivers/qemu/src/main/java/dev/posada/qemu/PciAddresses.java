package dev.posada.qemu;

import dev.posada.model.Element;
import dev.posada.qemu.PciDevices.PciDevice;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gives PCI devices their places, as libvirt does, so that a guest sees the same board under either.
 *
 * <p>It is done twice. The first time without taking anything down, on buses that grow as need be, to learn how many
 * bridges or root ports there must be; these are added to the definition. The second time for good, with bridges first.
 * What a definition says already is kept in both.
 */
final class PciAddresses {
    private static final PciAddress PIIX3_IDE = new PciAddress(0, 1, 1);
    private static final PciAddress PIIX3_USB = new PciAddress(0, 1, 2);
    private static final PciAddress ICH9_SATA = new PciAddress(0, 0x1f, 2);
    private static final PciAddress ICH9_AUDIO = new PciAddress(0, 0x1b, 0);
    private static final PciAddress DMI_BRIDGE = new PciAddress(0, 0x1e, 0);
    private static final List<Integer> ICH9_USB_SLOTS = List.of(0x1d, 0x1a);
    private static final Map<String, Integer> ICH9_USB_FUNCTIONS =
            Map.of("ich9-ehci1", 7, "ich9-uhci1", 0, "ich9-uhci2", 1, "ich9-uhci3", 2);
    private static final int BUS_NUMBER_TOP = 254;
    private static final int BUS_NUMBER_STEP = 2;

    private final Draft draft;
    private final Board board;

    PciAddresses(Draft draft, Board board) {
        this.draft = draft;
        this.board = board;
    }

    /** Completes the addresses of all PCI devices and adds the controllers they need. */
    void assign() {
        boolean bare = models().lastKey() == 0;
        var rehearsal = new Round(true, bare);
        var models = rehearsal.run();
        for (int index = 1; index < models.size(); index++) {
            if (ControllerDefaults.find(draft, "pci", index).isEmpty()) {
                draft.add(ControllerDefaults.pci(index, models.get(index)));
            }
        }
        var round = new Round(false, bare);
        round.run();
        round.apply();
        completeControllers();
    }

    private SortedMap<Integer, String> models() {
        var models = new TreeMap<Integer, String>();
        for (var controller : draft.devices("controller")) {
            if (controller.has("type", "pci")) {
                models.put(ControllerDefaults.index(controller), controller.attribute("model", ""));
            }
        }
        return models;
    }

    /** One pass over the devices. */
    private final class Round {
        private final boolean rehearsing;
        private final boolean bare;
        private final PciTopology topology;
        private final List<PciDevice> devices = new PciDevices(board).of(draft);

        /** By device as such: to hash one is to hash its whole element. */
        private final IdentityHashMap<PciDevice, PciAddress> places = new IdentityHashMap<>();

        Round(boolean rehearsing, boolean bare) {
            this.rehearsing = rehearsing;
            this.bare = bare;
            this.topology = new PciTopology(board, models(), rehearsing);
        }

        /** Finds all places; answers the model of each bus. */
        List<String> run() {
            int before = topology.buses().size();
            keepGiven();
            switch (board) {
                case I440FX -> furnishI440fx();
                case Q35 -> furnishQ35();
                case ARM_VIRT, RISCV_VIRT, PSERIES, POWER, ISA, S390, MEMORY_MAPPED, BARE -> {}
            }
            if (rehearsing && board == Board.I440FX) {
                reserveBridge();
            }
            for (var device : devices) {
                if (!places.containsKey(device)) {
                    place(device);
                }
            }
            if (rehearsing && bare && board.isExpress() && topology.buses().size() > before) {
                // One slot that is free, so that something can be plugged in later.
                topology.place(PciPlug.PCIE);
            }
            for (int index = before; rehearsing && index < topology.buses().size(); index++) {
                var model = topology.buses().get(index).model();
                if (!model.endsWith("-root")) {
                    topology.place(PciPlug.ofController(model));
                }
            }
            return topology.buses().stream().map(PciBus::model).toList();
        }

        private void keepGiven() {
            for (var device : devices) {
                PciAddress.of(device.element()).ifPresent(address -> {
                    boolean share = device.plug() == PciPlug.ROOT_PORT;
                    topology.reserve(address, isBuiltIn(device) ? PciPlug.INTEGRATED : device.plug(), share);
                    places.put(device, address);
                });
            }
        }

        /** Whether a device belongs to the board, which puts it where no other may sit. */
        private boolean isBuiltIn(PciDevice device) {
            return device.element().has("index", "0") && device.plug() == PciPlug.PCI;
        }

        /** PIIX3: bridge, IDE and USB share slot 1; the firmware looks for the first display in slot 2. */
        private void furnishI440fx() {
            for (var device : devices) {
                if (is(device, "ide", 0)) {
                    fix(device, PIIX3_IDE, "Primary IDE controller must have PCI address 0:0:1.1");
                } else if (is(device, "usb", 0) && device.element().has("model", "piix3-uhci")) {
                    fix(device, PIIX3_USB, "PIIX3 USB controller at index 0 must have PCI address 0:0:1.2");
                }
            }
            topology.take(new PciAddress(0, 1, 0), false);
            placeFirstDisplay(2);
        }

        /** ICH9: SATA, bridge and SMBus share slot 31; sound, USB and the display have places they like best. */
        private void furnishQ35() {
            for (var device : devices) {
                if (is(device, "sata", 0)) {
                    fix(device, ICH9_SATA, "Primary SATA controller must have PCI address 0:0:1f.2");
                } else if (device.element().has("model", "ich9-uhci1")) {
                    ICH9_USB_SLOTS.stream()
                            .filter(slot -> !topology.isTaken(slot))
                            .findFirst()
                            .ifPresent(slot -> prefer(device, new PciAddress(0, slot, 0)));
                } else if (device.element().has("model", "dmi-to-pci-bridge") && !topology.isTaken(DMI_BRIDGE.slot())) {
                    prefer(device, DMI_BRIDGE);
                }
            }
            topology.take(new PciAddress(0, 0x1f, 0), false);
            topology.take(new PciAddress(0, 0x1f, 3), false);
            placeFirstDisplay(1);
            devices.stream()
                    .filter(device ->
                            device.kind().equals("sound") && device.element().has("model", "ich9"))
                    .findFirst()
                    .filter(_ -> !topology.isTaken(ICH9_AUDIO.slot()))
                    .ifPresent(device -> prefer(device, ICH9_AUDIO));
        }

        private void placeFirstDisplay(int slot) {
            devices.stream()
                    .filter(device -> device.kind().equals("video") && device.index() == 0)
                    .findFirst()
                    .filter(_ -> !topology.isTaken(slot))
                    .ifPresent(device -> prefer(device, new PciAddress(0, slot, 0)));
        }

        private boolean is(PciDevice device, String type, int index) {
            return device.kind().equals("controller")
                    && device.element().has("type", type)
                    && ControllerDefaults.index(device.element()) == index;
        }

        private void fix(PciDevice device, PciAddress address, String otherwise) {
            var given = places.get(device);
            if (given == null) {
                prefer(device, address);
            } else if (!given.equals(address)) {
                throw Refusal.unsupported(device.element(), otherwise);
            }
        }

        private void prefer(PciDevice device, PciAddress address) {
            if (!places.containsKey(device)) {
                topology.take(address, false);
                settle(device, address);
            }
        }

        /** Keeps a slot for a bridge, which may be needed to make room. */
        private void reserveBridge() {
            if (!topology.buses().stream().allMatch(PciBus::isFull)) {
                topology.place(PciPlug.PCI);
            }
        }

        private void place(PciDevice device) {
            if (ControllerDefaults.isIch9(device.element())) {
                placeIch9(device);
            } else {
                settle(device, topology.place(device.plug()));
            }
        }

        /** The controllers of one ICH9 USB set are functions of one slot. */
        private void placeIch9(PciDevice device) {
            int function = ICH9_USB_FUNCTIONS.getOrDefault(device.element().attribute("model", ""), 0);
            Optional<PciAddress> sibling = places.entrySet().stream()
                    .filter(entry -> ControllerDefaults.isIch9(entry.getKey().element())
                            && ControllerDefaults.index(entry.getKey().element())
                                    == ControllerDefaults.index(device.element()))
                    .map(Map.Entry::getValue)
                    .findFirst();
            if (sibling.isPresent()) {
                var address = new PciAddress(sibling.get().bus(), sibling.get().slot(), function);
                topology.take(address, false);
                settle(device, address);
            } else {
                settle(device, topology.place(device.plug(), function));
            }
        }

        private void settle(PciDevice device, PciAddress address) {
            places.put(device, address);
        }

        /** Writes the places into the definition. */
        void apply() {
            places.forEach((device, address) -> {
                var list = draft.devices(device.kind());
                var element = address.element();
                var old = device.element().child("address");
                var multifunction = old.flatMap(given -> given.attribute("multifunction"));
                if (multifunction.isPresent()) {
                    element = element.with("multifunction", multifunction.get());
                } else if (address.function() == 0 && isShared(address)) {
                    element = element.with("multifunction", "on");
                }
                var numbers = old.flatMap(given -> given.child("zpci"));
                if (numbers.isPresent()) {
                    element = element.plus(numbers.get());
                }
                list.set(device.index(), Draft.with(list.get(device.index()), element));
            });
        }

        /** Whether other devices of the definition are functions of the same slot, or an ICH9 set begins here. */
        private boolean isShared(PciAddress address) {
            return topology.buses().get(address.bus()).functionsTaken(address.slot()) > 1
                    || places.entrySet().stream()
                            .anyMatch(entry -> entry.getValue().equals(address)
                                    && entry.getKey().element().has("model", "ich9-uhci1"));
        }
    }

    /** Numbers that follow from a controller's place: chassis and port of root ports, bus numbers of expanders. */
    private void completeControllers() {
        var busNumbers = new HashSet<Integer>();
        var controllers = draft.devices("controller");
        for (var controller : controllers) {
            controller.child("target").ifPresent(target -> busNumbers.add(Numbers.of(target, "busNr", -1)));
        }
        controllers.replaceAll(
                controller -> controller.has("type", "pci") ? completed(controller, busNumbers) : controller);
    }

    private static Element completed(Element controller, Set<Integer> busNumbers) {
        var target = controller.child("target").orElseGet(() -> Element.of("target"));
        var index = ControllerDefaults.index(controller);
        var address = PciAddress.of(controller);
        if (address.isPresent() && address.get().bus() >= index) {
            throw Refusal.xml(
                    controller,
                    "The PCI controller with index='" + index + "' has bus='"
                            + address.get().bus() + "', but index must be larger than bus");
        }
        switch (controller.attribute("model", "")) {
            case "pci-bridge" -> target = withNumber(target, "chassisNr", Integer.toString(index));
            case "pcie-root-port", "pcie-switch-downstream-port" -> {
                var hotplug = target.attribute("hotplug");
                int port = address.map(place -> (place.slot() << 3) + place.function())
                        .orElse(0);
                target = withNumber(target.without("hotplug"), "chassis", Integer.toString(index));
                target = withNumber(target, "port", "0x" + Integer.toHexString(port));
                target = hotplug.isPresent() ? target.with("hotplug", hotplug.get()) : target;
            }
            case "pci-expander-bus", "pcie-expander-bus" -> {
                if (target.attribute("busNr").isEmpty()) {
                    int number = BUS_NUMBER_TOP;
                    while (!busNumbers.add(number)) {
                        number -= BUS_NUMBER_STEP;
                    }
                    target = target.with("busNr", Integer.toString(number));
                }
            }
            default -> {
                return controller;
            }
        }
        return ControllerDefaults.withTarget(controller, target);
    }

    private static Element withNumber(Element target, String attribute, String value) {
        return target.attribute(attribute).isPresent() ? target : target.with(attribute, value);
    }
}
