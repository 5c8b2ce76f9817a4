package dev.posada.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what nobody said about a disk: its bus, its name in the guest, how its file is read. */
final class DiskDefaults {
    private static final int MOST_TARGETS = 1024;
    private static final int LETTERS = 26;

    private final Guest guest;
    private final Host host;

    DiskDefaults(Guest guest) {
        this.guest = guest;
        host = guest.host();
    }

    private static boolean isDevice(Draft disk, String name) {
        return disk.get("@device", "disk").equals(name);
    }

    /** What a disk is, or would be by default. */
    String type(Draft disk) {
        return disk.get("@type").orElseGet(() -> defaultType(disk));
    }

    private String defaultType(Draft disk) {
        if (disk.has("source>@pool") || disk.has("source>@volume")) {
            return "volume";
        }
        var storage = guest.storage(disk);
        if (!(storage instanceof DiskStorage.Untouched)) {
            return storage.type();
        }
        return disk.has("source>@protocol") ? "network" : "file";
    }

    void decide(Draft disk) {
        disk.setIfAbsent("@device", "disk");
        if (!disk.has("@type")) {
            disk.set("@type", defaultType(disk));
        }
        decideDriver(disk, false);
        if (!disk.has("target/@bus")) {
            disk.set("target/@bus", bus(disk));
        }
        if (isDevice(disk, "cdrom")) {
            disk.flag("readonly", true);
        }
        boolean drive = host.isQemu() && isDevice(disk, "disk");
        boolean block = drive && disk.is("@type", "block");
        if (block) {
            disk.setIfAbsent("driver/@cache", "none");
            disk.setIfAbsent("driver/@io", "native");
        }
        boolean sparse = drive && guest.storage(disk) instanceof DiskStorage.Planned planned && planned.sparse();
        if (block || sparse) {
            disk.setIfAbsent("driver/@discard", "unmap");
        }
        if (!disk.has("target/@dev")) {
            decideTarget(disk);
        }
    }

    /** Says how the hypervisor reads what is behind a disk. */
    private void decideDriver(Draft disk, boolean again) {
        if (again || !disk.has("driver/@name")) {
            disk.put("driver/@name", driverName(disk));
        }
        if (again || !disk.has("driver/@type")) {
            disk.put("driver/@type", driverType(disk));
        }
    }

    private Optional<String> driverName(Draft disk) {
        if (guest.storage(disk).path().isEmpty()) {
            return Optional.empty();
        }
        if (host.isXen()) {
            return Optional.of(type(disk).equals("block") ? "phy" : "qemu");
        }
        return host.isQemu() ? Optional.of("qemu") : Optional.empty();
    }

    private Optional<String> driverType(Draft disk) {
        if (!disk.is("driver/@name", "qemu")) {
            return Optional.empty();
        }
        if (type(disk).equals("block")) {
            return Optional.of("raw");
        }
        return guest.storage(disk).format().map(format -> format.equals("iso") ? "raw" : format);
    }

    /** Has type and driver follow from what is behind a disk now. */
    void follow(Draft disk) {
        disk.set("@type", defaultType(disk));
        decideDriver(disk, true);
        if (disk.has("source>@file") || disk.has("source>@dev") || disk.has("source>@dir")) {
            place(disk);
        }
    }

    /** Writes the path of what is behind a disk to where its type has it. */
    void place(Draft disk) {
        clearSource(disk);
        var storage = guest.storage(disk);
        if (storage.type().equals("network")) {
            placeNetwork(disk, storage);
            return;
        }
        storage.path().ifPresent(path -> place(disk, path));
    }

    private static void clearSource(Draft disk) {
        var source = disk.part("source");
        List.of("@file", "@dev", "@dir", "@volume", "@pool", "@name", "@protocol")
                .forEach(source::unset);
        source.all("host").forEach(each -> source.remove("host", each));
    }

    private void place(Draft disk, String path) {
        switch (type(disk)) {
            case "block" -> disk.set("source>@dev", path);
            case "dir" -> disk.set("source>@dir", path);
            case "file" -> disk.set("source>@file", path);
            default -> {
                // The others have no path.
            }
        }
    }

    private static void placeNetwork(Draft disk, DiskStorage storage) {
        switch (storage) {
            case DiskStorage.Planned planned -> {
                disk.set("@type", "network");
                NetworkSource.read(disk, planned.pool(), planned.volume().name(), Optional.empty());
            }
            case DiskStorage.Present present
            when present.volume().isPresent() -> {
                disk.set("@type", "network");
                NetworkSource.read(
                        disk,
                        present.pool().orElseThrow(),
                        present.volume().get().childText("name").orElse(""),
                        present.path());
            }
            case DiskStorage.Present present ->
                present.path().ifPresent(path -> NetworkSource.read(disk.part("source"), path));
            case DiskStorage.Untouched _ -> {
                // Nothing was said about it.
            }
        }
    }

    private String bus(Draft disk) {
        if (isDevice(disk, "floppy")) {
            return "fdc";
        }
        if (guest.isXenPv()) {
            return "xen";
        }
        if (!guest.isHvm()) {
            return "ide";
        }
        if (isDevice(disk, "disk") && guest.takesVirtioDisk()) {
            return "virtio";
        }
        if (isDevice(disk, "cdrom") && guest.takesVirtioScsi() && !guest.isX86()) {
            return "scsi";
        }
        if (guest.isArm()) {
            return "sd";
        }
        return guest.isQ35() ? "sata" : "ide";
    }

    private static String prefix(Draft disk) {
        return switch (disk.get("target/@bus", "")) {
            case "virtio" -> "vd";
            case "xen" -> "xvd";
            case "fdc" -> "fd";
            case "ide" -> isDevice(disk, "floppy") ? "fd" : "hd";
            default -> isDevice(disk, "floppy") ? "fd" : "sd";
        };
    }

    private void decideTarget(Draft disk) {
        var prefix = prefix(disk);
        int most = switch (prefix) {
            case "fd" -> 2;
            case "hd" -> 4;
            default -> MOST_TARGETS;
        };
        var taken = new ArrayList<String>();
        for (var other : guest.devices("disk")) {
            other.get("target/@dev").filter(name -> name.startsWith(prefix)).ifPresent(taken::add);
        }
        var first = "";
        for (int i = 1; i <= most; i++) {
            var name = prefix + letters(i);
            if (taken.remove(name)) {
                continue;
            }
            // After the last one that is taken; a gap before it is for when there is no room behind.
            if (taken.isEmpty()) {
                disk.set("target/@dev", name);
                return;
            }
            first = first.isEmpty() ? name : first;
        }
        if (first.isEmpty()) {
            throw new InstallException("Only " + most + (most == 1 ? " disk" : " disks") + " for bus '"
                    + disk.get("target/@bus", "None") + "' are supported");
        }
        disk.set("target/@dev", first);
    }

    /** The letters of a number from 1: a, b, … z, aa. */
    private static String letters(int number) {
        var letters = new StringBuilder();
        for (int rest = number; rest > 0; rest = (rest - 1) / LETTERS) {
            letters.insert(0, (char) ('a' + (rest - 1) % LETTERS));
        }
        return letters.toString();
    }
}
