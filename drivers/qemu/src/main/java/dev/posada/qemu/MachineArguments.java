package dev.posada.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Who the domain is and what board it has: {@code -name}, {@code -machine}, {@code -accel}. */
final class MachineArguments {
    private MachineArguments() {}

    static void add(Assembly assembly) {
        var domain = assembly.domain();
        domain.ignore("type", "id");
        domain.take("name", "uuid", "title", "description", "metadata", "on_poweroff", "on_reboot", "on_crash");
        assembly.add("-name", "guest=" + Assembly.escaped(assembly.live().name()) + ",debug-threads=on", "-S");
        FirmwareArguments.addNodes(assembly);
        assembly.add("-machine", machine(assembly));
        assembly.add("-accel", accelerator(assembly));
    }

    private static String machine(Assembly assembly) {
        var domain = assembly.domain();
        var type = domain.child("os").flatMap(os -> os.child("type")).orElseThrow();
        type.text();
        type.ignore("arch");
        var parts = new ArrayList<String>();
        parts.add(Assembly.escaped(type.attribute("machine", "")));
        parts.add("usb=off");
        var features = domain.child("features");
        features.flatMap(part -> part.child("vmport"))
                .flatMap(part -> part.flag("state"))
                .ifPresent(on -> parts.add("vmport=" + Assembly.onOff(on)));
        features.flatMap(part -> part.child("smm")).ifPresent(smm -> addSmm(smm, parts));
        features.flatMap(part -> part.child("ioapic"))
                .ifPresent(ioapic -> parts.add(
                        "kernel_irqchip=" + (ioapic.attribute("driver", "kvm").equals("qemu") ? "split" : "on")));
        features.ifPresent(part -> ForeignArguments.addFeatures(assembly.board(), part, parts));
        ForeignArguments.addIommu(assembly, parts);
        ForeignArguments.addLowPci(assembly, parts);
        ForeignArguments.addKeyWrap(assembly, parts);
        parts.add("dump-guest-core=" + dumpCore(domain));
        boolean acpi = features.flatMap(part -> part.child("acpi")).isPresent();
        if (!acpi && hasAcpi(assembly)) {
            parts.add("acpi=off");
        }
        ClockArguments.addToMachine(assembly, parts);
        MemoryArguments.addToMachine(assembly, parts);
        FirmwareArguments.addToMachine(assembly, parts);
        features.ifPresent(MachineArguments::takeWithoutEffect);
        return String.join(",", parts);
    }

    /** Whether the board would have ACPI when nobody says that it shall not. */
    private static boolean hasAcpi(Assembly assembly) {
        return switch (assembly.board()) {
            case I440FX, Q35, ISA -> true;
            case ARM_VIRT -> assembly.live().architecture().equals("aarch64");
            case RISCV_VIRT, PSERIES, POWER, S390, MEMORY_MAPPED, BARE -> false;
        };
    }

    private static void addSmm(Part smm, List<String> parts) {
        parts.add("smm=" + Assembly.onOff(smm.flag("state").orElse(true)));
        smm.child("tseg").ifPresent(tseg -> {
            throw tseg.refused("the size of TSEG cannot be chosen");
        });
    }

    private static String dumpCore(Part domain) {
        return domain.child("memory")
                .flatMap(memory -> memory.attribute("dumpCore"))
                .orElse("off");
    }

    /** What is always so on these boards, or what other hypervisors know. */
    private static void takeWithoutEffect(Part features) {
        for (var name : Set.of("apic", "pae", "acpi")) {
            features.child(name).ifPresent(part -> {
                if (!name.equals("apic")) {
                    part.take();
                }
            });
        }
        features.child("hap").ifPresent(Part::take);
        features.child("viridian").ifPresent(Part::take);
        features.child("privnet").ifPresent(Part::take);
    }

    private static String accelerator(Assembly assembly) {
        return switch (assembly.live().type()) {
            case "kvm" -> {
                if (!assembly.capabilities().kvmUsable()) {
                    throw Refusal.unsupported("domain '" + assembly.live().name() + "' of type 'kvm' cannot run here: "
                            + assembly.capabilities().kvmObstacle());
                }
                yield "kvm" + dirtyRing(assembly);
            }
            case "qemu" -> "tcg" + blockCache(assembly);
            default ->
                throw Refusal.unsupported("domain type '"
                        + Refusal.shown(assembly.live().type()) + "' is not one of QEMU's: use 'kvm' or 'qemu'");
        };
    }

    private static String dirtyRing(Assembly assembly) {
        return assembly.domain()
                .child("features")
                .flatMap(features -> features.child("kvm"))
                .flatMap(kvm -> kvm.child("dirty-ring"))
                .filter(ring -> ring.flag("state").orElse(false))
                .map(ring -> ",dirty-ring-size=" + ring.number("size").orElse(4096L))
                .orElse("");
    }

    private static String blockCache(Assembly assembly) {
        return assembly.domain()
                .child("features")
                .flatMap(features -> features.child("tcg"))
                .flatMap(tcg -> tcg.child("tb-cache"))
                .map(cache -> ",tb-size=" + Math.ceilDiv(Numbers.kib(cache.element(), read(cache)), 1024L))
                .orElse("");
    }

    private static String read(Part cache) {
        cache.ignore("unit");
        return cache.text();
    }
}
