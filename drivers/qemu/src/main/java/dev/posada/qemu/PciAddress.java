package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.Optional;

/**
 * A place on a PCI bus.
 *
 * @param bus the bus: index of the controller that makes it, 0 to 255
 * @param slot 0 to 31
 * @param function 0 to 7
 */
record PciAddress(int bus, int slot, int function) {
    static final int SLOTS = 32;
    static final int FUNCTIONS = 8;
    private static final int BUSES = 256;

    /** The PCI address a device has. */
    static Optional<PciAddress> of(Element device) {
        return device.child("address")
                .filter(address -> address.has("type", "pci") && !isOpen(address))
                .map(PciAddress::read);
    }

    /** Reads an {@code <address>} of type pci. */
    static PciAddress read(Element address) {
        int domain = Numbers.of(address, "domain", 0);
        if (domain != 0) {
            throw Refusal.xml(address, "Only PCI device addresses with domain=0 are supported");
        }
        return new PciAddress(
                bounded(address, "bus", BUSES),
                bounded(address, "slot", SLOTS),
                bounded(address, "function", FUNCTIONS));
    }

    /** Whether an address only says that it is to be a PCI address. */
    private static boolean isOpen(Element address) {
        return address.attributes().keySet().stream()
                .allMatch(name -> name.equals("type") || name.equals("multifunction"));
    }

    private static int bounded(Element address, String attribute, int bound) {
        int value = Numbers.of(address, attribute, 0);
        if (value < 0 || value >= bound) {
            throw Refusal.xml(
                    address,
                    String.format("Invalid PCI address %s='0x%x', must be <= 0x%X", attribute, value, bound - 1));
        }
        return value;
    }

    /** The element that gives a device this place. */
    Element element() {
        return Element.of(
                "address",
                "type",
                "pci",
                "domain",
                "0x0000",
                "bus",
                hex(bus),
                "slot",
                hex(slot),
                "function",
                "0x" + Integer.toHexString(function));
    }

    private static String hex(int number) {
        return (number < 16 ? "0x0" : "0x") + Integer.toHexString(number);
    }

    @Override
    public String toString() {
        return String.format("0000:%02x:%02x.%x", bus, slot, function);
    }
}
