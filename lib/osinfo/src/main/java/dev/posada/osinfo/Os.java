package dev.posada.osinfo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/**
 * An operating system of the database. What a system inherits from those it derives from or copies is looked up when it
 * is asked for, so that finding one system reads no more than that system's file. Immutable to its users; safe for any
 * thread.
 */
public final class Os {
    private final OsDatabase database;
    private final OsEntry own;

    Os(OsDatabase database, OsEntry own) {
        this.database = database;
        this.own = own;
    }

    /** The name in the database, a URI. */
    public String id() {
        return own.id;
    }

    /** The first of the short names. */
    public String shortId() {
        return own.shortIds.isEmpty() ? "" : own.shortIds.getFirst();
    }

    /** All short names, in the order of the file. */
    public List<String> shortIds() {
        return List.copyOf(own.shortIds);
    }

    /** The name for people. */
    public String name() {
        return own.name;
    }

    /** Who makes it. */
    public String vendor() {
        return own.vendor;
    }

    /** {@code linux}, {@code winnt}, {@code freebsd}, …; may be empty. */
    public String family() {
        return own.family;
    }

    /** The line of systems it belongs to, as {@code debian}; may be empty. */
    public String distro() {
        return own.distro;
    }

    /** The version; may be empty. */
    public String version() {
        return own.version;
    }

    /** The name of the version; may be empty. */
    public String codename() {
        return own.codename;
    }

    /** The day it was released. */
    public Optional<LocalDate> released() {
        return own.released;
    }

    /** The day its maker gives it up. */
    public Optional<LocalDate> endOfLife() {
        return own.endOfLife;
    }

    /** How far its making has come. */
    public ReleaseStatus status() {
        return own.status;
    }

    /** The editions there are. */
    public List<Variant> variants() {
        return List.copyOf(own.variants);
    }

    /** The discs it is published on. */
    public List<Media> media() {
        return List.copyOf(own.media);
    }

    /** The folders it can be installed from. */
    public List<Tree> trees() {
        return List.copyOf(own.trees);
    }

    /** The disks with the system installed. */
    public List<Image> images() {
        return List.copyOf(own.images);
    }

    /** Software for devices that the system does not know by itself. */
    public List<Driver> drivers() {
        return List.copyOf(own.drivers);
    }

    /** The scripts that answer its installer; those that the database does not have are left out. */
    public List<InstallScript> installScripts() {
        List<InstallScript> scripts = new ArrayList<>();
        for (String id : own.installScripts) {
            database.installScript(id).ifPresent(scripts::add);
        }
        return scripts;
    }

    /** The kernel's argument by which its installer is told where the tree is; may be inherited. */
    public Optional<String> kernelUrlArgument() {
        for (Os os : database.lineage(this)) {
            if (os.own.kernelUrlArgument.isPresent()) {
                return os.own.kernelUrlArgument;
            }
        }
        return Optional.empty();
    }

    /** Whom the published disks let in; may be inherited. */
    public Optional<String> cloudUser() {
        for (Os os : database.lineage(this)) {
            if (os.own.cloudUser.isPresent()) {
                return os.own.cloudUser;
            }
        }
        return Optional.empty();
    }

    /** What it needs of a machine, a figure for each architecture that the database knows about. */
    public List<Resources> resources(Needs needs) {
        List<Resources> resources = new ArrayList<>();
        for (OsEntry.OwnResources one : own.resources.getOrDefault(needs, List.of())) {
            resources.add(one.inherits() ? filled(one.resources(), needs, Set.of(id())) : one.resources());
        }
        return resources;
    }

    private Resources filled(Resources figures, Needs needs, Set<String> seen) {
        for (Os parent : database.parents(this)) {
            if (seen.contains(parent.id())) {
                continue;
            }
            var more = new LinkedHashSet<>(seen);
            more.add(parent.id());
            for (OsEntry.OwnResources one : parent.own.resources.getOrDefault(needs, List.of())) {
                if (one.resources().architecture().equals(figures.architecture())) {
                    Resources theirs = one.inherits() ? parent.filled(one.resources(), needs, more) : one.resources();
                    return figures.orElse(theirs);
                }
            }
        }
        return figures;
    }

    /** What it needs of a machine of an architecture: the figure for it, or else the one for all. */
    public Optional<Resources> resources(Needs needs, String architecture) {
        Optional<Resources> forAll = Optional.empty();
        for (Resources one : resources(needs)) {
            if (one.architecture().equals(architecture)) {
                return Optional.of(one);
            }
            if (one.architecture().equals("all")) {
                forAll = Optional.of(one);
            }
        }
        return forAll;
    }

    /** The devices it can drive, by their ids: its own and those of its ancestors, less what a later one takes back. */
    public SequencedSet<String> devices() {
        SequencedSet<String> devices = new LinkedHashSet<>();
        for (Os os : database.lineage(this).reversed()) {
            os.own.devices.forEach((device, supported) -> {
                if (supported) {
                    devices.add(device);
                } else {
                    devices.remove(device);
                }
            });
        }
        return devices;
    }

    /** Whether it can drive at least one of some devices. */
    public boolean supports(String... deviceIds) {
        SequencedSet<String> devices = devices();
        for (String id : deviceIds) {
            if (devices.contains(id)) {
                return true;
            }
        }
        return false;
    }

    /** By which firmware it can be started, its ancestors' included. */
    public List<Firmware> firmwares() {
        List<Firmware> firmwares = new ArrayList<>();
        for (Os os : database.lineage(this).reversed()) {
            for (Firmware firmware : os.own.firmwares) {
                firmwares.removeIf(known -> known.architecture().equals(firmware.architecture())
                        && known.type().equals(firmware.type()));
                firmwares.add(firmware);
            }
        }
        return firmwares;
    }

    /** What it derives from, by ids. */
    public List<String> derivesFrom() {
        return List.copyOf(own.derivesFrom);
    }

    /** Of what it is a copy, by ids. */
    public List<String> clones() {
        return List.copyOf(own.clones);
    }

    /** What it succeeds, by ids. */
    public List<String> upgrades() {
        return List.copyOf(own.upgrades);
    }

    /** Whether it, or anything it derives from, copies or succeeds, has a short name. */
    public boolean relatedTo(String shortId) {
        return database.related(this, shortId);
    }

    @Override
    public String toString() {
        return shortId();
    }
}
