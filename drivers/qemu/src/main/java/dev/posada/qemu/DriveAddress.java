package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.Optional;

/**
 * A place behind a disk controller.
 *
 * @param kind the kind of controller, as {@code scsi}; empty when it does not matter
 * @param controller the controller's index
 * @param bus which of its buses
 * @param target which target on the bus
 * @param unit which unit of the target
 */
record DriveAddress(String kind, int controller, int bus, int target, int unit) {

    /** The drive address a device has, of no stated kind. */
    static Optional<DriveAddress> of(Element device) {
        return device.child("address")
                .filter(address -> address.has("type", "drive"))
                .map(address -> new DriveAddress(
                        "",
                        Numbers.of(address, "controller", 0),
                        Numbers.of(address, "bus", 0),
                        Numbers.of(address, "target", 0),
                        Numbers.of(address, "unit", 0)));
    }

    DriveAddress on(String bus) {
        return new DriveAddress(bus, controller, this.bus, target, unit);
    }

    Element element() {
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

    String describe() {
        return "controller='" + controller + "' bus='" + bus + "' target='" + target + "' unit='" + unit + "'";
    }
}
