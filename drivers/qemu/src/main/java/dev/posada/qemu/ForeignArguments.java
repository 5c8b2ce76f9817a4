package dev.posada.qemu;

import java.util.List;
import java.util.Map;

/** Features of boards that are not PCs, as properties of the machine. */
final class ForeignArguments {
    /** Abilities of POWER's virtual machines that are on or off. */
    private static final Map<String, String> SWITCHES =
            Map.of("htm", "cap-htm", "nested-hv", "cap-nested-hv", "ccf-assist", "cap-ccf-assist");

    /** Those of them that are answers to flaws of processors, which come in degrees. */
    private static final Map<String, String> DEGREES = Map.of("cfpc", "cap-cfpc", "sbbc", "cap-sbbc", "ibs", "cap-ibs");

    /** What the board has room for below 4 GiB, beside its devices. */
    private static final long LOW_MEMORY_KIB = 3L << 20;

    private ForeignArguments() {}

    /** Keys that a guest of IBM Z may wrap with those of its machine. */
    static void addKeyWrap(Assembly assembly, List<String> parts) {
        if (assembly.board() != Board.S390) {
            return;
        }
        assembly.domain()
                .child("keywrap")
                .ifPresent(keywrap -> keywrap.children("cipher")
                        .forEach(cipher -> parts.add(cipher.word("name", Map.of("aes", "aes", "dea", "dea"))
                                        .orElseThrow(() -> cipher.unsupported("name"))
                                + "-key-wrap="
                                + Assembly.onOff(cipher.flag("state").orElse(true)))));
    }

    /** Adds what this board knows; a feature of another one stays unread, and so is refused. */
    static void addFeatures(Board board, Part features, List<String> parts) {
        switch (board) {
            case ARM_VIRT ->
                features.child("gic")
                        .flatMap(gic -> gic.word("version", Map.of("2", "2", "3", "3")))
                        .ifPresent(version -> parts.add("gic-version=" + version));
            case PSERIES -> addPartition(features, parts);
            case I440FX, Q35, ISA, RISCV_VIRT, POWER, S390, MEMORY_MAPPED, BARE -> {
                // Nothing of its own.
            }
        }
    }

    private static void addPartition(Part features, List<String> parts) {
        features.child("hpt").ifPresent(hpt -> {
            hpt.word("resizing", Map.of("enabled", "enabled", "disabled", "disabled", "required", "required"))
                    .ifPresent(word -> parts.add("resize-hpt=" + word));
            hpt.child("maxpagesize").ifPresent(size -> {
                size.ignore("unit");
                parts.add("cap-hpt-max-page-size=" + Numbers.kib(size.element(), size.text()) + "k");
            });
        });
        for (var name : List.of("htm", "nested-hv", "ccf-assist")) {
            features.child(name)
                    .flatMap(feature -> feature.flag("state"))
                    .ifPresent(on -> parts.add(SWITCHES.get(name) + "=" + Assembly.onOff(on)));
        }
        for (var name : List.of("cfpc", "sbbc", "ibs")) {
            features.child(name)
                    .flatMap(feature -> feature.attribute("value"))
                    .ifPresent(value -> parts.add(DEGREES.get(name) + "=" + Assembly.escaped(value)));
        }
    }

    /** The unit through which devices see memory, where the board has its own. */
    static void addIommu(Assembly assembly, List<String> parts) {
        boolean wanted = assembly.board() == Board.ARM_VIRT
                && assembly.devices("iommu").stream().anyMatch(iommu -> iommu.has("model", "smmuv3"));
        if (wanted) {
            parts.add("iommu=smmuv3");
        }
    }

    /**
     * Keeps the PCI bus of a 32-bit ARM guest where 32 bits of address reach. QEMU would put it above them, as these
     * processors can have longer physical addresses; but most kernels for them cannot, and would find no device.
     */
    static void addLowPci(Assembly assembly, List<String> parts) {
        var live = assembly.live();
        boolean fits = live.maxMemoryKib() <= LOW_MEMORY_KIB
                && live.root().child("maxMemory").isEmpty();
        if (assembly.board() == Board.ARM_VIRT && Architecture.wordSize(live.architecture()) == 32 && fits) {
            parts.add("highmem=off");
        }
    }
}
