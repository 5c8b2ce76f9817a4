package dev.posada.install;

import dev.posada.osinfo.Needs;
import dev.posada.osinfo.Os;
import dev.posada.osinfo.OsDatabase;
import dev.posada.osinfo.Resources;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** The operating system in a guest, as far as defaults follow from it. */
final class GuestSystem {
    static final String GENERIC = "generic";

    private static final String PCI = "http://pcisig.com/pci/";

    private final OsDatabase database;
    private final Optional<Os> os;

    private GuestSystem(OsDatabase database, Optional<Os> os) {
        this.database = database;
        this.os = os;
    }

    /** The system that nothing is known about. */
    static GuestSystem generic(OsDatabase database) {
        return new GuestSystem(database, Optional.empty());
    }

    /**
     * The system of a short name.
     *
     * @throws InstallException when there is none
     */
    static GuestSystem named(OsDatabase database, String name) {
        if (name.equals(GENERIC)) {
            return generic(database);
        }
        return database.find(name)
                .map(os -> new GuestSystem(database, Optional.of(os)))
                .orElseThrow(() ->
                        new InstallException("Unknown OS name '" + name + "'. See `--osinfo list` for valid values."));
    }

    /** The system of a URI; empty when the database does not have it. */
    static Optional<GuestSystem> identified(OsDatabase database, String id) {
        return database.find(id).map(os -> new GuestSystem(database, Optional.of(os)));
    }

    OsDatabase database() {
        return database;
    }

    String name() {
        return os.map(Os::shortId).orElse(GENERIC);
    }

    Optional<String> id() {
        return os.map(Os::id);
    }

    Optional<Os> os() {
        return os;
    }

    boolean isGeneric() {
        return name().equals(GENERIC);
    }

    boolean isWindows() {
        return os.map(Os::family)
                .filter(List.of("win9x", "winnt", "win16")::contains)
                .isPresent();
    }

    /** What the machine's clock shows. */
    String clock() {
        return isWindows() || os.map(Os::family).filter("solaris"::equals).isPresent() ? "localtime" : "utc";
    }

    private boolean drives(String... pciIds) {
        var ids = new String[pciIds.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = PCI + pciIds[i];
        }
        return os.filter(system -> system.supports(ids)).isPresent();
    }

    boolean drivesVirtioDisk() {
        return drives("1af4/1001", "1af4/1042");
    }

    boolean drivesVirtioScsi() {
        return drives("1af4/1004", "1af4/1048");
    }

    boolean drivesVirtioNet() {
        return drives("1af4/1000", "1af4/1041");
    }

    boolean drivesVirtioRng() {
        return drives("1af4/1005", "1af4/1044");
    }

    boolean drivesVirtioGpu() {
        return drives("1af4/1050");
    }

    boolean drivesVirtioBalloon() {
        return drives("1af4/1002", "1af4/1045");
    }

    boolean drivesVirtioSerial() {
        // The database once left it out for this family, and some copies still do.
        return drives("1af4/1003", "1af4/1043")
                || os.filter(system -> system.relatedTo("rhel6.0")).isPresent();
    }

    boolean drivesVirtioInput() {
        return drives("1af4/1052");
    }

    boolean drivesUsb3() {
        return drives("1b36/0004");
    }

    /** Whether a machine with PCI Express and virtio of version 1 suits it. */
    boolean drivesQ35() {
        if (drivesVirtioNet() && !drives("1af4/1041")) {
            return false;
        }
        return os.filter(system -> system.supports("http://qemu.org/chipset/x86/q35"))
                .isPresent();
    }

    /** Whether it drives a network card of that name. */
    boolean drivesNetworkCard(String name) {
        return os.stream()
                .flatMap(system -> system.devices().stream())
                .flatMap(id -> database.device(id).stream())
                .anyMatch(device ->
                        device.kind().startsWith("net") && device.name().equals(name));
    }

    /** Whether it starts with UEFI alone. */
    boolean needsUefi(String architecture) {
        return name().equals("win11")
                || (firmware(architecture, "efi").orElse(false)
                        && !firmware(architecture, "bios").orElse(true));
    }

    private Optional<Boolean> firmware(String architecture, String type) {
        return os.stream()
                .flatMap(system -> system.firmwares().stream())
                .filter(firmware -> firmware.architecture().equals(architecture)
                        && firmware.type().equals(type))
                .map(dev.posada.osinfo.Firmware::supported)
                .findFirst();
    }

    OptionalLong minimumRamBytes(String architecture) {
        return figure(Needs.MINIMUM, architecture, Resources::ramBytes);
    }

    OptionalLong recommendedRamBytes(String architecture) {
        return recommended(architecture, Resources::ramBytes);
    }

    OptionalLong recommendedCpus(String architecture) {
        return recommended(architecture, Resources::cpus);
    }

    OptionalLong recommendedStorageBytes(String architecture) {
        return recommended(architecture, Resources::storageBytes);
    }

    /** The figure that is recommended, or twice the least that is needed. */
    private OptionalLong recommended(String architecture, Function<Resources, OptionalLong> figure) {
        var recommended = figure(Needs.RECOMMENDED, architecture, figure);
        if (recommended.isPresent()) {
            return recommended;
        }
        var minimum = figure(Needs.MINIMUM, architecture, figure);
        return minimum.isPresent() ? OptionalLong.of(2 * minimum.getAsLong()) : minimum;
    }

    private OptionalLong figure(Needs needs, String architecture, Function<Resources, OptionalLong> figure) {
        for (var wanted : List.of(architecture, "all")) {
            var found = os.stream()
                    .flatMap(system -> system.resources(needs).stream())
                    .filter(resources -> resources.architecture().equals(wanted))
                    .map(figure)
                    .filter(OptionalLong::isPresent)
                    .findFirst();
            if (found.isPresent()) {
                return found.get().getAsLong() > 0 ? found.get() : OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }
}
