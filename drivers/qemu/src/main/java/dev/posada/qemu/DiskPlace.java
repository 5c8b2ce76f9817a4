package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;

/** Where one more disk goes in a machine that runs: what it is in full, its place and its name. */
final class DiskPlace {
    /** As many as there are slots on a bus. */
    private static final int CONTROLLERS_MAX = 32;

    private final DomainDefinition live;

    DiskPlace(DomainDefinition live) {
        this.live = live;
    }

    /**
     * The disk with everything said but the numbers of its images.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} when no place is free
     */
    Element settle(Element wanted) {
        var disk = DiskDefaults.complete(DiskDefaults.withoutImplied(wanted));
        disk = placed(disk);
        var own = LiveEdits.alias(disk);
        if (!own.startsWith("ua-")) {
            return Draft.with(disk, Element.of("alias", "name", Aliases.ofDisk(live, disk)));
        }
        if (live.devices().stream().anyMatch(device -> LiveEdits.hasAlias(device, own))) {
            throw Refusal.xml(wanted, "non unique alias detected: " + Refusal.shown(own));
        }
        return disk;
    }

    /** The controllers that a disk needs and the machine does not have, with their places. */
    List<Element> missingControllers(Element wanted) {
        var disk = DiskDefaults.withoutImplied(wanted);
        if (!DiskDefaults.bus(disk).equals("scsi")) {
            return List.of();
        }
        var address = DriveAddress.of(disk.child("address").isPresent() ? disk : DiskDefaults.addressed(disk));
        var missing = new ArrayList<Element>();
        var grown = live;
        for (int index = 0; index <= address.map(DriveAddress::controller).orElse(-1); index++) {
            int number = index;
            if (grown.devices("controller").stream()
                    .anyMatch(one -> one.has("type", "scsi") && ControllerDefaults.index(one) == number)) {
                continue;
            }
            if (missing.size() == CONTROLLERS_MAX) {
                throw Refusal.unsupported(wanted, "more SCSI controllers would be needed than can be plugged in");
            }
            var placed = FreeSlot.placed(grown, ControllerDefaults.scsi(grown, index));
            var controller = Draft.with(placed, Element.of("alias", "name", "scsi" + index));
            missing.add(controller);
            grown = LiveEdits.withDevice(grown, controller);
        }
        return missing;
    }

    private Element placed(Element disk) {
        return switch (DiskDefaults.bus(disk)) {
            case "virtio" -> FreeSlot.placed(live, disk);
            case "usb" -> UsbPorts.placed(live, disk);
            case "scsi" -> onScsi(disk);
            // What cannot be plugged there, QEMU says.
            default -> disk.child("address").isPresent() ? disk : DiskDefaults.addressed(disk);
        };
    }

    private Element onScsi(Element disk) {
        var placed = disk.child("address").isPresent() ? disk : DiskDefaults.addressed(disk);
        var address = DriveAddress.of(placed);
        if (address.isEmpty()) {
            return placed;
        }
        live.devices("disk").stream()
                .filter(other -> DiskDefaults.bus(other).equals("scsi")
                        && DriveAddress.of(other).equals(address))
                .findFirst()
                .ifPresent(other -> {
                    throw Refusal.unsupported(
                            disk,
                            "Found duplicate drive address for disk with target name '" + DiskDefaults.target(disk)
                                    + "' " + address.get().describe());
                });
        return placed;
    }
}
