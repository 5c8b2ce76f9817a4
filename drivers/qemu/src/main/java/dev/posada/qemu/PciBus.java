package dev.posada.qemu;

import java.util.EnumSet;
import java.util.Set;

/** One PCI bus: what may sit on it, and who sits there. Used by one thread. */
final class PciBus {
    private final String model;
    private final Set<PciPlug> accepts;
    private final Set<PciPlug> onlyWhenAsked;
    private final int firstSlot;
    private final int lastSlot;
    private final int[] functions = new int[PciAddress.SLOTS];
    private final boolean[] shared = new boolean[PciAddress.SLOTS];

    private PciBus(String model, Set<PciPlug> accepts, Set<PciPlug> onlyWhenAsked, int firstSlot, int lastSlot) {
        this.model = model;
        this.accepts = accepts;
        this.onlyWhenAsked = onlyWhenAsked;
        this.firstSlot = firstSlot;
        this.lastSlot = lastSlot;
    }

    /** The bus a controller of this model makes. */
    static PciBus of(String model) {
        var both = EnumSet.of(PciPlug.PCI, PciPlug.PCIE, PciPlug.INTEGRATED);
        var none = EnumSet.noneOf(PciPlug.class);
        return switch (model) {
            case "pci-root" ->
                new PciBus(model, EnumSet.of(PciPlug.PCI, PciPlug.PCI_BRIDGE, PciPlug.PCI_EXPANDER), both, 1, 31);
            case "pcie-root" ->
                new PciBus(
                        model,
                        EnumSet.of(PciPlug.INTEGRATED, PciPlug.ROOT_PORT, PciPlug.DMI_BRIDGE, PciPlug.PCIE_EXPANDER),
                        both,
                        1,
                        31);
            case "pci-bridge", "pcie-to-pci-bridge" ->
                new PciBus(model, EnumSet.of(PciPlug.PCI, PciPlug.PCI_BRIDGE), both, 1, 31);
            case "pci-expander-bus" -> new PciBus(model, EnumSet.of(PciPlug.PCI, PciPlug.PCI_BRIDGE), both, 0, 31);
            case "dmi-to-pci-bridge" -> new PciBus(model, EnumSet.of(PciPlug.PCI_BRIDGE), both, 0, 31);
            case "pcie-root-port", "pcie-switch-downstream-port" ->
                new PciBus(
                        model, EnumSet.of(PciPlug.PCIE, PciPlug.UPSTREAM_PORT, PciPlug.PCIE_TO_PCI_BRIDGE), both, 0, 0);
            case "pcie-switch-upstream-port" -> new PciBus(model, EnumSet.of(PciPlug.DOWNSTREAM_PORT), none, 0, 31);
            case "pcie-expander-bus" ->
                new PciBus(model, EnumSet.of(PciPlug.ROOT_PORT, PciPlug.DMI_BRIDGE), none, 0, 31);
            default -> throw Refusal.unsupported("PCI controller model '" + Refusal.shown(model) + "' is not known");
        };
    }

    String model() {
        return model;
    }

    /** Whether a device may be given a place here when it named none. */
    boolean accepts(PciPlug plug) {
        return accepts.contains(plug);
    }

    /** Whether a device may sit here because its definition says so. */
    boolean allows(PciPlug plug) {
        return accepts.contains(plug) || onlyWhenAsked.contains(plug);
    }

    boolean hasSlot(int slot) {
        return slot >= firstSlot && slot <= lastSlot;
    }

    int firstSlot() {
        return firstSlot;
    }

    boolean isTaken(int slot, int function) {
        return (functions[slot] & 1 << function) != 0;
    }

    boolean isSlotTaken(int slot) {
        return functions[slot] != 0;
    }

    /** How many functions of a slot are taken. */
    int functionsTaken(int slot) {
        return Integer.bitCount(functions[slot]);
    }

    /** Takes a place; {@code share} says that other functions of the slot may be given out too. */
    void take(int slot, int function, boolean share) {
        functions[slot] |= 1 << function;
        shared[slot] |= share;
    }

    /** The first slot with room for a device, or -1: an empty one, or when it may share, one with a free function. */
    int freeSlot(boolean share) {
        for (int slot = firstSlot; slot <= lastSlot; slot++) {
            if (functions[slot] == 0 || (share && shared[slot] && functions[slot] != 0xff)) {
                return slot;
            }
        }
        return -1;
    }

    /** The first function of a slot that is free. */
    int freeFunction(int slot) {
        return Integer.numberOfTrailingZeros(~functions[slot]);
    }

    /** Whether no slot is left. */
    boolean isFull() {
        for (int slot = firstSlot; slot <= lastSlot; slot++) {
            if (functions[slot] == 0) {
                return false;
            }
        }
        return true;
    }
}
