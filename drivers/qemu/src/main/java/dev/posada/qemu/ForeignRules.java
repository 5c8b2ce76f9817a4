package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refuses, when it is defined, what a board that is no PC cannot have, in libvirt's words. What an emulator lacks a start
 * would notice too; but then it is late.
 */
final class ForeignRules {
    /** Devices by what definitions call them, where an emulator may not have them. */
    private static final Map<String, String> VIDEOS =
            Map.of("vga", "VGA", "bochs", "bochs-display", "cirrus", "cirrus-vga", "ramfb", "ramfb");

    private static final Map<String, String> ADAPTERS = Map.of("sclp", "sclpconsole", "sclplm", "sclplmconsole");

    private final Draft draft;
    private final Board board;
    private final QemuCapabilities capabilities;

    private ForeignRules(Draft draft, Board board, QemuCapabilities capabilities) {
        this.draft = draft;
        this.board = board;
        this.capabilities = capabilities;
    }

    /** Checks a completed draft; one of a PC is not looked at. */
    static void check(Draft draft, Board board, QemuCapabilities capabilities) {
        if (!board.isPc()) {
            var rules = new ForeignRules(draft, board, capabilities);
            rules.checkDomain();
            rules.checkAddresses();
            rules.checkOwnDevices();
            rules.checkEmulator();
        }
    }

    private void checkDomain() {
        var architecture = draft.architecture();
        boolean isPower = architecture.startsWith("ppc64");
        draft.child("cpu")
                .filter(cpu -> cpu.has("mode", "maximum") && !Architecture.hasMaximumCpu(capabilities))
                .ifPresent(cpu -> refuse(cpu, "maximum CPU is not supported by QEMU binary"));
        draft.child("features")
                .flatMap(features -> features.child("pmu"))
                .filter(_ -> isPower)
                .ifPresent(pmu -> refuse(pmu, "PMU is always enabled for architecture '" + architecture + "'"));
        draft.child("launchSecurity")
                .filter(security -> security.has("type", "s390-pv") && board != Board.S390)
                .ifPresent(
                        security -> refuse(security, "S390 PV launch security is not supported with this QEMU binary"));
        draft.child("clock").stream()
                .flatMap(clock -> clock.children("timer").stream())
                .filter(timer -> timer.has("name", "armvtimer"))
                .forEach(timer -> refuse(
                        timer,
                        "Configuring the 'armvtimer' timer is not supported for virtType=qemu arch=" + architecture
                                + " machine=" + draft.machine() + " guests"));
        draft.child("pm")
                .filter(pm -> !isPower
                        && (pm.child("suspend-to-mem").isPresent()
                                || pm.child("suspend-to-disk").isPresent()))
                .ifPresent(pm -> refuse(
                        pm,
                        "setting ACPI " + (pm.child("suspend-to-mem").isPresent() ? "S3" : "S4") + " not supported"));
        int most =
                capabilities.machine(draft.machine()).map(MachineType::maxCpus).orElse(0);
        if (most > 0 && draft.finish().maxVcpus() > most) {
            throw Refusal.unsupported("Maximum CPUs greater than specified machine type limit " + most);
        }
    }

    private void checkAddresses() {
        for (var device : draft.finish().devices()) {
            var address = device.child("address").orElseGet(() -> Element.of("address"));
            switch (address.attribute("type", "")) {
                case "pci" -> {
                    if (board.pciRoot().isEmpty() && PciAddress.of(device).isPresent()) {
                        throw Refusal.xml(device, "No PCI buses available");
                    }
                    if (board != Board.S390 && address.child("zpci").isPresent()) {
                        refuse(device, "This QEMU binary doesn't support zPCI");
                    }
                }
                case "ccw" -> {
                    if (board != Board.S390) {
                        refuse(
                                device,
                                "cannot use CCW address type for device '" + device.name() + "' using machine type '"
                                        + draft.machine() + "'");
                    }
                }
                case "virtio-mmio" -> {
                    boolean knows = board != Board.S390 && board != Board.PSERIES && board != Board.POWER;
                    if (!knows && device.name().equals("disk")) {
                        refuse(device, "virtio " + device.name() + " cannot have an address of type 'virtio-mmio'");
                    }
                }
                default -> {
                    // Whatever else there is, its bus tells.
                }
            }
        }
        for (var controller : draft.devices("controller")) {
            boolean isSecondRoot = controller.has("type", "pci")
                    && controller.attribute("model", "").endsWith("-root")
                    && ControllerDefaults.index(controller) > 0;
            if (isSecondRoot && board != Board.PSERIES) {
                throw Refusal.xml(controller, "pci-root and pcie-root controllers should have index 0");
            }
        }
    }

    /** Devices that are part of one family of boards. */
    private void checkOwnDevices() {
        only("panic", Set.of("s390"), Set.of(Board.S390), "only S390 guests support panic device of model 's390'");
        only(
                "panic",
                Set.of("pseries"),
                Set.of(Board.PSERIES),
                "only pSeries guests support panic device of model 'pseries'");
        only(
                "watchdog",
                Set.of("diag288"),
                Set.of(Board.S390),
                "diag288 model of watchdog is allowed for s390 and s390x only");
        only("iommu", Set.of("intel"), Set.of(), "IOMMU device: 'intel' is only supported with Q35 machines");
        only(
                "iommu",
                Set.of("smmuv3"),
                Set.of(Board.ARM_VIRT),
                "IOMMU device: 'smmuv3' is only supported with ARM Virt machines");
        only(
                "iommu",
                Set.of("virtio"),
                Set.of(Board.ARM_VIRT),
                "IOMMU device: 'virtio' is only supported with Q35 and ARM Virt machines");
        if (board != Board.PSERIES) {
            draft.devices("nvram").forEach(nvram -> refuse(nvram, "nvram device is only supported for PPC64"));
        }
        if (board == Board.ARM_VIRT
                && draft.child("features")
                        .flatMap(features -> features.child("acpi"))
                        .isEmpty()) {
            only("iommu", Set.of("virtio"), Set.of(), "IOMMU device: 'virtio' requires ACPI");
        }
        if (board == Board.PSERIES || board == Board.S390) {
            draft.devices("parallel").forEach(port -> refuse(port, "parallel ports are not supported"));
        }
    }

    private void only(String kind, Set<String> models, Set<Board> boards, String problem) {
        if (!boards.contains(board)) {
            draft.devices(kind).stream()
                    .filter(device -> models.contains(device.attribute("model", "")))
                    .forEach(device -> refuse(device, problem));
        }
    }

    /** Devices that the emulator may not know. */
    private void checkEmulator() {
        for (var video : draft.devices("video")) {
            var type = video.child("model")
                    .map(model -> model.attribute("type", ""))
                    .orElse("");
            if (VIDEOS.containsKey(type) && !capabilities.has(VIDEOS.get(type))) {
                refuse(video, "domain configuration does not support video model '" + type + "'");
            }
        }
        for (var console : draft.devices("console")) {
            var type = console.child("target")
                    .map(target -> target.attribute("type", ""))
                    .orElse("");
            if (ADAPTERS.containsKey(type) && !capabilities.has(ADAPTERS.get(type))) {
                refuse(console, ADAPTERS.get(type) + " is not supported in this QEMU binary");
            }
        }
        for (var tpm : draft.devices("tpm")) {
            var model = tpm.attribute("model", "");
            if (board == Board.S390) {
                refuse(
                        tpm,
                        "The QEMU executable " + capabilities.binary() + " does not support TPM backend type emulator");
            }
            boolean known = switch (model) {
                case "tpm-crb", "tpm-spapr" -> capabilities.has(model);
                case "tpm-tis" -> capabilities.has(model) || capabilities.has("tpm-tis-device");
                default -> true;
            };
            if (!known) {
                refuse(tpm, "The QEMU executable " + capabilities.binary() + " does not support TPM model " + model);
            }
        }
        needed("controller", "type", "sata", "ich9-ahci", "SATA is not supported with this QEMU binary");
        needed(
                "sound",
                "model",
                "ich9",
                "ich9-intel-hda",
                "The ich9-intel-hda audio controller is not supported in this QEMU binary");
        for (var kind : List.of("keyboard", "mouse", "tablet")) {
            var device = kind.equals("keyboard") ? "usb-kbd" : "usb-" + kind;
            draft.devices("input").stream()
                    .filter(input -> input.has("type", kind) && input.has("bus", "usb") && !capabilities.has(device))
                    .forEach(input -> refuse(input, "usb " + kind + " is not supported by this QEMU binary"));
        }
    }

    private void needed(String kind, String attribute, String value, String device, String problem) {
        if (!capabilities.has(device)) {
            draft.devices(kind).stream()
                    .filter(element -> element.has(attribute, value))
                    .forEach(element -> refuse(element, problem));
        }
    }

    private static void refuse(Element where, String problem) {
        throw Refusal.unsupported(where, problem);
    }
}
