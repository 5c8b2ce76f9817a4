package dev.posada.xml;

import dev.posada.model.Element;
import java.util.List;

/**
 * Takes out of a definition the devices that every host adds by itself, so that a host of an older release, which does
 * not know them, can read it.
 */
final class Migratable {
    private Migratable() {}

    static Element of(Element domain) {
        return domain.withoutChildren(child -> child.name().equals("seclabel") && isImplied(child))
                .mapChildren(child -> child.name().equals("devices") ? devices(child) : child);
    }

    private static Element devices(Element devices) {
        boolean oneUsb = count(devices, "usb") == 1;
        boolean onePci = count(devices, "pci") == 1;
        return devices.withoutChildren(device -> switch (device.name()) {
            case "controller" ->
                device.has("index", "0")
                        && ((oneUsb && device.has("type", "usb") && device.has("model", "piix3-uhci"))
                                || (onePci && isBarePciRoot(device)));
            case "input" -> device.has("type", "keyboard") && device.has("bus", "ps2");
            case "audio" -> device.has("type", "none") && device.children().isEmpty();
            default -> false;
        });
    }

    private static long count(Element devices, String type) {
        return devices.children("controller").stream()
                .filter(controller -> controller.has("type", type))
                .count();
    }

    private static boolean isBarePciRoot(Element controller) {
        return controller.has("type", "pci")
                && controller.has("model", "pci-root")
                && controller.children().isEmpty();
    }

    /** A label that says no more than that the daemon chooses one. */
    private static boolean isImplied(Element label) {
        return label.has("type", "dynamic")
                && label.has("model", "dac")
                && label.children().isEmpty()
                && List.of("yes", "").contains(label.attribute("relabel", ""));
    }
}
