package dev.posada.install;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The guest of a command line, once everything is decided. */
final class PlannedGuest implements GuestDocument {
    private final Guest guest;
    private final InstallRequest request;
    private final BootMedia media;
    private final Node document;
    private final Optional<Node> before;
    private final Function<Node, Guest> open;

    /**
     * @param before the document of a guest that is installed anew
     * @param open makes a guest of a document
     */
    PlannedGuest(
            Guest guest, InstallRequest request, BootMedia media, Optional<Node> before, Function<Node, Guest> open) {
        this.guest = guest;
        this.request = request;
        this.media = media;
        this.before = before;
        this.open = open;
        document = guest.write();
    }

    @Override
    public String name() {
        return guest.name().orElse("");
    }

    @Override
    public void checkName() {
        if (before.isPresent()) {
            return;
        }
        if (name().isEmpty()) {
            throw new InstallException("A name must be specified for the Guest");
        }
        if (name().contains(" ")) {
            throw new InstallException("Guest name '" + name() + "' can not contain ' ' character.");
        }
        if (guest.host().hasDomain(name())) {
            throw new InstallException("Guest name '" + name() + "' is already in use.");
        }
    }

    @Override
    public String type() {
        return guest.type().orElse("");
    }

    @Override
    public String architecture() {
        return guest.architecture().orElse("");
    }

    @Override
    public String operatingSystem() {
        return guest.system().name();
    }

    @Override
    public Optional<String> screen() {
        return guest.devices("graphics").stream().findFirst().flatMap(screen -> screen.get("@type"));
    }

    @Override
    public List<PlannedVolume> volumes() {
        return guest.devices("disk").stream()
                .map(guest::storage)
                .filter(DiskStorage.Planned.class::isInstance)
                .map(storage -> ((DiskStorage.Planned) storage).volume())
                .toList();
    }

    @Override
    public Phases phases(InstallBoot boot) {
        var base = open.apply(document.copy());
        boot.extraDrives().forEach(path -> addDrive(base, path));
        var complete = base.write();
        boolean changes =
                request.cloudInit().isPresent() || request.unattended().isPresent() || request.hasInstallPhase();
        if (!changes) {
            return new Phases(Optional.empty(), DocumentText.of(before.orElse(complete)));
        }
        var installing = open.apply(complete.copy());
        media.install(installing, boot);
        var lasting = open.apply(complete.copy());
        media.after(lasting, boot.extraDrives());
        var after = lasting.write();
        return new Phases(Optional.of(DocumentText.of(installing.write())), DocumentText.of(before.orElse(after)));
    }

    private static void addDrive(Guest guest, String path) {
        var drive = guest.addDevice("disk");
        drive.set("@device", "cdrom");
        BootMedia.load(guest, drive, Optional.of(path));
        new DiskDefaults(guest).follow(drive);
        new DeviceDefaults(guest).decide("disk", drive);
    }
}
