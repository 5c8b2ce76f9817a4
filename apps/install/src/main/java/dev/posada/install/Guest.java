package dev.posada.install;

import dev.posada.osinfo.OsDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A guest under work: its document in the making, and what options said that is no part of the document.
 *
 * <p>The domain's parts are reached by path; what is asked here are the questions that defaults turn on.
 */
final class Guest {
    static final String SYSTEM_PATH = "metadata>libosinfo:libosinfo>libosinfo:os/@id";

    /** From 15 on QEMU had trouble with them once; a guest with so many plugs in whatever it likes. */
    private static final int DEFAULT_ROOT_PORTS = 14;

    private final Host host;
    private final Messages messages;
    private final Draft domain;
    private final Node document;
    private final Map<Draft, DiskStorage> storage = new HashMap<>();
    private final Map<Draft, PathChanges> changes = new HashMap<>();
    private final java.util.Set<Leave> left = java.util.EnumSet.noneOf(Leave.class);
    private Optional<GuestSystem> system = Optional.empty();
    private Optional<Capabilities.Choice> choice = Optional.empty();
    private Optional<DomainCapabilities> abilities = Optional.empty();
    private final java.util.function.Supplier<OsDatabase> database;
    private int rootPorts = DEFAULT_ROOT_PORTS;
    private boolean uefiRequested;
    private boolean processorChosen;
    private boolean secureProcessor = true;

    /** A device that is not added by default since an option said {@code none}. */
    enum Leave {
        CONSOLE,
        CHANNEL,
        SOUND,
        USB_REDIRECTION,
        GRAPHICS,
        RANDOMNESS,
        TPM
    }

    Guest(
            Host host,
            Messages messages,
            ElementOrder order,
            java.util.function.Supplier<OsDatabase> database,
            Node document) {
        this.host = host;
        this.messages = messages;
        this.database = database;
        this.document = document;
        domain = Draft.of(order, "domain", document);
    }

    Host host() {
        return host;
    }

    Messages messages() {
        return messages;
    }

    Draft domain() {
        return domain;
    }

    Node document() {
        return document;
    }

    OsDatabase database() {
        return database.get();
    }

    Optional<String> name() {
        return domain.get("name");
    }

    Draft os() {
        return domain.part("os");
    }

    Draft features() {
        return domain.part("features");
    }

    Draft cpu() {
        return domain.part("cpu");
    }

    /** The devices of a kind, such as {@code disk}. */
    List<Draft> devices(String kind) {
        return domain.all("devices>" + kind);
    }

    Draft addDevice(String kind) {
        return domain.add("devices>" + kind);
    }

    boolean hasDevice(String kind) {
        return !devices(kind).isEmpty();
    }

    /** What is behind a disk. */
    DiskStorage storage(Draft disk) {
        return storage.computeIfAbsent(disk, wanted -> DiskStorage.read(host, wanted));
    }

    /** Whether anybody has looked behind a disk. */
    boolean knowsStorage(Draft disk) {
        return storage.containsKey(disk);
    }

    void setStorage(Draft disk, DiskStorage behind) {
        storage.put(disk, behind);
    }

    /** The changes by path that were asked for an element. */
    PathChanges changes(Draft element) {
        return changes.computeIfAbsent(element, _ -> new PathChanges());
    }

    /** Writes everything into the document; changes by path come last. */
    Node write() {
        domain.write();
        changes.forEach((element, wanted) -> {
            if (element != domain && !wanted.isEmpty()) {
                wanted.apply(element.make(), document);
            }
        });
        changes(domain).apply(document, document);
        return document;
    }

    void leave(Leave device) {
        left.add(device);
    }

    boolean leaves(Leave device) {
        return left.contains(device);
    }

    int rootPorts() {
        return rootPorts;
    }

    void setRootPorts(int count) {
        rootPorts = count;
    }

    boolean uefiRequested() {
        return uefiRequested;
    }

    void requestUefi() {
        uefiRequested = true;
    }

    boolean processorChosen() {
        return processorChosen;
    }

    void chooseProcessor() {
        processorChosen = true;
    }

    boolean secureProcessor() {
        return secureProcessor;
    }

    void setSecureProcessor(boolean secure) {
        secureProcessor = secure;
    }

    /** The system in it: what was said, what the document says, or nothing known. */
    GuestSystem system() {
        if (system.isEmpty()) {
            system = domain.get(SYSTEM_PATH).flatMap(id -> GuestSystem.identified(database(), id));
        }
        if (system.isEmpty()) {
            setSystem(GuestSystem.generic(database()));
        }
        return system.orElseThrow();
    }

    void setSystem(GuestSystem chosen) {
        system = Optional.of(chosen);
        domain.put(SYSTEM_PATH, chosen.id());
    }

    Optional<String> type() {
        return domain.get("@type");
    }

    Optional<String> architecture() {
        return os().get("type/@arch");
    }

    Optional<String> machine() {
        return os().get("type/@machine");
    }

    private boolean isArchitecture(String... names) {
        return architecture().filter(List.of(names)::contains).isPresent();
    }

    private boolean machineStarts(String prefix) {
        return machine().filter(name -> name.startsWith(prefix)).isPresent();
    }

    boolean isHvm() {
        return os().is("type", "hvm");
    }

    boolean isXenPv() {
        return os().is("type", "xen") || os().is("type", "linux");
    }

    boolean isContainer() {
        return os().is("type", "exe");
    }

    /** Whether a container holds a whole system. */
    boolean isFullContainer() {
        return isContainer() && devices("filesystem").stream().anyMatch(each -> each.is("target/@dir", "/"));
    }

    boolean isX86() {
        return isArchitecture("x86_64", "i686");
    }

    boolean isQ35() {
        return isX86() && machine().filter(name -> name.contains("q35")).isPresent();
    }

    boolean isArm() {
        return isArchitecture("armv7l", "aarch64");
    }

    boolean isArm64() {
        return isArchitecture("aarch64");
    }

    boolean isArmVirt() {
        return isArm() && machineStarts("virt");
    }

    boolean isPseries() {
        return isArchitecture("ppc64", "ppc64le") && machineStarts("pseries");
    }

    boolean isS390() {
        return isArchitecture("s390x");
    }

    boolean isRiscvVirt() {
        return isArchitecture("riscv64", "riscv32") && machineStarts("virt");
    }

    /** Whether the machine has PCI Express. */
    boolean hasPciExpress() {
        return isQ35() || isArmVirt() || isRiscvVirt();
    }

    boolean isUefi() {
        boolean flash = os().is("loader/@type", "pflash") && os().has("loader");
        return flash || os().is("@firmware", "efi");
    }

    boolean hasSpice() {
        return devices("graphics").stream().anyMatch(each -> each.is("@type", "spice"));
    }

    boolean hasGl() {
        return devices("graphics").stream().anyMatch(each -> each.is("gl/@enable", "yes"));
    }

    private boolean takesVirtio(boolean systemDrivesIt) {
        if (!host.isQemu()) {
            return false;
        }
        // These machines have nothing else.
        return isArmVirt() || isRiscvVirt() || isS390() || isPseries() || (systemDrivesIt && isX86());
    }

    boolean takesVirtioNet() {
        return takesVirtio(system().drivesVirtioNet());
    }

    boolean takesVirtioDisk() {
        return takesVirtio(system().drivesVirtioDisk());
    }

    boolean takesVirtioScsi() {
        return takesVirtio(system().drivesVirtioScsi());
    }

    boolean takesVirtioSerial() {
        return takesVirtio(system().drivesVirtioSerial());
    }

    /** Whether the hypervisor is to offer Windows what it likes. */
    boolean wantsHyperV() {
        return system().isWindows();
    }

    boolean isUsbDisabled() {
        var controllers = devices("controller").stream()
                .filter(each -> each.is("@type", "usb"))
                .toList();
        return !controllers.isEmpty() && controllers.stream().allMatch(each -> each.is("@model", "none"));
    }

    /** How the host would run it, as far as is decided. */
    Capabilities.Choice choice() {
        if (choice.isEmpty() || !fits(choice.get())) {
            choice = Optional.of(host.capabilities().choose(os().get("type"), architecture(), type(), machine()));
        }
        return choice.get();
    }

    private boolean fits(Capabilities.Choice known) {
        return matches(type(), known.type())
                && matches(os().get("type"), known.osType())
                && matches(architecture(), known.architecture())
                && machine().filter(name -> !known.machines().contains(name)).isEmpty();
    }

    private static boolean matches(Optional<String> wanted, String known) {
        return wanted.isEmpty() || wanted.get().equals(known);
    }

    /** What a domain like this can be. */
    DomainCapabilities abilities() {
        if (abilities.isEmpty() || !fits(abilities.get())) {
            abilities = Optional.of(
                    host.domainCapabilities(domain.get("devices/emulator"), architecture(), machine(), type()));
        }
        return abilities.get();
    }

    private boolean fits(DomainCapabilities known) {
        if (type().filter("test"::equals).isPresent()) {
            return true;
        }
        var machine = machine();
        if (machine.isPresent()
                && !machine.get().equals(known.machine())
                && !choice().isAlias(machine.get(), known.machine())) {
            return false;
        }
        return matches(type(), known.type())
                && matches(architecture(), known.architecture())
                && matches(domain.get("devices/emulator"), known.emulator());
    }

    /** The number behind a path; empty when there is none. */
    static Optional<Long> number(Draft draft, String path) {
        try {
            return draft.get(path).map(Long::decode);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Sets the memory that is in use, and the most there may be when that is less. */
    void setCurrentMemory(long kib) {
        if (number(domain, "memory").filter(most -> most >= kib).isEmpty()) {
            domain.set("memory", Long.toString(kib));
        }
        domain.set("currentMemory", Long.toString(kib));
    }

    /** Sets how many processors there may be, and how many are there when that is more. */
    void setCpuCount(long count) {
        if (number(domain, "vcpu/@current").filter(current -> current > count).isPresent()) {
            domain.set("vcpu/@current", Long.toString(count));
        }
        domain.set("vcpu", Long.toString(count));
    }

    /** Whether anything says how much memory there is. */
    boolean saysMemory() {
        return number(domain, "memory").filter(kib -> kib != 0).isPresent()
                || number(domain, "currentMemory").filter(kib -> kib != 0).isPresent()
                || !cpu().all("numa/cell").isEmpty();
    }

    /** The devices that a guest may boot from. */
    List<Draft> bootable() {
        return java.util.stream.Stream.of("disk", "interface", "hostdev", "redirdev")
                .flatMap(kind -> devices(kind).stream())
                .toList();
    }

    List<String> bootOrder() {
        return os().all("boot").stream().map(each -> each.get("@dev", "")).toList();
    }

    void setBootOrder(List<String> order) {
        os().all("boot").forEach(each -> os().remove("boot", each));
        order.forEach(device -> os().add("boot").set("@dev", device));
    }

    /** Has a device be the n-th to boot from; devices that come after it move on as far as they must. */
    void moveInBootOrder(Draft device, long place) {
        setBootOrder(List.of());
        var others = bootable().stream()
                .filter(each -> number(each, "boot>@order").isPresent())
                .sorted(java.util.Comparator.comparing(
                        each -> number(each, "boot>@order").orElseThrow()))
                .toList();
        device.set("boot>@order", Long.toString(place));
        long next = -1;
        for (var other : others) {
            if (other == device) {
                continue;
            }
            long current = number(other, "boot>@order").orElseThrow();
            if (current == next || current == place) {
                next = current + 1;
                other.set("boot>@order", Long.toString(next));
            } else if (next >= 0) {
                return;
            }
        }
    }
}
