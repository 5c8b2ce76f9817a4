package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Completes {@code <disk>}: format, read-only media, and for disks behind a controller their place on it.
 *
 * <p>A place follows from the target's name ({@code sdc} is the third), as long as no other disk has it.
 */
final class DiskDefaults {
    /** What libvirt puts on one SCSI bus: places 0 to 6, the controller itself being 7. */
    private static final int SCSI_DISKS_PER_CONTROLLER = 7;

    private static final Set<String> BUSES_WITH_PLACES = Set.of("ide", "sata", "fdc", "scsi");

    private DiskDefaults() {}

    /**
     * Drops the places of SCSI disks that nobody wrote: hypervisors count them differently, and only some put fifteen
     * disks behind one controller.
     */
    static void forgetImplied(Draft draft) {
        draft.devices("disk").replaceAll(DiskDefaults::withoutImplied);
    }

    static Element withoutImplied(Element disk) {
        boolean implied = bus(disk).equals("scsi")
                && disk.child("address").map(address -> address.line() == 0).orElse(false);
        return implied ? disk.withoutChildren(child -> child.name().equals("address")) : disk;
    }

    static void complete(Draft draft) {
        var disks = draft.devices("disk");
        disks.replaceAll(DiskDefaults::complete);
        var sorted = new ArrayList<Element>();
        for (var disk : disks) {
            insert(sorted, disk);
        }
        disks.clear();
        disks.addAll(sorted);
        checkTargets(disks);
        disks.replaceAll(disk -> disk.child("address").isPresent() ? disk : addressed(disk));
        checkAddresses(disks);
    }

    /** A disk with what it is, in full. */
    static Element complete(Element disk) {
        var changed = disk;
        if (changed.attribute("device").isEmpty()) {
            changed = changed.with("device", "disk");
        }
        var target = changed.child("target")
                .orElseThrow(() -> Refusal.xml(disk, "missing target information for device disk"));
        var device = changed.attribute("device", "disk");
        if (target.attribute("bus").isEmpty()) {
            changed = changed.withChild(target.with("bus", busOf(device, target.attribute("dev", ""))));
        }
        var driver = changed.child("driver").orElseGet(() -> Element.of("driver"));
        if (driver.attribute("name").isEmpty()) {
            var attributes = Element.of("driver", "name", "qemu");
            for (var old : driver.attributes().entrySet()) {
                attributes = attributes.with(old.getKey(), old.getValue());
            }
            driver = attributes.withContent(driver.content());
        }
        if (!driver.has("name", "qemu")) {
            throw Refusal.unsupported(
                    disk,
                    "unsupported driver name '" + Refusal.shown(driver.attribute("name", "")) + "' for disk '"
                            + target.attribute("dev", "") + "'");
        }
        if (driver.attribute("type").isEmpty() && !changed.has("type", "volume")) {
            driver = Draft.withAfter(driver, "name", "type", changed.has("type", "dir") ? "fat" : "raw");
        }
        changed = Draft.withFirst(changed, driver);
        if (device.equals("cdrom") && changed.child("readonly").isEmpty()) {
            changed = Draft.with(changed, Element.of("readonly"));
        }
        if (device.equals("lun") && !Set.of("block", "network", "volume").contains(changed.attribute("type", ""))) {
            throw Refusal.unsupported(disk, "disk device='lun' is only valid for block type disk source");
        }
        return changed;
    }

    private static String busOf(String device, String target) {
        if (device.equals("floppy")) {
            return "fdc";
        }
        if (target.startsWith("hd")) {
            return "ide";
        }
        return target.startsWith("vd") ? "virtio" : "scsi";
    }

    /** Disks of one bus stand together, in the order of their names, where the first of them stood. */
    static void insert(List<Element> disks, Element disk) {
        int place = -1;
        for (int i = disks.size() - 1; i >= 0; i--) {
            if (bus(disks.get(i)).equals(bus(disk))) {
                if (index(disks.get(i)) > index(disk)) {
                    place = i;
                } else if (place < 0) {
                    place = i + 1;
                }
            }
        }
        disks.add(place < 0 ? disks.size() : place, disk);
    }

    private static void checkTargets(List<Element> disks) {
        var seen = new HashSet<String>();
        for (var disk : disks) {
            if (!seen.add(target(disk))) {
                throw Refusal.xml(disk, "target '" + Refusal.shown(target(disk)) + "' duplicated");
            }
        }
    }

    private static void checkAddresses(List<Element> disks) {
        var taken = new HashSet<DriveAddress>();
        for (var disk : disks) {
            DriveAddress.of(disk).ifPresent(address -> {
                if (!taken.add(address.on(bus(disk)))) {
                    throw Refusal.unsupported(
                            disk,
                            "Found duplicate drive address for disk with target name '" + target(disk) + "' "
                                    + address.describe());
                }
            });
        }
    }

    /** A disk with the place that follows from its name, where its bus has such places. */
    static Element addressed(Element disk) {
        int index = index(disk);
        var bus = bus(disk);
        if (index < 0 || !BUSES_WITH_PLACES.contains(bus)) {
            return disk;
        }
        var address = switch (bus) {
            case "ide" -> new DriveAddress(bus, index / 4, index % 4 / 2, 0, index % 2);
            case "sata" -> new DriveAddress(bus, index / 6, 0, 0, index % 6);
            case "fdc" -> new DriveAddress(bus, index / 2, 0, 0, index % 2);
            default ->
                new DriveAddress(bus, index / SCSI_DISKS_PER_CONTROLLER, 0, 0, index % SCSI_DISKS_PER_CONTROLLER);
        };
        return Draft.with(disk, address.element());
    }

    static String bus(Element disk) {
        return disk.child("target").map(target -> target.attribute("bus", "")).orElse("");
    }

    static String target(Element disk) {
        return disk.child("target").map(target -> target.attribute("dev", "")).orElse("");
    }

    /** The number in a target's name, from 0: {@code vda} is 0, {@code vdaa} is 26; -1 when it has none. */
    static int index(Element disk) {
        var name = target(disk);
        int prefix = name.startsWith("xvd") || name.startsWith("ubd") ? 3 : 2;
        int number = 0;
        int at = Math.min(prefix, name.length());
        int start = at;
        while (at < name.length() && name.charAt(at) >= 'a' && name.charAt(at) <= 'z' && at - start < 5) {
            number = number * 26 + name.charAt(at) - 'a' + 1;
            at++;
        }
        return number - 1;
    }
}
