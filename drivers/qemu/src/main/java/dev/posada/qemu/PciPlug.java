package dev.posada.qemu;

/** What a PCI device needs of the slot it sits in. */
enum PciPlug {
    /** A slot of conventional PCI. */
    PCI,
    /** A slot of PCI Express that can be reached by hot plug. */
    PCIE,
    /** A place inside the root complex. */
    INTEGRATED,
    /** Where a PCI-to-PCI bridge may sit. */
    PCI_BRIDGE,
    PCI_EXPANDER,
    PCIE_EXPANDER,
    ROOT_PORT,
    DMI_BRIDGE,
    PCIE_TO_PCI_BRIDGE,
    UPSTREAM_PORT,
    DOWNSTREAM_PORT;

    /** What a controller of this model needs. */
    static PciPlug ofController(String model) {
        return switch (model) {
            case "pci-bridge" -> PCI_BRIDGE;
            case "pci-expander-bus" -> PCI_EXPANDER;
            case "pcie-expander-bus" -> PCIE_EXPANDER;
            case "pcie-root-port" -> ROOT_PORT;
            case "dmi-to-pci-bridge" -> DMI_BRIDGE;
            case "pcie-to-pci-bridge" -> PCIE_TO_PCI_BRIDGE;
            case "pcie-switch-upstream-port" -> UPSTREAM_PORT;
            case "pcie-switch-downstream-port" -> DOWNSTREAM_PORT;
            default -> throw Refusal.unsupported("PCI controller model '" + Refusal.shown(model) + "' is not known");
        };
    }
}
