package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What libvirt fills in for disks whatever the hypervisor, what it refuses, and their order. */
final class Disks {
    /** Disks on one narrow SCSI bus; the eighth number is the controller's own. */
    private static final int NARROW_UNITS = 7;

    private static final int WIDE_UNITS = 15;
    private static final int SATA_UNITS = 6;

    private final boolean wideScsi;

    /**
     * @param domainType QEMU's SCSI buses are wide, all others narrow
     */
    Disks(String domainType) {
        this.wideScsi = domainType.equals("qemu") || domainType.equals("kvm");
    }

    /** The disks of a domain, each complete, in libvirt's order; not two with the same target or address. */
    List<Element> fill(List<Element> disks) {
        var filled = new ArrayList<Element>();
        Map<String, Element> targets = new HashMap<>();
        for (var disk : disks) {
            var complete = fill(disk);
            var same = targets.putIfAbsent(target(complete), complete);
            if (same != null) {
                throw Invalid.xml(
                        disk,
                        "target '" + target(complete) + "' duplicated for disk sources '" + source(same) + "' and '"
                                + source(complete) + "'");
            }
            insert(filled, complete);
        }
        checkAddresses(filled);
        return filled;
    }

    private Element fill(Element disk) {
        var attributes = new LinkedHashMap<>(disk.attributes());
        attributes.putIfAbsent("type", "file");
        attributes.putIfAbsent("device", "disk");
        var filled = disk.withAttributes(attributes);
        var kind = filled.attribute("device", "");
        filled = target(filled, kind);
        if (kind.equals("lun") && !Set.of("block", "network", "volume").contains(filled.attribute("type", ""))) {
            throw Invalid.unsupported(disk, "disk device='lun' is only valid for block type disk source");
        }
        if (isEmpty(filled) && !isRemovable(kind)) {
            throw Invalid.of(
                    ErrorCode.NO_SOURCE,
                    disk,
                    target(filled) + ": give it a <source>, only a cdrom or floppy may be empty");
        }
        if (isEmpty(filled)) {
            // Nothing is in the drive, so there is nothing to tell a block device from a file.
            filled = filled.with("type", "file");
        }
        if (filled.has("type", "vhostuser") && !filled.attributes().containsKey("snapshot")) {
            filled = filled.with("snapshot", "no");
        }
        checkNetwork(filled);
        filled.child("backingStore").ifPresent(Disks::checkChain);
        if (kind.equals("cdrom") && filled.child("readonly").isEmpty()) {
            filled = filled.plus(Element.of("readonly"));
        }
        if (filled.child("address").isEmpty()) {
            filled = address(filled);
        }
        checkPace(filled);
        return filled;
    }

    private static Element target(Element disk, String kind) {
        var target = disk.child("target").orElse(Element.of("target"));
        var name = target.attribute("dev", "");
        if (!target.attributes().containsKey("dev")) {
            throw Invalid.of(
                    ErrorCode.NO_TARGET, disk, source(disk) + ": give it a <target dev='…'/> as vda, sda or hda");
        }
        var bare = name.startsWith("ioemu:") ? name.substring("ioemu:".length()) : name;
        var parsed = DiskTarget.of(bare);
        if (parsed.isEmpty() && disk.child("address").isEmpty()) {
            throw Invalid.xml(target, "Unknown disk name '" + Invalid.shown(name) + "' and no address specified");
        }
        var prefix = parsed.map(DiskTarget::prefix).orElse("");
        boolean floppy = kind.equals("floppy");
        if (parsed.isEmpty() || floppy != prefix.equals("fd")) {
            throw Invalid.internal(
                    target, "Invalid " + (floppy ? "floppy" : "harddisk") + " device name: " + Invalid.shown(name));
        }
        var bus = target.attribute(
                "bus", floppy ? "fdc" : parsed.flatMap(DiskTarget::bus).orElse("ide"));
        if (floppy != bus.equals("fdc")) {
            throw Invalid.internal(target, "Invalid bus type '" + bus + "' for " + (floppy ? "floppy disk" : "disk"));
        }
        var tray = target.attribute("tray");
        if (tray.isPresent() && !isRemovable(kind)) {
            throw Invalid.unsupported(target, "tray is only valid for cdrom and floppy");
        }
        if (target.attribute("removable").isPresent() && !bus.equals("usb")) {
            throw Invalid.xml(target, "removable is only valid for usb disks");
        }
        var filled = target.with("bus", bus);
        return disk.withChild(filled.has("tray", "closed") ? filled.without("tray") : filled);
    }

    private static boolean isRemovable(String kind) {
        return kind.equals("cdrom") || kind.equals("floppy");
    }

    /** Whether nothing is in the drive. */
    static boolean isEmpty(Element disk) {
        var source = disk.child("source");
        if (source.isEmpty()) {
            return true;
        }
        return switch (disk.attribute("type", "file")) {
            case "file" ->
                source.get().attribute("file", "").isEmpty()
                        && source.get().attribute("fdgroup", "").isEmpty();
            case "block" -> source.get().attribute("dev", "").isEmpty();
            case "dir" -> source.get().attribute("dir", "").isEmpty();
            default -> false;
        };
    }

    private Element address(Element disk) {
        int index = DiskTarget.of(target(disk)).map(DiskTarget::index).orElse(0);
        return switch (disk.child("target").orElseThrow().attribute("bus", "")) {
            case "scsi" -> disk.plus(scsi(index));
            case "ide" -> disk.plus(DeviceAddress.drive(index / 4, index % 4 / 2, 0, index % 2));
            case "sata" -> disk.plus(DeviceAddress.drive(index / SATA_UNITS, 0, 0, index % SATA_UNITS));
            case "fdc" -> disk.plus(DeviceAddress.drive(index / 2, 0, 0, index % 2));
            default -> disk;
        };
    }

    private Element scsi(int index) {
        int units = wideScsi ? WIDE_UNITS : NARROW_UNITS;
        int unit = index % units;
        return DeviceAddress.drive(index / units, 0, 0, unit >= NARROW_UNITS ? unit + 1 : unit);
    }

    /** Gives a SCSI host device the first address that no disk and no other one has. */
    List<Element> addressHostDevices(List<Element> hostDevices, List<Element> disks) {
        Set<Element> taken = new HashSet<>();
        for (var disk : disks) {
            if (disk.child("target").orElseThrow().has("bus", "scsi")) {
                disk.child("address").map(Disks::place).ifPresent(taken::add);
            }
        }
        for (var device : hostDevices) {
            device.child("address").map(Disks::place).ifPresent(taken::add);
        }
        var filled = new ArrayList<Element>();
        for (var device : hostDevices) {
            if (!device.has("type", "scsi") || device.child("address").isPresent()) {
                filled.add(device);
                continue;
            }
            int index = 0;
            while (taken.contains(place(scsi(index)))) {
                index++;
            }
            taken.add(place(scsi(index)));
            filled.add(device.plus(scsi(index)));
        }
        return filled;
    }

    /** Puts a disk behind those of its bus with a smaller index, or at the end when it is the first of its bus. */
    private static void insert(List<Element> disks, Element disk) {
        int index = index(disk);
        int at = -1;
        for (int i = disks.size() - 1; i >= 0; i--) {
            if (!bus(disks.get(i)).equals(bus(disk))) {
                continue;
            }
            if (index(disks.get(i)) > index) {
                at = i;
            } else if (at < 0) {
                at = i + 1;
            }
        }
        disks.add(at < 0 ? disks.size() : at, disk);
    }

    private static void checkAddresses(List<Element> disks) {
        Map<String, Element> taken = new HashMap<>();
        for (var disk : disks) {
            var address = disk.child("address").filter(place -> place.has("type", "drive"));
            if (address.isEmpty() || bus(disk).equals("virtio")) {
                continue;
            }
            var at = place(address.get());
            var words = "controller='" + at.attribute("controller", "0") + "' bus='" + at.attribute("bus", "0")
                    + "' target='" + at.attribute("target", "0") + "' unit='" + at.attribute("unit", "0") + "'";
            if (taken.putIfAbsent(bus(disk) + words, disk) != null) {
                throw Invalid.unsupported(
                        address.get(),
                        "Found duplicate drive address for disk with target name '" + target(disk) + "' " + words);
            }
        }
    }

    /** The place alone of a drive's address, comparable with others. */
    private static Element place(Element address) {
        return DeviceAddress.drive(
                DeviceAddress.number(address, "controller", 0),
                DeviceAddress.number(address, "bus", 0),
                DeviceAddress.number(address, "target", 0),
                DeviceAddress.number(address, "unit", 0));
    }

    private static void checkNetwork(Element disk) {
        var source = disk.child("source");
        if (!disk.has("type", "network") || source.isEmpty() || source.get().has("protocol", "nbd")) {
            return;
        }
        var name = source.get().attribute("name", "");
        if (name.isEmpty()) {
            throw Invalid.xml(source.get(), "missing name for disk source");
        }
        boolean inPool = source.get().has("protocol", "rbd") || source.get().has("protocol", "gluster");
        if (inPool && name.indexOf('/') < 0) {
            throw Invalid.xml(
                    source.get(), "can't split path '" + Invalid.shown(name) + "' into pool name and image name");
        }
    }

    /** A backing store either ends the chain by being empty or says what it is. */
    private static void checkChain(Element store) {
        if (store.content().isEmpty() && !store.attributes().containsKey("type")) {
            return;
        }
        for (var part : List.of("format", "source")) {
            if (store.child(part).isEmpty()) {
                throw Invalid.xml(store, "missing disk backing store " + part);
            }
        }
        store.child("backingStore").ifPresent(Disks::checkChain);
    }

    private static void checkPace(Element disk) {
        var pace = disk.child("iotune");
        if (pace.isEmpty()) {
            return;
        }
        for (var what : List.of("bytes_sec", "iops_sec")) {
            for (var ending : List.of("", "_max", "_max_length")) {
                boolean total = isSet(pace.get(), "total_" + what + ending);
                boolean parts =
                        isSet(pace.get(), "read_" + what + ending) || isSet(pace.get(), "write_" + what + ending);
                if (total && parts) {
                    throw Invalid.xml(
                            pace.get(), "total and read/write " + what + ending + " cannot be set at the same time");
                }
            }
        }
    }

    private static boolean isSet(Element pace, String name) {
        return pace.childText(name).filter(text -> !text.equals("0")).isPresent();
    }

    private static String bus(Element disk) {
        return disk.child("target").map(target -> target.attribute("bus", "")).orElse("");
    }

    private static String target(Element disk) {
        return disk.child("target").map(target -> target.attribute("dev", "")).orElse("");
    }

    private static int index(Element disk) {
        return DiskTarget.of(target(disk)).map(DiskTarget::index).orElse(-1);
    }

    /** What the disk's bytes come from, for messages. */
    private static String source(Element disk) {
        var source = disk.child("source").orElse(Element.of("source"));
        return source.attribute("file")
                .or(() -> source.attribute("dev"))
                .or(() -> source.attribute("dir"))
                .or(() -> source.attribute("name"))
                .or(() -> source.attribute("volume"))
                .orElse("");
    }
}
