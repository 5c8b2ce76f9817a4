package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import java.util.Optional;

/** The families of boards this driver knows how to furnish. */
enum Board {
    /** {@code pc}, {@code pc-i440fx-*}: conventional PCI, PIIX3 with IDE and USB. */
    I440FX,
    /** {@code q35}, {@code pc-q35-*}: PCI Express, ICH9 with SATA. */
    Q35,
    /** {@code isapc}: no PCI at all. */
    ISA,
    /** {@code virt} of ARM, 32 and 64 bits: PCI Express, a PL011 serial port. */
    ARM_VIRT,
    /** {@code virt} of RISC-V: PCI Express, a 16550 serial port. */
    RISCV_VIRT,
    /** {@code pseries}: what a partition of a POWER server sees. Conventional PCI and the bus of its hypervisor. */
    PSERIES,
    /** The other boards with POWER processors: conventional PCI. */
    POWER,
    /** {@code s390-ccw-virtio}: no PCI for the usual devices, but channels. */
    S390,
    /** {@code vexpress-*}: virtio devices at fixed places in memory, no PCI. */
    MEMORY_MAPPED,
    /** A board that is what it is: serial ports and little else can be chosen. */
    BARE;

    /** The family of a machine type, canonical or alias; nothing for a board this driver does not know. */
    static Optional<Board> of(String architecture, String machine) {
        return switch (architecture) {
            case "x86_64", "i686", "" -> pc(machine);
            case "aarch64", "armv7l", "armv6l" -> Optional.of(arm(machine));
            case "riscv64", "riscv32" -> Optional.of(machine.equals("virt") ? RISCV_VIRT : BARE);
            case "ppc64", "ppc64le" -> Optional.of(isKind(machine, "pseries") ? PSERIES : POWER);
            case "s390x" -> isKind(machine, "s390-ccw-virtio") ? Optional.of(S390) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** The family of a domain's board. */
    static Optional<Board> of(DomainDefinition domain) {
        return of(domain.architecture(), domain.machine());
    }

    private static Optional<Board> pc(String machine) {
        if (machine.equals("q35") || machine.startsWith("pc-q35-")) {
            return Optional.of(Q35);
        }
        if (machine.equals("isapc")) {
            return Optional.of(ISA);
        }
        if (machine.equals("pc") || machine.startsWith("pc-i440fx-") || machine.matches("pc-\\d.*")) {
            return Optional.of(I440FX);
        }
        return Optional.empty();
    }

    private static Board arm(String machine) {
        if (isKind(machine, "virt")) {
            return ARM_VIRT;
        }
        return machine.startsWith("vexpress-") ? MEMORY_MAPPED : BARE;
    }

    private static boolean isKind(String machine, String kind) {
        return machine.equals(kind) || machine.startsWith(kind + "-");
    }

    /** Whether it is a PC, with what all PCs have: PS/2, ISA, ACPI and its firmware. */
    boolean isPc() {
        return switch (this) {
            case I440FX, Q35, ISA -> true;
            case ARM_VIRT, RISCV_VIRT, PSERIES, POWER, S390, MEMORY_MAPPED, BARE -> false;
        };
    }

    /** Whether devices sit on a PCI bus, of either kind. */
    boolean hasPci() {
        return switch (this) {
            case I440FX, Q35, ARM_VIRT, RISCV_VIRT, PSERIES, POWER -> true;
            case ISA, S390, MEMORY_MAPPED, BARE -> false;
        };
    }

    /** Whether its PCI bus is PCI Express. */
    boolean isExpress() {
        return switch (this) {
            case Q35, ARM_VIRT, RISCV_VIRT -> true;
            case I440FX, ISA, PSERIES, POWER, S390, MEMORY_MAPPED, BARE -> false;
        };
    }

    /** The model of the PCI controller that is part of the board; one may be there that the usual devices do not use. */
    Optional<String> pciRoot() {
        if (this == S390) {
            return Optional.of("pci-root");
        }
        return hasPci() ? Optional.of(isExpress() ? "pcie-root" : "pci-root") : Optional.empty();
    }

    /** What the names of virtio devices end in here: how they are attached. Empty when they cannot be. */
    String virtioBus() {
        return switch (this) {
            case I440FX, Q35, ARM_VIRT, RISCV_VIRT, PSERIES, POWER -> "pci";
            case S390 -> "ccw";
            case MEMORY_MAPPED -> "device";
            case ISA, BARE -> "";
        };
    }

    /** The kind of its own serial ports, in the domain format's words; empty where none has a name. */
    String serialType() {
        return switch (this) {
            case I440FX, Q35, ISA -> "isa-serial";
            case ARM_VIRT, RISCV_VIRT -> "system-serial";
            case PSERIES -> "spapr-vio-serial";
            case S390 -> "sclp-serial";
            case POWER, MEMORY_MAPPED, BARE -> "";
        };
    }

    /** The name of the bus that SATA or IDE controller 0, built into the board, gives its devices. */
    String builtInDriveBus() {
        return "ide";
    }
}
