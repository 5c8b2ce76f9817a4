package dev.posada.install;

import dev.posada.install.Arguments.Given;
import java.util.List;
import java.util.Optional;

/** Makes the guest that a command line of virt-install describes. */
final class GuestBuilder {
    private static final String METHODS = "--location URL, --cdrom CD/ISO, --pxe, --import, --boot hd|cdrom|...";
    private static final long BYTES_PER_KIB = 1024;
    private static final long BYTES_PER_MIB = 1024 * 1024;
    private static final long BYTES_PER_GIB = 1024L * 1024 * 1024;
    private static final long CONTAINER_MIB = 1024;
    private static final long SMALL_MIB = 17;

    /** The options that are about the domain and not about the installation. */
    private static final List<String> EARLY = List.of("boot", "metadata");

    private static final List<String> NOT_OF_THE_DOCUMENT =
            List.of("check", "location", "unattended", "install", "cloud-init", "xml", "os-variant");

    private final Given given;
    private final OptionTable table;
    private final Guest guest;
    private final Messages messages;
    private final Checks checks;

    GuestBuilder(Given given, OptionTable table, Guest guest, Checks checks) {
        this.given = given;
        this.table = table;
        this.guest = guest;
        this.checks = checks;
        messages = guest.messages();
    }

    /** What has to be known before the media are looked at. */
    void begin() {
        var domain = guest.domain();
        given.text("name").ifPresent(text -> domain.set("name", text));
        given.text("uuid").ifPresent(text -> domain.set("uuid", text));
        given.text("description").ifPresent(text -> domain.set("description", text));
        for (var type : List.of("hvm", "paravirt", "container")) {
            if (given.has(type)) {
                guest.os().set("type", type.equals("hvm") ? "hvm" : type.equals("container") ? "exe" : "xen");
            }
        }
        given.text("virt-type").ifPresent(text -> domain.set("@type", text));
        given.text("arch").ifPresent(text -> guest.os().set("type/@arch", text));
        given.text("machine").ifPresent(text -> guest.os().set("type/@machine", text));
        EARLY.forEach(this::apply);
        new GuestDefaults(guest).decidePlatform();
    }

    private void apply(String option) {
        for (var text : given.all(option)) {
            new OptionSetter(guest, table.section(option), text, false).apply(Optional.empty());
        }
    }

    /** Everything else, with all defaults. */
    void complete(InstallRequest request, BootMedia media) {
        if (guest.name().isEmpty()) {
            var name = newName();
            messages.say("Using default --name " + name);
            guest.domain().set("name", name);
        }
        table.names().stream()
                .filter(option -> !EARLY.contains(option) && !NOT_OF_THE_DOCUMENT.contains(option))
                .forEach(this::apply);
        for (var text : given.all("xml")) {
            addChange(guest, table, text);
        }
        fillIn();
        media.attach();
        new GuestDefaults(guest).decide();
        media.searchPaths().forEach(path -> Checks.checkSearch(guest, path));
        guest.devices("disk").forEach(disk -> checks.checkDisk(guest, disk));
        guest.devices("interface")
                .forEach(card -> card.get("mac/@address").ifPresent(mac -> checks.checkMac(guest, mac)));
        checkComplete(request);
        warn();
    }

    /** Takes note of {@code --xml}. */
    static void addChange(Guest guest, OptionTable table, String text) {
        var action = guest.changes(guest.domain()).add();
        if (!text.startsWith("xpath.")) {
            action.put("set", text);
            return;
        }
        new PlainOption(table.section("xml"), text)
                .values()
                .forEach((name, value) -> action.put(name.substring("xpath.".length()), value.orElse("")));
    }

    private String newName() {
        var system = guest.system().name();
        var base = system.endsWith("-unknown") ? system.substring(0, system.lastIndexOf('-')) : system;
        boolean numbered = guest.system().isGeneric();
        if (numbered) {
            base = guest.isContainer() ? "container" : "vm";
        }
        var architecture = guest.architecture().orElse("");
        if (!guest.host()
                .capabilities()
                .architecture()
                .filter(architecture::equals)
                .isPresent()) {
            base += "-" + (architecture.equals("armv7l") ? "arm" : architecture);
            numbered = false;
        }
        var host = guest.host();
        if (numbered) {
            return FreeNames.numbered(base, "", 1, host::hasDomain);
        }
        return host.hasDomain(base) ? FreeNames.numbered(base + "-", "", 2, host::hasDomain) : base;
    }

    /** Memory, processors and a disk as the system in the guest likes them. */
    private void fillIn() {
        if (guest.isContainer()) {
            if (!guest.saysMemory()) {
                messages.say("Using container default --memory " + CONTAINER_MIB);
                guest.setCurrentMemory(CONTAINER_MIB * BYTES_PER_KIB);
            }
            return;
        }
        var system = guest.system();
        var architecture = guest.architecture().orElse("");
        var ram = system.recommendedRamBytes(architecture);
        if (ram.isPresent() && !guest.saysMemory()) {
            messages.say("Using " + system.name() + " default --memory "
                    + new java.math.BigDecimal(ram.getAsLong())
                            .divide(new java.math.BigDecimal(BYTES_PER_MIB))
                            .stripTrailingZeros()
                            .toPlainString());
            guest.setCurrentMemory(ram.getAsLong() / BYTES_PER_KIB);
        }
        system.recommendedCpus(architecture).ifPresent(new GuestDefaults(guest)::matchTopology);
        var storage = system.recommendedStorageBytes(architecture);
        if (storage.isPresent() && !saysStorage()) {
            var disk = "size=" + storage.getAsLong() / BYTES_PER_GIB;
            messages.say("Using " + system.name() + " default --disk " + disk);
            given.put("disk", List.of(disk));
            apply("disk");
        }
    }

    private boolean saysStorage() {
        return guest.isContainer() || given.has("disk") || given.has("filesystem");
    }

    private void checkComplete(InstallRequest request) {
        var missing = new StringBuilder();
        if (!given.has("reinstall")) {
            if (!guest.saysMemory()) {
                missing.append("\n--memory amount in MiB is required");
            }
            if (!saysStorage()) {
                missing.append("\n--disk storage must be specified (override with --disk none)");
            }
        }
        if (!guest.isContainer() && !request.noInstall() && !request.hasInstallPhase()) {
            missing.append("\nAn install method must be specified\n(")
                    .append(METHODS)
                    .append(')');
        }
        if (!missing.isEmpty()) {
            throw new BadWord(missing.toString());
        }
    }

    private void warn() {
        if (given.has("pxe") && !mayBootFromNetwork()) {
            messages.warn("The guest's network configuration may not support PXE");
        }
        if (guest.system().isGeneric() && guest.isHvm()) {
            messages.warn("Using --osinfo " + guest.system().name()
                    + ", VM performance may suffer. Specify an accurate OS for optimal results.");
        }
        var memory = Guest.number(guest.domain(), "currentMemory").filter(kib -> kib != 0);
        if (memory.isEmpty()) {
            return;
        }
        long mebibytes = memory.get() / BYTES_PER_KIB;
        var least = guest.system().minimumRamBytes(guest.architecture().orElse(""));
        if (least.isPresent()) {
            if (least.getAsLong() / BYTES_PER_KIB > memory.get()) {
                messages.warn("Requested memory " + mebibytes + " MiB is less than the recommended "
                        + least.getAsLong() / BYTES_PER_MIB + " MiB for OS "
                        + guest.system().name());
            }
        } else if (mebibytes < SMALL_MIB) {
            messages.warn("Requested memory " + mebibytes + " MiB is abnormally low. Were you trying to specify GiB?");
        }
    }

    private boolean mayBootFromNetwork() {
        for (var card : guest.devices("interface")) {
            if (card.is("@type", "user")) {
                continue;
            }
            if (!card.is("@type", "network")) {
                return true;
            }
            return NetworkBoot.isOffered(guest.host(), card.get("source/@network", ""));
        }
        return false;
    }
}
