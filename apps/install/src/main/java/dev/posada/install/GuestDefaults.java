package dev.posada.install;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * Fills in what nobody said about a guest: what the host offers, what the system in it likes, and what people expect to
 * find in a machine.
 *
 * <p>Order matters: the machine comes before what is plugged into it, the screen before the graphics card.
 */
final class GuestDefaults {
    private static final String SPINLOCK_RETRIES = "8191";

    private final Guest guest;
    private final Host host;
    private final DeviceDefaults devices;

    GuestDefaults(Guest guest) {
        this.guest = guest;
        host = guest.host();
        devices = new DeviceDefaults(guest);
    }

    /** Decides how the host runs the guest, as far as that is open. */
    void decidePlatform() {
        var choice = guest.choice();
        boolean open = guest.type().isEmpty() && !guest.os().has("type");
        guest.domain().set("@type", choice.type());
        guest.os().set("type", choice.osType());
        guest.os().set("type/@arch", choice.architecture());
        if (!guest.os().has("loader")) {
            guest.os().put("loader", choice.loader());
        }
        if (!guest.domain().has("devices/emulator")
                && !guest.isXenPv()
                && !choice.type().equals("vz")) {
            guest.domain().put("devices/emulator", choice.emulator());
        }
        if (guest.machine().isEmpty()) {
            guest.os().put("type/@machine", recommendedMachine(choice));
        }
        if (open && host.isQemu() && guest.isX86() && !choice.type().equals("kvm")) {
            guest.messages().warn("KVM acceleration not available, using '" + choice.type() + "'");
        }
    }

    /** The machine that everybody uses on an architecture whose default machine is another one. */
    private Optional<String> recommendedMachine(Capabilities.Choice choice) {
        if (!host.isQemu() && !host.isTest()) {
            return Optional.empty();
        }
        var wanted = switch (choice.architecture()) {
            case "ppc64", "ppc64le" -> List.of("pseries");
            case "armv7l", "aarch64" -> List.of("virt", "vexpress-a15");
            case "s390x" -> List.of("s390-ccw-virtio");
            case "riscv64", "riscv32" -> List.of("virt");
            default -> List.<String>of();
        };
        return wanted.stream().filter(choice.machines()::contains).findFirst();
    }

    /** Decides everything. */
    void decide() {
        decidePlatform();
        if (!guest.domain().has("uuid")) {
            guest.domain().set("uuid", newUuid());
        }
        matchTopology(1);
        decideMachine();
        decideFirmware();
        addDevices();
        decideClock();
        new ProcessorDefaults(guest).decide();
        decideFeatures();
        guest.domain().all("seclabel").forEach(this::decideLabel);
        decideSleep();
        decideInit();
        decideLaunchSecurity();
        for (var kind : DeviceDefaults.KINDS) {
            guest.devices(kind).forEach(device -> devices.decide(kind, device));
        }
        addScsiController();
        addPciExpressPorts();
        addSpiceDevices();
    }

    /**
     * Decides what nobody said about one element.
     *
     * @param path of its kind, from the domain
     */
    void decide(String path, Draft element) {
        if (path.startsWith("devices>")) {
            devices.decide(path.substring("devices>".length()), element);
            return;
        }
        switch (path) {
            case "clock" -> decideClock();
            case "cpu" -> new ProcessorDefaults(guest).decide();
            case "features" -> decideFeatures();
            case "seclabel" -> decideLabel(element);
            case "pm" -> decideSleep();
            case "os" -> decideInit();
            case "launchSecurity" -> decideLaunchSecurity();
            default -> {
                // Of the others nothing follows from anything.
            }
        }
    }

    private String newUuid() {
        var random = new Random();
        UUID uuid;
        do {
            long high = random.nextLong();
            high = (high & ~0xF000L) | (4L << 12);
            long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | (2L << 62);
            uuid = new UUID(high, low);
        } while (host.connection().domainByUuid(uuid).isPresent());
        return uuid.toString();
    }

    /**
     * Has the number of processors and their topology agree.
     *
     * @param otherwise how many processors when neither says
     */
    void matchTopology(long otherwise) {
        var topology = guest.cpu().part("topology");
        boolean described = !topology.isEmpty();
        if (Guest.number(guest.domain(), "vcpu").filter(count -> count != 0).isEmpty()) {
            guest.setCpuCount(described ? product(topology) : otherwise);
        }
        if (!described) {
            return;
        }
        long count = Guest.number(guest.domain(), "vcpu").orElse(1L);
        for (var level : List.of("@cores", "@sockets", "@dies", "@threads")) {
            if (factor(topology, level) == 0) {
                topology.set(level, Long.toString(level.equals("@dies") ? 1 : count / product(topology)));
            }
        }
        if (product(topology) != count) {
            throw new InstallException("Total CPUs implied by topology (sockets=" + factor(topology, "@sockets")
                    + " * dies=" + factor(topology, "@dies") + " * cores=" + factor(topology, "@cores") + " * threads="
                    + factor(topology, "@threads") + " == " + product(topology) + ") does not match vCPU count "
                    + count);
        }
    }

    private static long factor(Draft topology, String level) {
        return Guest.number(topology, level).orElse(0L);
    }

    private static long product(Draft topology) {
        long product = 1;
        for (var level : List.of("@sockets", "@dies", "@cores", "@threads")) {
            product *= Math.max(factor(topology, level), 1);
        }
        return product;
    }

    private void decideMachine() {
        if (guest.machine().isPresent()) {
            return;
        }
        var machines = guest.choice().machines();
        boolean q35 = guest.isX86()
                && host.isQemu()
                && machines.contains("q35")
                && guest.system().drivesQ35();
        guest.os()
                .put(
                        "type/@machine",
                        q35 ? Optional.of("q35") : machines.stream().findFirst());
    }

    private void decideFirmware() {
        var os = guest.os();
        boolean open = !os.has("kernel")
                && !os.has("loader")
                && !os.has("loader/@readonly")
                && !os.has("nvram")
                && !os.has("@firmware");
        boolean preferred = (guest.isX86() && (host.isQemu() || host.isTest()))
                ? guest.system().needsUefi(guest.architecture().orElse(""))
                : guest.isArmVirt();
        if (!guest.uefiRequested() && !(open && preferred)) {
            return;
        }
        try {
            useUefi();
        } catch (InstallException e) {
            if (guest.uefiRequested()) {
                throw e;
            }
            guest.messages().warn("Couldn't configure UEFI: " + e.told());
            guest.messages().warn("Your VM may not boot successfully.");
        }
    }

    /** Has the guest start with UEFI. */
    void useUefi() {
        var os = guest.os();
        if (guest.abilities().supportsFirmwareEfi()) {
            os.set("@firmware", "efi");
            return;
        }
        var path = guest.abilities().firmware(guest.architecture().orElse(""));
        os.set("loader/@readonly", "yes");
        os.set("loader/@type", "pflash");
        os.set("loader", path);
        // A firmware for secure boot works with system management mode alone, and that with this machine alone.
        if (guest.isX86() && path.contains("secboot")) {
            guest.features().set("smm/@state", "on");
            os.set("loader/@secure", "yes");
            if (!guest.isQ35()) {
                guest.messages()
                        .warn("Changing machine type from '" + guest.machine().orElse("None")
                                + "' to 'q35' which is required for UEFI secure boot.");
                os.set("type/@machine", "q35");
            }
        }
    }

    private void addDevices() {
        addGraphics();
        if (!guest.isContainer() && !guest.hasDevice("video") && guest.hasDevice("graphics")) {
            guest.addDevice("video");
        }
        addInput();
        addConsole();
        addUsbController();
        addAgentChannel();
        addRandomness();
        addBalloon();
        addTpm();
    }

    private void addGraphics() {
        if (!guest.leaves(Guest.Leave.GRAPHICS)
                && !guest.hasDevice("graphics")
                && !guest.isContainer()
                && (guest.isX86() || guest.isPseries())) {
            guest.addDevice("graphics");
        }
    }

    private void addInput() {
        if (guest.isContainer() || guest.hasDevice("input") || !guest.hasDevice("graphics") || guest.isUsbDisabled()) {
            return;
        }
        boolean keyboard = guest.isArmVirt() || guest.isRiscvVirt() || guest.isPseries();
        if (keyboard || (guest.isX86() && !guest.isXenPv())) {
            addInput("tablet", "usb");
        }
        if (keyboard) {
            addInput("keyboard", "usb");
        }
        if (guest.isS390() && guest.system().drivesVirtioInput()) {
            addInput("tablet", "virtio");
            addInput("keyboard", "virtio");
        }
    }

    private void addInput(String type, String bus) {
        var input = guest.addDevice("input");
        input.set("@type", type);
        input.set("@bus", bus);
    }

    private void addConsole() {
        if (guest.leaves(Guest.Leave.CONSOLE) || guest.hasDevice("console") || guest.hasDevice("serial")) {
            return;
        }
        var console = guest.addDevice("console");
        console.set("@type", "pty");
        if (guest.isS390()) {
            console.set("target/@type", "sclp");
        }
    }

    private void addUsbController() {
        boolean there = guest.devices("controller").stream().anyMatch(each -> each.is("@type", "usb"));
        if (there || (!host.isQemu() && !host.isTest())) {
            return;
        }
        boolean xhci = host.isQemu();
        if (guest.isX86()) {
            if (xhci && guest.system().drivesUsb3()) {
                devices.addUsb3Controller();
            } else {
                devices.addUsb2Controllers();
            }
        } else if (xhci && (guest.isArmVirt() || guest.isRiscvVirt() || guest.isPseries())) {
            devices.addUsb3Controller();
        }
    }

    private void addAgentChannel() {
        if (guest.leaves(Guest.Leave.CHANNEL) || guest.hasDevice("channel") || !guest.takesVirtioSerial()) {
            return;
        }
        var channel = guest.addDevice("channel");
        channel.set("@type", "unix");
        channel.set("target/@type", "virtio");
        channel.set("target/@name", "org.qemu.guest_agent.0");
    }

    private boolean isUsualMachine() {
        return guest.isX86() || guest.isArmVirt() || guest.isRiscvVirt() || guest.isS390() || guest.isPseries();
    }

    private void addRandomness() {
        if (guest.leaves(Guest.Leave.RANDOMNESS)
                || guest.hasDevice("rng")
                || !isUsualMachine()
                || !host.isQemu()
                || !guest.system().drivesVirtioRng()) {
            return;
        }
        guest.addDevice("rng").set("backend[@model='random']", "/dev/urandom");
    }

    private void addBalloon() {
        if (!guest.hasDevice("memballoon")
                && host.isQemu()
                && isUsualMachine()
                && guest.system().drivesVirtioBalloon()) {
            guest.addDevice("memballoon").set("@model", "virtio");
        }
    }

    private void addTpm() {
        if (!guest.leaves(Guest.Leave.TPM)
                && !guest.hasDevice("tpm")
                && guest.isUefi()
                && guest.abilities().supportsTpmEmulator()) {
            guest.addDevice("tpm").set("backend/@type", "emulator");
        }
    }

    private void decideClock() {
        if (!guest.isHvm()) {
            return;
        }
        var clock = guest.domain().part("clock");
        if (!clock.has("@offset")) {
            clock.set("@offset", guest.system().clock());
        }
        if (!clock.all("timer").isEmpty() || !guest.isX86() || !host.isQemu()) {
            return;
        }
        // The timers that make time run well in a guest, and none that only costs.
        timer(clock, "rtc", "@tickpolicy", "catchup");
        timer(clock, "pit", "@tickpolicy", "delay");
        timer(clock, "hpet", "@present", "no");
        if (guest.wantsHyperV()) {
            timer(clock, "hypervclock", "@present", "yes");
        }
    }

    private static void timer(Draft clock, String name, String attribute, String value) {
        var timer = clock.add("timer");
        timer.set("@name", name);
        timer.set(attribute, value);
    }

    private void decideFeatures() {
        var features = guest.features();
        if (guest.isContainer()) {
            List.of("acpi", "apic", "pae").forEach(features::unset);
            if (guest.isFullContainer() && guest.type().filter("vz"::equals).isEmpty()) {
                features.flag("privnet", true);
            }
            return;
        }
        if (!guest.isHvm()) {
            return;
        }
        var choice = guest.choice();
        decideFeature(features, "acpi", choice.hasOn("acpi"));
        decideFeature(features, "apic", choice.hasOn("apic"));
        boolean xen = guest.type().filter("xen"::equals).isPresent();
        decideFeature(
                features,
                "pae",
                choice.has("pae")
                        || (xen && guest.architecture().filter("x86_64"::equals).isPresent()));
        if (guest.wantsHyperV() && (host.isQemu() || host.isTest())) {
            features.setIfAbsent("hyperv/relaxed/@state", "on");
            features.setIfAbsent("hyperv/vapic/@state", "on");
            features.setIfAbsent("hyperv/spinlocks/@state", "on");
            features.setIfAbsent("hyperv/spinlocks/@retries", SPINLOCK_RETRIES);
        }
    }

    private static void decideFeature(Draft features, String name, boolean there) {
        if (!features.decided(name)) {
            features.flag(name, there);
        }
    }

    private void decideLabel(Draft label) {
        if (!label.has("@type") && !label.has("@model")) {
            return;
        }
        label.setIfAbsent("@type", "dynamic");
        if (!label.has("@model")) {
            label.put("@model", securityModel(label.get("label")));
        }
    }

    private Optional<String> securityModel(Optional<String> label) {
        var models = host.capabilities().securityModels();
        if (models.contains("testSecurity")) {
            return Optional.of("testSecurity");
        }
        if (label.isEmpty()) {
            return models.stream().findFirst();
        }
        return switch (label.get().split(":", 3).length) {
            case 3 -> Optional.of("selinux");
            case 2 -> Optional.of("dac");
            default -> Optional.empty();
        };
    }

    private void decideSleep() {
        if (guest.isX86() && (host.isQemu() || host.isTest())) {
            // A guest that goes to sleep when asked to shut down helps nobody.
            guest.domain().part("pm").setIfAbsent("suspend-to-mem/@enabled", "no");
            guest.domain().part("pm").setIfAbsent("suspend-to-disk/@enabled", "no");
        }
    }

    private void decideInit() {
        if (guest.isContainer() && !guest.os().has("init")) {
            guest.os().set("init", guest.isFullContainer() ? "/sbin/init" : "/bin/sh");
        }
    }

    private void decideLaunchSecurity() {
        var security = guest.domain().part("launchSecurity");
        if (!security.is("@type", "sev")) {
            return;
        }
        if (!guest.isQ35() || !guest.isUefi()) {
            throw new InstallException("SEV launch security requires a Q35 UEFI machine");
        }
        if (!security.has("policy")) {
            security.set("policy", guest.abilities().supportsEncryptedState() ? "0x07" : "0x03");
        }
    }

    private void addScsiController() {
        boolean there = guest.devices("controller").stream().anyMatch(each -> each.is("@type", "scsi"));
        boolean wanted = guest.devices("disk").stream().anyMatch(each -> each.is("target/@bus", "scsi"));
        if (!there && wanted && guest.takesVirtioScsi()) {
            addController("scsi", "virtio-scsi");
        }
    }

    private void addPciExpressPorts() {
        boolean there = guest.devices("controller").stream().anyMatch(each -> each.is("@type", "pci"));
        if (there || !guest.hasPciExpress() || guest.rootPorts() <= 0) {
            return;
        }
        addController("pci", "pcie-root");
        for (int i = 0; i < guest.rootPorts(); i++) {
            addController("pci", "pcie-root-port");
        }
    }

    private void addController(String type, String model) {
        var controller = guest.addDevice("controller");
        controller.set("@type", type);
        controller.set("@model", model);
    }

    private void addSpiceDevices() {
        if (!guest.hasSpice()) {
            return;
        }
        if (!guest.features().has("vmport/@state") && guest.isX86() && (host.isQemu() || host.isTest())) {
            guest.features().set("vmport/@state", "off");
        }
        boolean channel = guest.devices("channel").stream().anyMatch(each -> each.is("@type", "spicevmc"));
        if (!guest.leaves(Guest.Leave.CHANNEL) && !channel) {
            add("channel", "@type", "spicevmc");
        }
        if (!guest.leaves(Guest.Leave.SOUND) && !guest.hasDevice("sound") && guest.isHvm()) {
            devices.decide("sound", guest.addDevice("sound"));
        }
        if (!guest.leaves(Guest.Leave.USB_REDIRECTION)
                && !guest.hasDevice("redirdev")
                && !guest.isUsbDisabled()
                && guest.isX86()) {
            add("redirdev", "@bus", "usb", "@type", "spicevmc");
            add("redirdev", "@bus", "usb", "@type", "spicevmc");
        }
    }

    private void add(String kind, String... pathsAndValues) {
        var device = guest.addDevice(kind);
        for (int i = 0; i < pathsAndValues.length; i += 2) {
            device.set(pathsAndValues[i], pathsAndValues[i + 1]);
        }
        devices.decide(kind, device);
    }

    /** Has the guest use the newest machine of its kind. */
    void refreshMachine() {
        var before = guest.machine().orElse("");
        guest.os().unset("type/@machine");
        for (var alias : guest.choice().aliases()) {
            var prefix = switch (alias) {
                case "pc" -> "pc-i440fx-";
                case "q35" -> "pc-q35-";
                default -> alias + "-";
            };
            if (before.startsWith(prefix)) {
                guest.os().set("type/@machine", alias);
                return;
            }
        }
        throw new InstallException("Don't know how to refresh machine type '" + before + "'");
    }
}
