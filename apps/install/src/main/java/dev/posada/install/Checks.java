package dev.posada.install;

import dev.posada.model.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out whether what was asked for can be done, before anything is done. */
final class Checks {
    private static final long BYTES_PER_MIB = 1024 * 1024;
    private static final int OTHERS_MAY_SEARCH = 1;

    private final Map<String, Boolean> wanted = new HashMap<>();

    /** Takes note of {@code --check name=on|off}. */
    void want(String name, boolean check) {
        wanted.put(name, check);
    }

    private boolean wants(String name) {
        return wanted.getOrDefault("all", wanted.getOrDefault(name, true));
    }

    /** Complains about something that an option may have it overlook. */
    private void complain(Messages messages, String message, String check, boolean warn) {
        if (wants(check)) {
            throw new BadWord(message + " (Use --check " + check + "=off or --check all=off to override)");
        }
        if (warn) {
            messages.warn(message);
        }
    }

    /** Checks an element by itself. */
    static void validate(Guest guest, String option, Draft element) {
        switch (option) {
            case "disk" -> validateDisk(guest, element);
            case "filesystem" -> validateFilesystem(guest, element);
            default -> {
                // The daemon checks the others.
            }
        }
    }

    static void validateDisk(Guest guest, Draft disk) {
        var storage = guest.storage(disk);
        if (storage instanceof DiskStorage.Present present && present.problem().isPresent()) {
            throw new InstallException(present.problem().get());
        }
        if (storage.path().isEmpty()) {
            if (!DiskStorage.mayBeEmpty(disk)) {
                throw new InstallException("Device type '" + disk.get("@device", "disk") + "' requires a path");
            }
            return;
        }
        if (storage instanceof DiskStorage.Planned planned) {
            validateVolume(guest, planned);
        } else if (!storage.exists()) {
            throw new InstallException("Must specify storage creation parameters for non-existent path '"
                    + storage.path().get() + "'.");
        }
    }

    private static void validateVolume(Guest guest, DiskStorage.Planned planned) {
        var name = planned.volume().name();
        if (name.contains(" ")) {
            throw new InstallException("Storage object name '" + name + "' can not contain ' ' character.");
        }
        if (guest.host().pool(planned.volume().pool()).volume(name).isPresent()) {
            throw new InstallException("Name '" + name + "' already in use by another volume.");
        }
        if (!planned.sparse() && lacksRoom(guest.host(), planned)) {
            throw new InstallException("There is not enough free space on the storage pool to create the volume. ("
                    + figures(guest.host(), planned, "allocation") + ")");
        }
        room(guest.host(), planned).ifPresent(guest.messages()::warn);
    }

    private static boolean lacksRoom(Host host, DiskStorage.Planned planned) {
        return planned.volume().capacityBytes()
                > host.pool(planned.volume().pool()).info().availableBytes();
    }

    private static Optional<String> room(Host host, DiskStorage.Planned planned) {
        return lacksRoom(host, planned)
                ? Optional.of("The requested volume capacity will exceed the available pool space when the volume is"
                        + " fully allocated. (" + figures(host, planned, "capacity") + ")")
                : Optional.empty();
    }

    private static String figures(Host host, DiskStorage.Planned planned, String what) {
        return planned.volume().capacityBytes() / BYTES_PER_MIB + " M requested " + what + " > "
                + host.pool(planned.volume().pool()).info().availableBytes() / BYTES_PER_MIB + " M available";
    }

    private static void validateFilesystem(Guest guest, Draft filesystem) {
        var target = filesystem.get("target/@dir");
        boolean tag = (guest.host().isQemu() || guest.host().isTest())
                && filesystem.get("@type", "mount").equals("mount");
        if (target.isPresent() && !tag && !target.get().startsWith("/")) {
            throw new InstallException("Filesystem target '" + target.get() + "' must be an absolute path");
        }
    }

    /** Checks a disk against what else is on the host. */
    void checkDisk(Guest guest, Draft disk) {
        var storage = guest.storage(disk);
        var path = storage.path();
        if (path.isEmpty()) {
            return;
        }
        var users = users(guest.host(), path.get(), disk.has("shareable"), disk.has("readonly"));
        if (!users.isEmpty()) {
            complain(
                    guest.messages(),
                    "Disk " + path.get() + " is already in use by other guests ["
                            + String.join(
                                    ", ", users.stream().map(Arguments::quoted).toList()) + "].",
                    "path_in_use",
                    true);
        }
        if (storage instanceof DiskStorage.Planned planned) {
            room(guest.host(), planned).ifPresent(message -> complain(guest.messages(), message, "disk_size", false));
        }
        checkSearch(guest, path.get());
    }

    /** The names of the guests that use a file, directly or by way of an overlay. */
    private static List<String> users(Host host, String path, boolean shareable, boolean readOnly) {
        var overlays = overlays(host, path);
        var users = new ArrayList<String>();
        for (var domain : host.domains()) {
            var name = domain.childText("name").orElse("");
            var os = domain.child("os");
            boolean boots = !readOnly
                    && List.of("kernel", "initrd", "dtb").stream()
                            .anyMatch(each -> os.flatMap(element -> element.childText(each))
                                    .filter(path::equals)
                                    .isPresent());
            boolean uses = domain.child("devices").stream()
                    .flatMap(devices -> devices.children("disk").stream())
                    .anyMatch(disk -> {
                        var theirs = DomainDisk.path(host, disk);
                        return theirs.filter(overlays::contains).isPresent()
                                || (theirs.filter(path::equals).isPresent()
                                        && !(shareable
                                                && disk.child("shareable").isPresent())
                                        && !(readOnly && disk.child("readonly").isPresent()));
                    });
            if (boots || uses) {
                users.add(name);
            }
        }
        return users;
    }

    private static List<String> overlays(Host host, String path) {
        if (host.domains().isEmpty()) {
            return List.of();
        }
        var byBase = new HashMap<String, String>();
        for (var volume : host.volumes(_ -> true)) {
            volume.at("backingStore", "path")
                    .ifPresent(base ->
                            volume.at("target", "path").ifPresent(target -> byBase.put(base.text(), target.text())));
        }
        var overlays = new ArrayList<String>();
        for (var next = byBase.get(path); next != null && !overlays.contains(next); next = byBase.get(next)) {
            overlays.add(next);
        }
        return overlays;
    }

    /** Checks that no other guest has the address of a network card. */
    void checkMac(Guest guest, String mac) {
        if (DeviceDefaults.isMacTaken(guest.host(), mac)) {
            complain(
                    guest.messages(),
                    "The MAC address '" + mac + "' is in use by another virtual machine.",
                    "mac_in_use",
                    true);
        }
    }

    /** Warns when the user that guests run as cannot get to a file. */
    static void checkSearch(Guest guest, String path) {
        var host = guest.host();
        if (host.isRemote() || !host.isQemu() || !host.isPrivileged() || Values.isUrl(path)) {
            return;
        }
        var user = host.capabilities().guestUser().filter(id -> !id.isEmpty() && !id.equals("0"));
        if (user.isEmpty()) {
            return;
        }
        var closed = new ArrayList<String>();
        var file = Path.of(Values.absolute(path));
        for (var folder = Files.isDirectory(file) ? file : file.getParent();
                folder != null && folder.getNameCount() > 0;
                folder = folder.getParent()) {
            if (!maySearch(folder, user.get())) {
                closed.addFirst(folder.toString());
            }
        }
        if (!closed.isEmpty()) {
            guest.messages()
                    .warn(path + " may not be accessible by the hypervisor. You will need to grant the '"
                            + userName(user.get()) + "' user search permissions for the following directories: ["
                            + String.join(
                                    ", ", closed.stream().map(Arguments::quoted).toList()) + "]");
        }
    }

    private static boolean maySearch(Path folder, String user) {
        try {
            var facts = Files.readAttributes(folder, "unix:mode,uid,gid");
            int mode = facts.get("mode") instanceof Integer bits ? bits : 0;
            int shift = String.valueOf(facts.get("uid")).equals(user) ? 6 : 0;
            return (mode >> shift & OTHERS_MAY_SEARCH) != 0;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static String userName(String id) {
        try {
            return Files.readAllLines(Path.of("/etc/passwd")).stream()
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > 2 && fields[2].equals(id))
                    .map(fields -> fields[0])
                    .findFirst()
                    .orElse(id);
        } catch (IOException e) {
            return id;
        }
    }

    /** Where a disk of an existing domain is. */
    private static final class DomainDisk {
        static Optional<String> path(Host host, Element disk) {
            var source = disk.child("source");
            var local = source.flatMap(each -> each.attribute("file"))
                    .or(() -> source.flatMap(each -> each.attribute("dev")))
                    .or(() -> source.flatMap(each -> each.attribute("dir")));
            if (local.isPresent() || source.isEmpty()) {
                return local;
            }
            if (disk.has("type", "volume")) {
                return host.connection()
                        .storage()
                        .poolByName(source.get().attribute("pool", ""))
                        .flatMap(pool -> pool.volume(source.get().attribute("volume", "")))
                        .map(dev.posada.client.StorageVolume::path);
            }
            // A disk in the network is known by its address.
            return disk.has("type", "network") ? Optional.of(NetworkSource.url(source.get())) : Optional.empty();
        }
    }
}
