package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The architectures of guests: what their emulators are called, and which of them run which. */
final class Architecture {
    /** By architecture what the names of its emulators end in, best first; in the order libvirt tells of them. */
    private static final Map<String, List<String>> BINARIES = binaries();

    /** Those whose guests the processor of a PC runs by itself. */
    private static final List<String> PC = List.of("x86_64", "i686");

    /** QEMU's words for what it emulates, where they are not ours. */
    private static final Map<String, String> TARGETS = Map.of("i386", "i686", "arm", "armv7l");

    /** What an emulator runs beside the architecture it is named for. */
    private static final Map<String, List<String>> OTHERS = Map.of(
            "x86_64", List.of("i686"),
            "aarch64", List.of("armv7l", "armv6l"),
            "armv7l", List.of("armv6l"),
            "ppc64", List.of("ppc64le"));

    private Architecture() {}

    private static Map<String, List<String>> binaries() {
        var binaries = new LinkedHashMap<String, List<String>>();
        binaries.put("armv6l", List.of("arm", "aarch64"));
        binaries.put("armv7l", List.of("arm", "aarch64"));
        binaries.put("aarch64", List.of("aarch64"));
        binaries.put("i686", List.of("i386"));
        binaries.put("ppc64", List.of("ppc64"));
        binaries.put("ppc64le", List.of("ppc64le", "ppc64"));
        binaries.put("riscv32", List.of("riscv32"));
        binaries.put("riscv64", List.of("riscv64"));
        binaries.put("s390x", List.of("s390x"));
        binaries.put("x86_64", List.of("x86_64"));
        return binaries;
    }

    /** All that this driver can furnish boards of. */
    static List<String> all() {
        return List.copyOf(BINARIES.keySet());
    }

    static boolean isKnown(String architecture) {
        return BINARIES.containsKey(architecture);
    }

    /** What the names of an architecture's emulators end in, best first. */
    static List<String> binaries(String architecture) {
        return BINARIES.getOrDefault(architecture, List.of());
    }

    /** The architecture an emulator is for, from its own word for it. */
    static String ofTarget(String target) {
        return TARGETS.getOrDefault(target, target);
    }

    /** Whether an emulator runs guests of an architecture: its own, or an older or smaller form of it. */
    static boolean runs(QemuCapabilities capabilities, String architecture) {
        return capabilities.architecture().equals(architecture)
                || OTHERS.getOrDefault(capabilities.architecture(), List.of()).contains(architecture);
    }

    /** Whether an emulator's guests can only be emulated: this driver's hosts are PCs. */
    static boolean isForeign(QemuCapabilities capabilities) {
        return isForeign(capabilities.architecture());
    }

    static boolean isForeign(String architecture) {
        return !PC.contains(architecture);
    }

    /** The machine libvirt takes when a definition names none and the emulator has no default. */
    static Optional<String> usualMachine(String architecture) {
        return switch (architecture) {
            case "aarch64", "armv7l", "armv6l" -> Optional.of("integratorcp");
            default -> Optional.empty();
        };
    }

    /** Whether there is a processor that has all the emulator can do. */
    static boolean hasMaximumCpu(QemuCapabilities capabilities) {
        return switch (capabilities.architecture()) {
            case "ppc64", "ppc64le", "riscv32", "riscv64" -> false;
            default -> true;
        };
    }

    /** The Debian package of an architecture's emulator. */
    static String debianPackage(String architecture) {
        return switch (architecture) {
            case "x86_64", "i686" -> "qemu-system-x86";
            case "aarch64", "armv7l", "armv6l" -> "qemu-system-arm";
            case "ppc64", "ppc64le" -> "qemu-system-ppc";
            default -> "qemu-system-misc";
        };
    }

    /** The Debian package of UEFI firmware for an architecture's guests. */
    static Optional<String> firmwarePackage(String architecture) {
        return switch (architecture) {
            case "x86_64", "i686" -> Optional.of("ovmf");
            case "aarch64" -> Optional.of("qemu-efi-aarch64");
            case "armv7l", "armv6l" -> Optional.of("qemu-efi-arm");
            default -> Optional.empty();
        };
    }

    /** The bits of its addresses. */
    static int wordSize(String architecture) {
        return switch (architecture) {
            case "i686", "armv7l", "armv6l", "riscv32" -> 32;
            default -> 64;
        };
    }

    /**
     * The name {@code -cpu} takes for a machine's default processor, which the machine gives as a type's name.
     *
     * @param models processors by type, the first name of each
     */
    static Optional<String> defaultCpu(String target, String type, Map<String, String> models) {
        if (PC.contains(ofTarget(target))) {
            return Optional.of(type);
        }
        // An emulator that does not list its processors takes its machines' own without being told.
        return Optional.ofNullable(models.get(type)).map(Architecture::spelt);
    }

    /**
     * The processors libvirt has names of, where that does not follow from an emulator; an empty list says that any name
     * is taken. Nothing for PCs, whose emulators tell.
     *
     * @throws dev.posada.model.PosadaException {@code NO_SUPPORT} for an architecture without named processors
     */
    static Optional<List<String>> namedModels(String architecture) {
        return switch (architecture) {
            case "aarch64", "armv7l", "armv6l", "s390x" -> Optional.of(List.of());
            case "ppc64", "ppc64le" ->
                Optional.of(
                        List.of("POWER6", "POWER7", "POWER8", "POWER9", "POWER10", "POWERPC_e5500", "POWERPC_e6500"));
            case "riscv32", "riscv64" ->
                throw new PosadaException(
                        ErrorCode.NO_SUPPORT,
                        ErrorOrigin.CPU,
                        "'" + architecture + "' architecture is not supported by CPU driver");
            default -> Optional.empty();
        };
    }

    /** IBM's processors are written in capitals, which QEMU takes too. */
    static String spelt(String model) {
        return model.matches("power(6|7|8|9|10)") ? model.toUpperCase(Locale.ROOT) : model;
    }
}
