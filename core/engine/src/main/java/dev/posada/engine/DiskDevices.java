package dev.posada.engine;

import dev.posada.driver.Abilities.ChangesDisks;
import dev.posada.driver.Undo;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Disks that come and go, and media that change. */
final class DiskDevices implements DeviceKind {
    private static final String DISK = "disk";

    /** Drives whose media change. */
    private static final Set<String> DRIVES = Set.of("cdrom", "floppy");

    private static final Set<String> PLUGGABLE_BUSES = Set.of("virtio", "scsi", "usb");

    private final Hypervisor hypervisor;

    DiskDevices(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    @Override
    public Element find(DomainDefinition definition, Element wanted, Purpose purpose) {
        var target = ShownDisks.target(wanted);
        return find(definition, target).orElseThrow(() -> switch (purpose) {
            case DETACH -> hypervisor.error(ErrorCode.DEVICE_MISSING, "no target device " + target);
            case DETACH_LIVE -> hypervisor.error(ErrorCode.DEVICE_MISSING, "disk " + target + " not found");
            case UPDATE -> hypervisor.badArgument("target " + target + " doesn't exist.");
            case UPDATE_LIVE -> hypervisor.error(ErrorCode.INTERNAL_ERROR, "disk '" + target + "' not found");
        });
    }

    private static Optional<Element> find(DomainDefinition definition, String target) {
        return definition.devices(DISK).stream()
                .filter(disk -> ShownDisks.target(disk).equals(target))
                .findFirst();
    }

    @Override
    public void checkFree(DomainDefinition definition, Element disk) {
        var target = ShownDisks.target(disk);
        if (find(definition, target).isPresent()) {
            throw hypervisor.invalid("target " + target + " already exists");
        }
    }

    @Override
    public void attach(Domain domain, Element disk, String api) {
        var running = domain.view().live().orElseThrow();
        var target = ShownDisks.target(disk);
        var there = find(running.definition(), target);
        if (there.isPresent()) {
            if (DRIVES.contains(kind(disk))) {
                update(domain, disk, false, api);
                return;
            }
            throw hypervisor.error(
                    ErrorCode.XML_ERROR,
                    "target '" + target + "' duplicated for disk sources '" + path(disk) + "' and '" + path(there.get())
                            + "'");
        }
        var disks = hypervisor.ability(domain, ChangesDisks.class, api);
        var resolved = hypervisor.disks().resolve(disk);
        var keys = new DiskKeys(hypervisor.secrets()).of(List.of(resolved.disk()));
        try (var undo = showing(running.instance(), target, resolved.shown())) {
            disks.attach(resolved.disk(), keys);
            undo.done();
        }
    }

    /** Has clients shown a disk as they named it, until this is undone. */
    private static Undo showing(Instance instance, String target, Optional<ShownDisks.Shown> shown) {
        var before = instance.show(target, shown);
        var undo = new Undo();
        undo.add(() -> instance.show(target, before));
        return undo;
    }

    @Override
    public void detach(Domain domain, Element disk, String api) {
        var bus =
                disk.child("target").map(target -> target.attribute("bus", "")).orElse("");
        if (kind(disk).equals("floppy")
                || (kind(disk).equals("cdrom") && !Set.of("usb", "scsi").contains(bus))) {
            throw unsupported("disk device type '" + kind(disk) + "' cannot be detached");
        }
        if (!PLUGGABLE_BUSES.contains(bus)) {
            throw unsupported("This type of disk cannot be hot unplugged");
        }
        hypervisor.ability(domain, ChangesDisks.class, api).detach(disk);
    }

    @Override
    public Element replacement(DomainDefinition definition, Element wanted) {
        find(definition, wanted, Purpose.UPDATE);
        return wanted;
    }

    @Override
    public void update(Domain domain, Element wanted, boolean force, String api) {
        var running = domain.view().live().orElseThrow();
        var before = find(running.definition(), wanted, Purpose.UPDATE_LIVE);
        var shown = find(running.instance().shown(running.definition()), wanted, Purpose.UPDATE_LIVE);
        var edit = new DiskEdit(hypervisor, shown, wanted);
        edit.check();
        var disks = hypervisor.ability(domain, ChangesDisks.class, api);
        if (!edit.moves()) {
            disks.note(before, edit.noted(before));
            return;
        }
        if (!DRIVES.contains(kind(before))) {
            throw hypervisor.error(ErrorCode.CONFIG_UNSUPPORTED, "disk source can be changed only in removable drives");
        }
        var resolved = hypervisor.disks().resolve(wanted);
        var keys = new DiskKeys(hypervisor.secrets()).of(List.of(resolved.disk()));
        try (var undo = showing(running.instance(), ShownDisks.target(before), resolved.shown())) {
            disks.changeMedium(before, DiskEdit.withMedium(before, resolved.disk()), keys, force);
            undo.done();
        }
    }

    private static String path(Element disk) {
        return disk.child("source")
                .flatMap(source -> source.attribute("file").or(() -> source.attribute("dev")))
                .orElse("");
    }

    private static String kind(Element disk) {
        return disk.attribute("device", DISK);
    }

    private RuntimeException unsupported(String detail) {
        return hypervisor.error(ErrorCode.OPERATION_UNSUPPORTED, detail);
    }
}
