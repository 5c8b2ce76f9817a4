package dev.posada.xml;

import dev.posada.model.Element;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The addresses of devices: what libvirt writes where a user gave only a part. */
final class DeviceAddress {
    private static final List<String> PCI = List.of("domain", "bus", "slot", "function");
    private static final List<String> CHANNEL = List.of("cssid", "ssid", "devno");
    private static final Map<String, String> PCI_ZERO =
            Map.of("domain", "0x0000", "bus", "0x00", "slot", "0x00", "function", "0x0");

    private DeviceAddress() {}

    /** A device with its own address complete. */
    static Element completed(Element device) {
        var address = device.child("address");
        return address.isEmpty() ? device : device.withChild(complete(address.get()));
    }

    private static Element complete(Element address) {
        return switch (address.attribute("type", "")) {
            case "pci" -> pci(address);
            case "drive" -> numbers(address, "controller", "bus", "target", "unit");
            case "virtio-serial" -> numbers(address, "controller", "bus", "port");
            case "ccid" -> numbers(address, "controller", "slot");
            case "usb" -> numbers(address, "bus");
            case "ccw" -> channel(address);
            default -> address;
        };
    }

    /** A drive's address. */
    static Element drive(int controller, int bus, int target, int unit) {
        return Element.of(
                "address",
                "type",
                "drive",
                "controller",
                Integer.toString(controller),
                "bus",
                Integer.toString(bus),
                "target",
                Integer.toString(target),
                "unit",
                Integer.toString(unit));
    }

    /** Fills what is missing with zeros; an address of zeros alone means that the driver shall choose. */
    static Element pci(Element address) {
        boolean chosen = false;
        for (var part : PCI) {
            chosen |= Kind.numberOf(address.attribute(part, "0")).orElse(0L) != 0;
        }
        var changed = new LinkedHashMap<>(address.attributes());
        for (var part : PCI) {
            if (chosen) {
                changed.putIfAbsent(part, PCI_ZERO.getOrDefault(part, "0x0"));
            } else {
                changed.remove(part);
            }
        }
        return address.withAttributes(changed);
    }

    private static Element channel(Element address) {
        long parts = CHANNEL.stream().filter(address.attributes()::containsKey).count();
        if (parts != 0 && parts != CHANNEL.size()) {
            throw Invalid.internal(
                    address, "Invalid partial specification for virtio ccw address: give it all of " + CHANNEL);
        }
        return parts == 0 ? address.with("cssid", "0x0").with("ssid", "0x0").with("devno", "0x0000") : address;
    }

    private static Element numbers(Element address, String... names) {
        var changed = new LinkedHashMap<>(address.attributes());
        for (var name : names) {
            changed.putIfAbsent(name, "0");
        }
        return address.withAttributes(changed);
    }

    /** A number among an element's attributes; {@code otherwise} when it is missing or none. */
    static int number(Element element, String attribute, int otherwise) {
        var text = element.attribute(attribute, "");
        return Kind.INT.accepts(text) ? Integer.parseInt(text) : otherwise;
    }
}
