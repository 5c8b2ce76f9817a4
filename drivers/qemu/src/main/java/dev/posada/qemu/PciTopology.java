package dev.posada.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** The PCI buses of a domain and who sits where. Used by one thread. */
final class PciTopology {
    private static final int BUSES_MAX = 256;

    private final Board board;
    private final List<PciBus> buses = new ArrayList<>();
    private final boolean growing;

    /**
     * @param models the model of each controller that is there, by index; gaps are filled with the board's usual bridge
     * @param growing whether new buses may be added when there is no room
     */
    PciTopology(Board board, SortedMap<Integer, String> models, boolean growing) {
        this.board = board;
        this.growing = growing;
        for (int index = 0; index <= models.lastKey(); index++) {
            buses.add(PciBus.of(models.getOrDefault(index, usualBridge())));
        }
    }

    /** The buses, by index. */
    List<PciBus> buses() {
        return buses;
    }

    boolean isTaken(int slot) {
        return buses.getFirst().isSlotTaken(slot);
    }

    /** Takes the place a definition names for a device. */
    void reserve(PciAddress address, PciPlug plug, boolean share) {
        while (growing && address.bus() >= buses.size()) {
            grow(plug == PciPlug.PCIE ? PciPlug.PCIE : boardPlug());
        }
        if (address.bus() >= buses.size()) {
            throw Refusal.unsupported("PCI address " + address + " is on a bus that does not exist");
        }
        var bus = buses.get(address.bus());
        if (!bus.allows(plug)) {
            throw Refusal.unsupported(
                    "The device at PCI address " + address + " cannot be plugged into the PCI controller"
                            + " with index='" + address.bus() + "', a '" + bus.model() + "'");
        }
        if (!bus.hasSlot(address.slot())) {
            throw Refusal.unsupported("Invalid PCI address " + address + ": the slot does not exist on a '"
                    + bus.model() + "'; its first is " + bus.firstSlot());
        }
        take(address, share);
    }

    /** Takes a place without asking whether the device fits: the board itself sits there. */
    void take(PciAddress address, boolean share) {
        var bus = buses.get(address.bus());
        if (bus.isTaken(address.slot(), address.function())) {
            throw Refusal.doubleUse(address);
        }
        bus.take(address.slot(), address.function(), share);
    }

    /** Finds a place for a device that named none, and takes it. */
    PciAddress place(PciPlug plug) {
        return place(plug, 0);
    }

    /** As {@link #place(PciPlug)}, for a device that must be one of several functions. */
    PciAddress place(PciPlug plug, int function) {
        boolean share = plug == PciPlug.ROOT_PORT;
        for (int index = 0; index < buses.size(); index++) {
            var bus = buses.get(index);
            if (!bus.accepts(plug)) {
                continue;
            }
            int slot = bus.freeSlot(share);
            if (slot >= 0) {
                var address = new PciAddress(index, slot, share ? bus.freeFunction(slot) : function);
                bus.take(slot, address.function(), share || function > 0);
                return address;
            }
        }
        if (!growing) {
            throw Refusal.unsupported("No more available PCI slots");
        }
        grow(plug);
        var bus = buses.getLast();
        var address = new PciAddress(buses.size() - 1, bus.firstSlot(), function);
        bus.take(address.slot(), function, false);
        return address;
    }

    private void grow(PciPlug plug) {
        if (buses.size() >= BUSES_MAX) {
            throw Refusal.unsupported("a domain has at most " + BUSES_MAX + " PCI buses");
        }
        var model = switch (plug) {
            case PCI ->
                buses.stream().anyMatch(bus -> bus.accepts(PciPlug.PCI_BRIDGE)) ? "pci-bridge" : "pcie-to-pci-bridge";
            case PCIE, UPSTREAM_PORT, PCIE_TO_PCI_BRIDGE -> "pcie-root-port";
            case PCI_BRIDGE -> board.isExpress() ? "pcie-to-pci-bridge" : "pci-bridge";
            case INTEGRATED, PCI_EXPANDER, PCIE_EXPANDER, ROOT_PORT, DMI_BRIDGE, DOWNSTREAM_PORT ->
                throw Refusal.unsupported(
                        "a PCI slot is needed to connect a PCI controller, but none is available, and it"
                                + " cannot be automatically added");
        };
        if (model.equals("pcie-to-pci-bridge") && board.isExpress()) {
            // It sits on a root port; libvirt adds one for it even when another is free.
            buses.add(PciBus.of("pcie-root-port"));
        }
        if (!board.isExpress() && !model.equals("pci-bridge")) {
            throw Refusal.unsupported("a '" + model + "' needs PCI Express, which this machine does not have");
        }
        // A partition has room for another host bridge, which needs no slot.
        buses.add(PciBus.of(board == Board.PSERIES ? "pci-root" : model));
    }

    private PciPlug boardPlug() {
        return board.isExpress() ? PciPlug.PCIE : PciPlug.PCI;
    }

    private String usualBridge() {
        return board.isExpress() ? "pcie-root-port" : "pci-bridge";
    }
}
