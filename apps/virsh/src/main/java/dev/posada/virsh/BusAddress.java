package dev.posada.virsh;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Addresses of devices in a guest, such as {@code pci:0000.00.0x0a.0}, as elements. */
final class BusAddress {
    private static final int HEX = 16;
    private static final int DECIMAL = 10;
    private static final int PCI_PARTS = 4;
    private static final int CCW_PARTS = 3;
    private static final int DRIVE_PARTS = 3;
    private static final int USB_PARTS = 2;
    private static final long MOST = 0xffff_ffffL;

    private final String kind;
    private final Element element;

    private BusAddress(String kind, Element element) {
        this.kind = kind;
        this.element = element;
    }

    /** The word before the colon. */
    String kind() {
        return kind;
    }

    /** The address as an element. */
    Element element() {
        return element;
    }

    /** Reads an address; nothing when it is none. */
    static Optional<BusAddress> of(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        var kind = text.substring(0, colon);
        var rest = text.substring(colon + 1);
        var element = switch (kind) {
            case "pci" -> pci(rest);
            case "ccw" -> numbers(rest, CCW_PARTS, HEX).map(BusAddress::ccw);
            case "usb" -> numbers(rest, USB_PARTS, DECIMAL).map(BusAddress::usb);
            case "scsi", "ide", "sata" -> numbers(rest, DRIVE_PARTS, DECIMAL).map(BusAddress::drive);
            default -> Optional.<Element>empty();
        };
        return element.map(address -> new BusAddress(kind, address));
    }

    /** The address of a PCI device, its four numbers parted by any character. */
    static Optional<Element> pci(String text) {
        return numbers(text, PCI_PARTS, HEX)
                .map(parts -> Element.of(
                        "address",
                        "type",
                        "pci",
                        "domain",
                        hex(parts.get(0), 4),
                        "bus",
                        hex(parts.get(1), 2),
                        "slot",
                        hex(parts.get(2), 2),
                        "function",
                        hex(parts.get(3), 1)));
    }

    private static Element ccw(List<Long> parts) {
        return Element.of(
                "address",
                "type",
                "ccw",
                "cssid",
                hex(parts.get(0), 2),
                "ssid",
                hex(parts.get(1), 1),
                "devno",
                hex(parts.get(2), 4));
    }

    private static Element usb(List<Long> parts) {
        return Element.of(
                "address",
                "type",
                "usb",
                "bus",
                parts.get(0).toString(),
                "port",
                parts.get(1).toString());
    }

    private static Element drive(List<Long> parts) {
        return Element.of(
                "address",
                "type",
                "drive",
                "controller",
                parts.get(0).toString(),
                "bus",
                parts.get(1).toString(),
                "unit",
                parts.get(2).toString());
    }

    private static String hex(long number, int digits) {
        var text = Long.toHexString(number).toLowerCase(Locale.ROOT);
        return "0x" + "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    /** So many numbers with one character between each two, and nothing after the last. */
    private static Optional<List<Long>> numbers(String text, int count, int radix) {
        var numbers = new ArrayList<Long>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (radix == HEX && (text.startsWith("0x", at) || text.startsWith("0X", at))) {
                at += 2;
            }
            int end = at;
            while (end < text.length() && Character.digit(text.charAt(end), radix) >= 0) {
                end++;
            }
            if (end == at || end - at > HEX - 1) {
                return Optional.empty();
            }
            long number = Long.parseLong(text.substring(at, end), radix);
            boolean last = i == count - 1;
            if (number > MOST || last != (end == text.length())) {
                return Optional.empty();
            }
            numbers.add(number);
            at = end + 1;
        }
        return Optional.of(numbers);
    }
}
