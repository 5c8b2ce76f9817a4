package dev.posada.qemu;

import java.util.Optional;

/** The families of boards this driver knows how to furnish. */
enum Board {
    /** {@code pc}, {@code pc-i440fx-*}: conventional PCI, PIIX3 with IDE and USB. */
    I440FX,
    /** {@code q35}, {@code pc-q35-*}: PCI Express, ICH9 with SATA. */
    Q35,
    /** {@code isapc}: no PCI at all. */
    ISA;

    /** The family of a machine type, canonical or alias; nothing for a board this driver does not know. */
    static Optional<Board> of(String machine) {
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

    /** Whether devices sit on a PCI bus, of either kind. */
    boolean hasPci() {
        return this != ISA;
    }

    /** The name of the bus that SATA or IDE controller 0, built into the board, gives its devices. */
    String builtInDriveBus() {
        return "ide";
    }
}
