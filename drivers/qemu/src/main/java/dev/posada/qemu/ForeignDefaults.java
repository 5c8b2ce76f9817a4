package dev.posada.qemu;

import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Completes what only some architectures have: the interrupt controller of ARM, panic devices, whole blocks of memory. */
final class ForeignDefaults {
    private static final Set<String> GIC_VERSIONS = Set.of("2", "3", "host");

    /** Which boards know a feature that not all do. */
    private static final Map<String, Set<Board>> FEATURES = Map.of(
            "gic", Set.of(Board.ARM_VIRT),
            "htm", Set.of(Board.PSERIES),
            "nested-hv", Set.of(Board.PSERIES),
            "hpt", Set.of(Board.PSERIES),
            "ccf-assist", Set.of(Board.PSERIES),
            "cfpc", Set.of(Board.PSERIES),
            "sbbc", Set.of(Board.PSERIES),
            "ibs", Set.of(Board.PSERIES));

    private ForeignDefaults() {}

    static void complete(Draft draft, Board board, QemuCapabilities capabilities) {
        if (!board.isPc()) {
            checkFeatures(draft, board);
        }
        if (board == Board.ARM_VIRT) {
            addInterruptController(draft);
        }
        checkAcpi(draft, board);
        completePanic(draft, board, capabilities);
    }

    private static void checkFeatures(Draft draft, Board board) {
        draft.child("features")
                .ifPresent(features -> features.children().forEach(feature -> {
                    var known = FEATURES.get(feature.name());
                    if (known != null && !known.contains(board)) {
                        throw Refusal.unsupported(
                                feature,
                                "The '" + feature.name() + "' feature is not supported for architecture '"
                                        + draft.architecture() + "' or machine type '" + draft.machine() + "'");
                    }
                }));
    }

    /** libvirt's choice for emulated guests is the second version, which every kernel knows. */
    private static void addInterruptController(Draft draft) {
        var features = draft.child("features").orElseGet(() -> Element.of("features"));
        var gic = features.child("gic").orElseGet(() -> Element.of("gic"));
        var version = gic.attribute("version").orElse("2");
        if (!GIC_VERSIONS.contains(version)) {
            throw Refusal.unsupported(gic, "GIC version '" + Refusal.shown(version) + "' is not one of 2, 3 and host");
        }
        var completed = gic.with("version", version);
        if (features.child("gic").isPresent()) {
            draft.put(features.withChild(completed));
            return;
        }
        var children = new ArrayList<Content>(features.content());
        int at = 0;
        while (at < children.size() && children.get(at) instanceof Element child && isBeforeGic(child.name())) {
            at++;
        }
        children.add(at, completed);
        draft.put(features.withContent(children));
    }

    private static boolean isBeforeGic(String feature) {
        return Set.of("acpi", "apic", "pae", "hap", "viridian", "privnet", "hyperv", "kvm", "xen", "pvspinlock", "pmu")
                .contains(feature);
    }

    /**
     * On 64-bit ARM the tables of ACPI reach the guest through UEFI alone. Unlike libvirt's driver this one lets them be
     * asked for when a kernel is booted without firmware, as virt-install does by itself: it reads the device tree.
     */
    private static void checkAcpi(Draft draft, Board board) {
        boolean acpi = draft.child("features")
                .flatMap(features -> features.child("acpi"))
                .isPresent();
        var os = draft.child("os").orElseThrow();
        boolean reachable = os.has("firmware", "efi")
                || os.child("kernel").isPresent()
                || os.child("loader")
                        .map(loader -> loader.has("type", "pflash"))
                        .orElse(false);
        if (acpi && !reachable && !board.isPc() && draft.architecture().equals("aarch64")) {
            throw Refusal.unsupported("ACPI requires UEFI on this architecture: write <os firmware='efi'>, or leave"
                    + " <acpi/> out of <features>");
        }
    }

    private static void completePanic(Draft draft, Board board, QemuCapabilities capabilities) {
        var own = ownPanic(board);
        if (own.isPresent() && !draft.has("panic")) {
            draft.add(Element.of("panic"));
        }
        draft.devices("panic")
                .replaceAll(
                        panic -> panic.attribute("model").isPresent() ? panic : panic.with("model", own.orElse("isa")));
        for (var panic : draft.devices("panic")) {
            if (panic.has("model", "isa") && !capabilities.has("pvpanic")) {
                throw Refusal.unsupported(
                        panic, "the QEMU binary does not support the ISA panic device: take model='pvpanic'");
            }
        }
    }

    /** Where a guest tells of its panic without a device of its own. */
    private static Optional<String> ownPanic(Board board) {
        return switch (board) {
            case PSERIES -> Optional.of("pseries");
            case S390 -> Optional.of("s390");
            case I440FX, Q35, ISA, ARM_VIRT, RISCV_VIRT, POWER, MEMORY_MAPPED, BARE -> Optional.empty();
        };
    }
}
