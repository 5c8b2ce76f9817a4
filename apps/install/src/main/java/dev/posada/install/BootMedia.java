package dev.posada.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the media of an installation into a guest's drives, and decides what the guest boots from. */
final class BootMedia {
    private final Guest guest;
    private final InstallRequest request;
    private final boolean reinstall;
    private boolean attached;

    BootMedia(Guest guest, InstallRequest request, boolean reinstall) {
        this.guest = guest;
        this.request = request;
        this.reinstall = reinstall;
    }

    /** The image that is in a drive while the guest is installed. */
    Optional<String> cdrom() {
        return switch (request.source()) {
            case InstallSource.Cdrom(String path) -> Optional.of(path);
            case InstallSource.Location location ->
                RequestReader.isImage(guest.host(), location)
                        ? Optional.of(Values.absolute(location.location()))
                        : Optional.empty();
            case InstallSource.None _, InstallSource.Kernel _, InstallSource.BootDevice _ -> Optional.empty();
        };
    }

    private Optional<String> device() {
        return switch (request.source()) {
            case InstallSource.Cdrom _ -> Optional.of("cdrom");
            case InstallSource.BootDevice(String device) -> Optional.of(device);
            case InstallSource.None _, InstallSource.Kernel _, InstallSource.Location _ -> Optional.empty();
        };
    }

    List<String> searchPaths() {
        return cdrom().map(List::of).orElse(List.of());
    }

    /** Puts the medium into a drive, and decides what the guest boots from once it is installed. */
    void attach() {
        cdrom().ifPresent(this::insert);
        if (guest.bootOrder().isEmpty() && mayOrder(guest)) {
            guest.setBootOrder(withDisk(guest, lastingDevice()));
        }
    }

    private void insert(String path) {
        attached = true;
        var drives = guest.devices("disk").stream()
                .filter(disk -> disk.is("@device", "cdrom"))
                .toList();
        if (reinstall && !drives.isEmpty()) {
            load(guest, drives.getFirst(), Optional.of(path));
            return;
        }
        var drive = guest.domain().detached("devices>disk");
        drive.set("@device", "cdrom");
        load(guest, drive, Optional.of(path));
        new DiskDefaults(guest).follow(drive);
        if (reinstall) {
            new DeviceDefaults(guest).decide("disk", drive);
        }
        if (drives.isEmpty()) {
            guest.domain().attach("devices>disk", drive);
        } else {
            // The first drive with a disc is the one that is booted from.
            guest.domain().attachBefore("devices>disk", drives.getFirst(), drive);
        }
    }

    /** Puts an image into a drive, or takes it out. */
    static void load(Guest guest, Draft drive, Optional<String> path) {
        guest.setStorage(drive, StoragePaths.manage(guest.host(), path));
        new DiskDefaults(guest).place(drive);
    }

    static boolean mayOrder(Guest guest) {
        return !guest.isContainer()
                && !guest.os().has("kernel")
                && DeviceDefaults.KINDS.stream()
                        .flatMap(kind -> guest.devices(kind).stream())
                        .noneMatch(device -> device.has("boot>@order"));
    }

    /** A device and after it the disk, so that installers and firmware take it for one to boot from. */
    private static List<String> withDisk(Guest guest, String device) {
        var order = new ArrayList<String>();
        order.add(device);
        boolean disk = guest.devices("disk").stream()
                .anyMatch(each -> each.get("@device", "disk").equals("disk"));
        if (disk && !order.contains("hd")) {
            order.add("hd");
        }
        return order;
    }

    private String lastingDevice() {
        var disks = guest.devices("disk");
        if (request.source() instanceof InstallSource.Cdrom && request.noInstall()) {
            return "cdrom";
        }
        if (device().isPresent()) {
            boolean disk =
                    disks.stream().anyMatch(each -> each.get("@device", "disk").equals("disk"));
            return disk ? "hd" : device().get();
        }
        return disks.isEmpty()
                ? "hd"
                : switch (disks.getFirst().get("@device", "disk")) {
                    case "cdrom" -> "cdrom";
                    case "floppy" -> "fd";
                    default -> "hd";
                };
    }

    /** Changes a guest's document into the one it is installed with. */
    void install(Guest installing, InstallBoot boot) {
        installing.domain().set("on_reboot", "destroy");
        var os = installing.os();
        boot.kernel().ifPresent(path -> os.set("kernel", path));
        boot.initrd().ifPresent(path -> os.set("initrd", path));
        boot.kernelArgs().filter(words -> !words.isEmpty()).ifPresent(words -> os.set("cmdline", words));
        var device = device();
        installing.setBootOrder(
                device.isPresent() && mayOrder(installing) ? withDisk(installing, device.get()) : List.of());
        long current = Guest.number(installing.domain(), "currentMemory").orElse(0L);
        if (boot.minimumMemoryKib() > current) {
            guest.messages()
                    .warn("Overriding memory to " + boot.minimumMemoryKib() / 1024 + " MiB needed for "
                            + guest.system().name() + " network install.");
            installing.setCurrentMemory(boot.minimumMemoryKib());
        }
        if (request.cloudInit().isPresent()) {
            markForCloudInit(installing);
        }
    }

    /** Tells cloud-init where to look. */
    private void markForCloudInit(Guest installing) {
        var host = guest.host();
        var mode = installing.os().get("smbios/@mode");
        boolean fits = (host.isQemu() || host.isTest()) && (installing.isX86() || installing.isArmVirt());
        if (!fits || mode.filter(each -> !each.equals("sysinfo")).isPresent()) {
            return;
        }
        var domain = installing.domain();
        var info = domain.all("sysinfo").stream()
                .filter(each -> each.is("@type", "smbios"))
                .findFirst()
                .orElseGet(() -> domain.add("sysinfo"));
        if (info.has("system/entry[@name='serial']")) {
            return;
        }
        installing.os().set("smbios/@mode", "sysinfo");
        info.set("@type", "smbios");
        info.set("system/entry[@name='serial']", "ds=nocloud");
    }

    /** Changes a guest's document into the one that is kept: without the media of the installation. */
    void after(Guest lasting, List<String> extraDrives) {
        var medium = cdrom();
        if (attached && medium.isPresent() && !guest.system().isWindows()) {
            eject(lasting, medium.get());
        }
        extraDrives.forEach(path -> eject(lasting, path));
    }

    private static void eject(Guest lasting, String path) {
        for (var disk : lasting.devices("disk")) {
            if (disk.is("@device", "cdrom")
                    && lasting.storage(disk).path().filter(path::equals).isPresent()) {
                load(lasting, disk, Optional.empty());
                new DiskDefaults(lasting).follow(disk);
                return;
            }
        }
    }
}
