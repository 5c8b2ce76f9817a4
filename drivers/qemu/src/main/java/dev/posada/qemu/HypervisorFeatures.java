package dev.posada.qemu;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a guest may know of its hypervisor: {@code <hyperv>}, {@code <kvm>} and their neighbours, as flags of the processor. */
final class HypervisorFeatures {
    /** Enlightenments that are on or off, by libvirt's name. */
    private static final Map<String, String> HYPERV = Map.ofEntries(
            Map.entry("relaxed", "hv-relaxed"),
            Map.entry("vapic", "hv-vapic"),
            Map.entry("vpindex", "hv-vpindex"),
            Map.entry("runtime", "hv-runtime"),
            Map.entry("synic", "hv-synic"),
            Map.entry("reset", "hv-reset"),
            Map.entry("frequencies", "hv-frequencies"),
            Map.entry("reenlightenment", "hv-reenlightenment"),
            Map.entry("tlbflush", "hv-tlbflush"),
            Map.entry("ipi", "hv-ipi"),
            Map.entry("evmcs", "hv-evmcs"),
            Map.entry("avic", "hv-avic"));

    private static final long SPINLOCK_RETRIES_MIN = 4095;

    private HypervisorFeatures() {}

    /** The enlightenments a definition can ask for, by libvirt's names. */
    static Set<String> enlightenments() {
        var names = new HashSet<>(HYPERV.keySet());
        names.addAll(List.of("spinlocks", "stimer", "vendor_id"));
        return names;
    }

    static void add(Part features, List<String> flags) {
        features.child("apic")
                .flatMap(apic -> apic.flag("eoi"))
                .ifPresent(on -> flags.add("kvm-pv-eoi=" + Assembly.onOff(on)));
        features.child("pvspinlock")
                .ifPresent(part -> flags.add(
                        "kvm-pv-unhalt=" + Assembly.onOff(part.flag("state").orElse(true))));
        features.child("hyperv").ifPresent(hyperv -> addHyperv(hyperv, flags));
        features.child("kvm").ifPresent(kvm -> addKvm(kvm, flags));
        features.child("pmu")
                .ifPresent(pmu ->
                        flags.add("pmu=" + Assembly.onOff(pmu.flag("state").orElse(true))));
    }

    private static void addHyperv(Part hyperv, List<String> flags) {
        if (hyperv.attribute("mode", "custom").equals("passthrough")) {
            flags.add("hv-passthrough");
        } else if (!hyperv.attribute("mode", "custom").equals("custom")) {
            throw hyperv.unsupported("mode");
        }
        for (var feature : hyperv.children()) {
            boolean on = feature.flag("state").orElse(true);
            switch (feature.name()) {
                case "spinlocks" -> {
                    if (on) {
                        flags.add("hv-spinlocks=0x" + Long.toHexString(retries(feature)));
                    } else {
                        feature.ignore("retries");
                    }
                }
                case "vendor_id" -> {
                    if (on) {
                        flags.add("hv-vendor-id=" + Assembly.escaped(feature.attribute("value", "")));
                    } else {
                        feature.ignore("value");
                    }
                }
                case "stimer" -> {
                    if (on) {
                        flags.add("hv-stimer=on");
                        feature.child("direct")
                                .flatMap(direct -> direct.flag("state"))
                                .filter(direct -> direct)
                                .ifPresent(_ -> flags.add("hv-stimer-direct=on"));
                    }
                }
                default -> {
                    var flag = HYPERV.get(feature.name());
                    if (flag == null) {
                        throw feature.refused("this enlightenment is not known");
                    }
                    if (on) {
                        flags.add(flag + "=on");
                    }
                }
            }
        }
    }

    private static long retries(Part spinlocks) {
        long retries = spinlocks.number("retries").orElse(SPINLOCK_RETRIES_MIN);
        if (retries < SPINLOCK_RETRIES_MIN || retries > 0xffff_ffffL) {
            throw Refusal.xml(
                    spinlocks.element(), "HyperV spinlock retry count must be at least " + SPINLOCK_RETRIES_MIN);
        }
        return retries;
    }

    private static void addKvm(Part kvm, List<String> flags) {
        kvm.child("hidden").flatMap(part -> part.flag("state")).filter(on -> on).ifPresent(_ -> flags.add("kvm=off"));
        kvm.child("hint-dedicated")
                .flatMap(part -> part.flag("state"))
                .filter(on -> on)
                .ifPresent(_ -> flags.add("kvm-hint-dedicated=on"));
        kvm.child("poll-control")
                .flatMap(part -> part.flag("state"))
                .filter(on -> on)
                .ifPresent(_ -> flags.add("kvm-poll-control=on"));
        kvm.child("pv-ipi")
                .flatMap(part -> part.flag("state"))
                .filter(on -> !on)
                .ifPresent(_ -> flags.add("kvm-pv-ipi=off"));
    }
}
