package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.qmp.Json;
import java.util.Optional;

/** Finds a domain's disks by the places in which the guest's agent says that it sees them. Pure. */
final class GuestDisks {
    private GuestDisks() {}

    /** The target of the disk at an address of the agent's, as {@code vda}. */
    static Optional<String> target(DomainDefinition definition, Json address) {
        var controller = address.member("pci-controller").map(GuestDisks::pciAddress);
        if (controller.isEmpty()) {
            return Optional.empty();
        }
        return definition.devices("disk").stream()
                .filter(disk -> PciAddress.of(disk).equals(controller)
                        || DriveAddress.of(disk)
                                .filter(place -> isAt(address, place)
                                        && controllerOf(definition, disk, place).equals(controller))
                                .isPresent())
                .flatMap(disk -> disk.child("target").stream())
                .flatMap(target -> target.attribute("dev").stream())
                .findFirst();
    }

    private static PciAddress pciAddress(Json controller) {
        return new PciAddress(
                (int) QmpHappenings.number(controller, "bus"), (int) QmpHappenings.number(controller, "slot"), (int)
                        QmpHappenings.number(controller, "function"));
    }

    private static boolean isAt(Json address, DriveAddress place) {
        return QmpHappenings.number(address, "bus") == place.bus()
                && QmpHappenings.number(address, "target") == place.target()
                && QmpHappenings.number(address, "unit") == place.unit();
    }

    private static Optional<PciAddress> controllerOf(DomainDefinition definition, Element disk, DriveAddress place) {
        var bus =
                disk.child("target").map(target -> target.attribute("bus", "")).orElse("");
        var index = Integer.toString(place.controller());
        return definition.devices("controller").stream()
                .filter(controller -> controller.has("type", bus) && controller.has("index", index))
                .findFirst()
                .flatMap(PciAddress::of);
    }
}
