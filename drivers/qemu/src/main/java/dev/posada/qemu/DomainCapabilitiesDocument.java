package dev.posada.qemu;

import dev.posada.model.Content;
import dev.posada.model.Element;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the document that tells what a domain could have ({@code virConnectGetDomainCapabilities}). What stands here is
 * what a start would honour: clients choose by it.
 */
final class DomainCapabilitiesDocument {
    private static final Set<String> KNOWN_TYPES =
            Set.of("kvm", "qemu", "xen", "lxc", "hvf", "vmware", "bhyve", "vz", "test");
    private static final Map<String, String> VENDORS =
            Map.of("GenuineIntel", "Intel", "AuthenticAMD", "AMD", "HygonGenuine", "Hygon", "CentaurHauls", "VIA");
    private static final List<Path> SWTPM = List.of(Path.of("/usr/bin/swtpm"), Path.of("/usr/local/bin/swtpm"));

    private final QemuCapabilities capabilities;
    private final MachineType machine;
    private final Accelerator accelerator;
    private final String architecture;
    private final List<Firmware> firmware;

    private DomainCapabilitiesDocument(
            QemuCapabilities capabilities,
            MachineType machine,
            Accelerator accelerator,
            String architecture,
            List<Firmware> firmware) {
        this.capabilities = capabilities;
        this.machine = machine;
        this.accelerator = accelerator;
        this.architecture = architecture;
        this.firmware = firmware;
    }

    /**
     * The document for one emulator, architecture, machine and type; what is not named is chosen as a definition that
     * does not name it would have it.
     *
     * @throws dev.posada.model.PosadaException {@code INVALID_ARG} when there is no such emulator or machine
     */
    static Element of(
            Emulators emulators,
            Optional<String> emulator,
            Optional<String> architecture,
            Optional<String> machine,
            Optional<String> type) {
        return of(emulators, emulator, architecture, machine, type, Firmware.installed());
    }

    /** As the other one, with the firmware that is installed. */
    static Element of(
            Emulators emulators,
            Optional<String> emulator,
            Optional<String> architecture,
            Optional<String> machine,
            Optional<String> type,
            List<Firmware> firmware) {
        type.filter(name -> !KNOWN_TYPES.contains(name)).ifPresent(name -> {
            throw Refusal.argument("unknown virttype: " + Refusal.shown(name));
        });
        var binary = emulator.map(Path::of)
                .or(() -> emulators.forArchitecture(architecture.orElse("x86_64")))
                .orElseThrow(() -> Refusal.unsupported("unable to find any emulator to serve '"
                        + Refusal.shown(architecture.orElse("x86_64")) + "' architecture"));
        var capabilities = emulators.capabilities(binary);
        architecture.filter(name -> !Architecture.runs(capabilities, name)).ifPresent(name -> {
            throw Refusal.argument("Emulator '" + binary + "' does not support arch '" + Refusal.shown(name) + "'");
        });
        var guest = architecture.orElse(capabilities.architecture());
        var board = machine.map(name -> capabilities
                        .machine(name)
                        .filter(found -> Board.of(guest, found.name()).isPresent())
                        .orElseThrow(() -> Refusal.argument("the machine '" + Refusal.shown(name)
                                + "' is not supported by emulator '" + binary + "'")))
                .or(capabilities::usualMachine)
                .orElseThrow(() -> Refusal.argument("emulator '" + binary + "' has no default machine: name one"));
        return new DomainCapabilitiesDocument(capabilities, board, accelerator(capabilities, type), guest, firmware)
                .write();
    }

    private static Accelerator accelerator(QemuCapabilities capabilities, Optional<String> type) {
        var name = type.orElse(capabilities.kvmUsable() ? "kvm" : "qemu");
        return switch (name) {
            case "qemu" -> Accelerator.TCG;
            case "kvm" -> {
                if (!capabilities.kvmUsable()) {
                    throw Refusal.argument("KVM is not supported by '" + capabilities.binary() + "' on this host: "
                            + capabilities.kvmObstacle());
                }
                yield Accelerator.KVM;
            }
            default ->
                throw Refusal.argument(
                        "Emulator '" + capabilities.binary() + "' does not support virt type '" + name + "'");
        };
    }

    private Element write() {
        return Element.of("domainCapabilities")
                .plus(Element.text("path", capabilities.binary().toString()))
                .plus(Element.text("domain", accelerator.domainType()))
                .plus(Element.text("machine", machine.name()))
                .plus(Element.text("arch", architecture))
                .plus(Element.of("vcpu", "max", Integer.toString(machine.maxCpus())))
                .plus(supported("iothreads"))
                .plus(os())
                .plus(cpu())
                .plus(supported("memoryBacking", values("sourceType", "file", "anonymous", "memfd")))
                .plus(devices())
                .plus(features());
    }

    private Element os() {
        var fitting = firmware.stream()
                .filter(candidate -> candidate.fits(architecture, machine.name()))
                .toList();
        boolean efi = fitting.stream().anyMatch(Firmware::uefi);
        boolean secure = fitting.stream()
                .anyMatch(candidate -> candidate.features().containsAll(Set.of("secure-boot", "requires-smm")));
        var loader = Element.of("loader", "supported", "yes");
        for (var path : fitting.stream().map(Firmware::executable).distinct().toList()) {
            loader = loader.plus(Element.text("value", path.toString()));
        }
        loader = loader.plus(values("type", "rom", "pflash"))
                .plus(values("readonly", "yes", "no"))
                .plus(secure ? values("secure", "yes", "no") : values("secure", "no"));
        return supported("os", efi ? values("firmware", "efi") : values("firmware"), loader);
    }

    private Board board() {
        return Board.of(architecture, machine.name()).orElse(Board.BARE);
    }

    private Element cpu() {
        var passthrough = accelerator == Accelerator.KVM
                ? mode("host-passthrough", true).plus(values("hostPassthroughMigratable", "on", "off"))
                : mode("host-passthrough", false);
        var custom = mode(
                "custom",
                !capabilities.cpuModels().getOrDefault(accelerator, List.of()).isEmpty());
        var models = capabilities.cpuModels().getOrDefault(accelerator, List.of()).stream()
                .filter(model -> isOffered(model.name()))
                .sorted(Comparator.comparing(CpuModel::name))
                .toList();
        for (var model : models) {
            var usable = model.usable() ? "yes" : "no";
            var element = Element.text("model", Architecture.spelt(model.name()))
                    .with("usable", isUsabilityKnown() ? usable : "unknown")
                    .with("vendor", isPower() ? "IBM" : VENDORS.getOrDefault(model.vendor(), "unknown"));
            custom = custom.plus(model.deprecated() ? element.with("deprecated", "yes") : element);
        }
        return Element.of("cpu")
                .plus(passthrough)
                .plus(
                        Architecture.hasMaximumCpu(capabilities)
                                ? mode("maximum", true).plus(values("maximumMigratable", "on", "off"))
                                : mode("maximum", false))
                .plus(hostModel())
                .plus(custom);
    }

    private boolean isPower() {
        return capabilities.architecture().startsWith("ppc64");
    }

    /** POWER's emulator knows hundreds of chips, most of them of other machines; libvirt knows servers' by name. */
    private boolean isOffered(String model) {
        return !isPower() || !Architecture.spelt(model).equals(model);
    }

    /** Whether the emulator tells which of its processors it can give: those of ARM and POWER do not. */
    private boolean isUsabilityKnown() {
        return switch (capabilities.architecture()) {
            case "x86_64", "i686", "s390x" -> true;
            default -> false;
        };
    }

    private static Element mode(String name, boolean supported) {
        return Element.of("mode", "name", name, "supported", supported ? "yes" : "no");
    }

    private Element hostModel() {
        var model = capabilities.hostModels().get(accelerator);
        if (model == null) {
            return mode("host-model", false);
        }
        var element = mode("host-model", true)
                .plus(Element.text("model", model.model()).with("fallback", "forbid"));
        var vendor = VENDORS.get(model.vendor());
        if (vendor != null) {
            element = element.plus(Element.text("vendor", vendor));
        }
        for (var feature : model.added()) {
            element = element.plus(feature("require", feature));
        }
        for (var feature : model.removed()) {
            element = element.plus(feature("disable", feature));
        }
        return element;
    }

    private static Element feature(String policy, String feature) {
        return Element.of("feature", "policy", policy, "name", CpuArguments.libvirtName(feature));
    }

    private Element devices() {
        var buses = new ArrayList<String>();
        if (board() == Board.I440FX || board() == Board.ISA) {
            buses.add("ide");
        }
        if (board() != Board.PSERIES) {
            buses.add("fdc");
        }
        buses.addAll(List.of("scsi", "virtio"));
        addIf(buses, "usb", "usb-storage");
        if (board() != Board.S390) {
            addIf(buses, "sata", "ich9-ahci");
        }
        return Element.of("devices")
                .plus(supported(
                        "disk",
                        board() == Board.PSERIES
                                ? values("diskDevice", "disk", "cdrom", "lun")
                                : values("diskDevice", "disk", "cdrom", "floppy", "lun"),
                        values("bus", buses),
                        virtioModels("virtio-blk-pci")))
                .plus(supported("graphics", values("type", graphics())))
                .plus(supported("video", values("modelType", videos())))
                .plus(supported(
                        "hostdev",
                        values("mode", "subsystem"),
                        values("startupPolicy", "default", "mandatory"),
                        values("subsysType", hostDevices()),
                        values("capsType"),
                        values("pciBackend", "vfio")))
                .plus(supported(
                        "rng", virtioModels("virtio-rng-pci"), values("backendModel", "random", "egd", "builtin")))
                .plus(supported("filesystem", values("driverType", filesystems())))
                .plus(tpm())
                .plus(
                        capabilities.has("usb-redir")
                                ? supported("redirdev", values("bus", "usb"))
                                : Element.of("redirdev", "supported", "no"))
                .plus(supported("channel", values("type", channels())));
    }

    private void addIf(List<String> list, String value, String type) {
        if (capabilities.has(type)) {
            list.add(value);
        }
    }

    private Element virtioModels(String type) {
        var models = new ArrayList<String>();
        addIf(models, "virtio", type);
        addIf(models, "virtio-transitional", type + "-transitional");
        addIf(models, "virtio-non-transitional", type + "-non-transitional");
        return values("model", models);
    }

    private List<String> graphics() {
        var types = new ArrayList<String>();
        if (hasOption("sdl")) {
            types.add("sdl");
        }
        types.add("vnc");
        if (hasSpice()) {
            types.add("spice");
        }
        types.add("egl-headless");
        return types;
    }

    private boolean hasSpice() {
        return hasOption("spice");
    }

    private boolean hasOption(String option) {
        return capabilities.options().containsKey(option);
    }

    private List<String> videos() {
        var models = new ArrayList<String>();
        addIf(models, "vga", "VGA");
        addIf(models, "cirrus", "cirrus-vga");
        addIf(models, "vmvga", "vmware-svga");
        addIf(models, "qxl", "qxl-vga");
        addIf(models, "virtio", board() == Board.S390 ? "virtio-gpu-ccw" : "virtio-gpu-pci");
        models.add("none");
        addIf(models, "bochs", "bochs-display");
        addIf(models, "ramfb", "ramfb");
        return models;
    }

    private List<String> hostDevices() {
        var types = new ArrayList<String>();
        addIf(types, "usb", "usb-host");
        addIf(types, "pci", "vfio-pci");
        addIf(types, "mdev", "vfio-pci");
        return types;
    }

    private List<String> filesystems() {
        return capabilities.has("virtio-9p-pci") ? List.of("path") : List.of();
    }

    private List<String> channels() {
        return hasSpice() ? List.of("pty", "unix", "spicevmc") : List.of("pty", "unix");
    }

    private Element tpm() {
        var models = new ArrayList<String>();
        addIf(models, "tpm-tis", board().isPc() ? "tpm-tis" : "tpm-tis-device");
        addIf(models, "tpm-spapr", "tpm-spapr");
        addIf(models, "tpm-crb", "tpm-crb");
        if (models.isEmpty()) {
            return Element.of("tpm", "supported", "no");
        }
        var backends = new ArrayList<>(List.of("passthrough"));
        boolean emulated = SWTPM.stream().anyMatch(Files::isExecutable);
        if (emulated) {
            backends.add("emulator");
        }
        backends.add("external");
        return supported(
                "tpm",
                values("model", models),
                values("backendModel", backends),
                emulated ? values("backendVersion", "1.2", "2.0") : values("backendVersion"));
    }

    private Element features() {
        var enlightenments = new TreeSet<String>();
        if (accelerator == Accelerator.KVM) {
            enlightenments.addAll(HypervisorFeatures.enlightenments());
        } else {
            enlightenments.addAll(List.of("spinlocks", "vendor_id"));
        }
        var features = Element.of("features")
                .plus(
                        board() == Board.ARM_VIRT
                                ? supported("gic", values("version", "2", "3"))
                                : Element.of("gic", "supported", "no"))
                .plus(Element.of("vmcoreinfo", "supported", capabilities.has("vmcoreinfo") ? "yes" : "no"))
                .plus(Element.of("genid", "supported", capabilities.has("vmgenid") ? "yes" : "no"))
                .plus(Element.of("backingStoreInput", "supported", "yes"))
                .plus(Element.of("backup", "supported", "no"))
                .plus(Element.of("sev", "supported", "no"))
                .plus(Element.of("sgx", "supported", "no"));
        return board().isPc()
                ? features.plus(supported("hyperv", values("features", List.copyOf(enlightenments))))
                : features;
    }

    private static Element supported(String name, Element... content) {
        return Element.of(name, "supported", "yes").withContent(List.of(content));
    }

    private static Element values(String name, String... values) {
        return values(name, List.of(values));
    }

    private static Element values(String name, List<String> values) {
        return Element.of("enum", "name", name)
                .withContent(values.stream()
                        .<Content>map(value -> Element.text("value", value))
                        .toList());
    }
}
