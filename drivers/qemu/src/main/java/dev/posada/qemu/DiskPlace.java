package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;

/** Where one more disk goes in a machine that runs: what it is in full, its place and its name. */
final class DiskPlace {
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
        int controller = address.get().controller();
        boolean there = live.devices("controller").stream()
                .anyMatch(one -> one.has("type", "scsi") && ControllerDefaults.index(one) == controller);
        if (!there) {
            throw Refusal.unsupported(
                    disk,
                    "there is no SCSI controller " + controller
                            + " to plug it into: define one and start the domain anew");
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
