package dev.posada.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processors: {@code -cpu} with the features of model, timers and paravirtualization, and {@code -smp}. */
final class CpuArguments {
    /** libvirt's names of features where QEMU's are others. */
    private static final Map<String, String> FEATURE_NAMES = Map.ofEntries(
            Map.entry("cmp_legacy", "cmp-legacy"),
            Map.entry("ds_cpl", "ds-cpl"),
            Map.entry("fxsr_opt", "fxsr-opt"),
            Map.entry("kvm_pv_eoi", "kvm-pv-eoi"),
            Map.entry("kvm_pv_unhalt", "kvm-pv-unhalt"),
            Map.entry("lahf_lm", "lahf-lm"),
            Map.entry("nodeid_msr", "nodeid-msr"),
            Map.entry("pclmuldq", "pclmulqdq"),
            Map.entry("perfctr_core", "perfctr-core"),
            Map.entry("perfctr_nb", "perfctr-nb"),
            Map.entry("tsc_adjust", "tsc-adjust"));

    private static final String CACHE_LEVEL_EMULATED = "3";

    private CpuArguments() {}

    /** QEMU's name of a feature that libvirt names. */
    static String qemuName(String feature) {
        return FEATURE_NAMES.getOrDefault(feature, feature);
    }

    /** libvirt's name of a feature that QEMU names. */
    static String libvirtName(String feature) {
        return FEATURE_NAMES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(feature))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(feature);
    }

    static void addCpu(Assembly assembly) {
        var flags = new ArrayList<String>();
        var cpu = assembly.domain().child("cpu");
        cpu.ifPresent(part -> addModel(assembly, part, flags));
        boolean named = !flags.isEmpty();
        ClockArguments.addToCpu(assembly, flags);
        var features = assembly.domain().child("features");
        features.ifPresent(part -> HypervisorFeatures.add(part, flags));
        cpu.ifPresent(part -> addCache(part, flags));
        cpu.flatMap(part -> part.child("maxphysaddr")).ifPresent(bits -> addAddressBits(bits, flags));
        if (!named && !flags.isEmpty()) {
            flags.addFirst(assembly.capabilities().architecture().equals("i686") ? "qemu32" : "qemu64");
        }
        if (!flags.isEmpty()) {
            assembly.add("-cpu", String.join(",", flags));
        }
    }

    private static void addModel(Assembly assembly, Part cpu, List<String> flags) {
        cpu.ignore("check");
        switch (cpu.attribute("mode", "custom")) {
            case "host-passthrough", "maximum" -> addWhole(assembly, cpu, flags);
            case "host-model" -> {
                cpu.take("model");
                addHostModel(assembly, cpu, flags);
            }
            default -> addCustom(assembly, cpu, flags);
        }
        for (var feature : cpu.children("feature")) {
            var name = qemuName(feature.attribute("name", ""));
            switch (feature.attribute("policy", "require")) {
                case "force", "require" -> flags.add(name + "=on");
                case "disable", "forbid" -> flags.add(name + "=off");
                case "optional" -> {
                    // Whatever the model and the host have of it.
                }
                default -> throw feature.unsupported("policy");
            }
        }
    }

    private static void addWhole(Assembly assembly, Part cpu, List<String> flags) {
        boolean passthrough = cpu.has("mode", "host-passthrough");
        if (passthrough && !assembly.live().type().equals("kvm")) {
            throw Refusal.unsupported(
                    "CPU mode 'host-passthrough' for " + assembly.capabilities().architecture()
                            + " qemu domain is not supported by hypervisor: it needs type 'kvm'; use 'maximum'");
        }
        if (!passthrough && !Architecture.hasMaximumCpu(assembly.capabilities())) {
            throw Refusal.unsupported("maximum CPU is not supported by QEMU binary");
        }
        flags.add(passthrough ? "host" : "max");
        cpu.flag("migratable").ifPresent(on -> flags.add("migratable=" + Assembly.onOff(on)));
    }

    private static void addHostModel(Assembly assembly, Part cpu, List<String> flags) {
        var model = assembly.capabilities().hostModels().get(accelerator(assembly));
        if (model == null) {
            throw cpu.refused("no processor model fits this host: use mode 'maximum' or name a model");
        }
        flags.add(model.model());
        model.added().forEach(feature -> flags.add(feature + "=on"));
        model.removed().forEach(feature -> flags.add(feature + "=off"));
    }

    private static void addCustom(Assembly assembly, Part cpu, List<String> flags) {
        var model = cpu.child("model");
        cpu.child("vendor").ifPresent(Part::take);
        if (model.isEmpty()) {
            return;
        }
        model.get().ignore("fallback");
        var name = model.get().text();
        switch (cpu.attribute("match", "exact")) {
            case "exact" -> {
                boolean known =
                        assembly.capabilities().cpuModels().values().stream().allMatch(List::isEmpty)
                                || assembly.capabilities().cpuModels().values().stream()
                                        .flatMap(List::stream)
                                        .anyMatch(candidate -> candidate.name().equalsIgnoreCase(name));
                if (!known && !name.matches(".*-v\\d+")) {
                    throw Refusal.unsupported("CPU model '" + Refusal.shown(name) + "' is not known to "
                            + assembly.capabilities().binary());
                }
                flags.add(name);
                model.get().attribute("vendor_id").ifPresent(vendor -> flags.add("vendor=" + Assembly.escaped(vendor)));
            }
            case "minimum" -> {
                // At least the model's features: what the host has includes them, or the host cannot run it.
                requireUsable(assembly, name);
                addHostModel(assembly, cpu, flags);
            }
            default -> throw cpu.unsupported("match");
        }
    }

    private static void requireUsable(Assembly assembly, String name) {
        boolean usable = assembly.capabilities().cpuModels().getOrDefault(accelerator(assembly), List.of()).stream()
                .anyMatch(model -> model.name().equals(name) && model.usable());
        if (!usable) {
            throw Refusal.incompatibleCpu(name);
        }
    }

    private static Accelerator accelerator(Assembly assembly) {
        return assembly.live().type().equals("kvm") ? Accelerator.KVM : Accelerator.TCG;
    }

    private static void addCache(Part cpu, List<String> flags) {
        cpu.child("cache").ifPresent(cache -> {
            switch (cache.attribute("mode", "")) {
                case "emulate" -> {
                    if (!cache.attribute("level", CACHE_LEVEL_EMULATED).equals(CACHE_LEVEL_EMULATED)) {
                        throw cache.unsupported("level");
                    }
                    flags.add("l3-cache=on");
                }
                case "passthrough" -> {
                    flags.add("host-cache-info=on");
                    flags.add("l3-cache=off");
                }
                case "disable" -> {
                    flags.add("l3-cache=off");
                    flags.add("host-cache-info=off");
                }
                default -> throw cache.unsupported("mode");
            }
        });
    }

    private static void addAddressBits(Part bits, List<String> flags) {
        switch (bits.attribute("mode", "")) {
            case "passthrough" -> {
                flags.add("host-phys-bits=on");
                bits.number("limit").ifPresent(limit -> flags.add("host-phys-bits-limit=" + limit));
            }
            case "emulate" -> flags.add("phys-bits=" + bits.number("bits").orElseThrow(() -> bits.unsupported("bits")));
            default -> throw bits.unsupported("mode");
        }
    }

    /** How many processors there are, and how they hang together. */
    static void addTopology(Assembly assembly) {
        var vcpu = assembly.domain().child("vcpu").orElseThrow();
        long most = vcpu.number();
        long now = vcpu.number("current").orElse(most);
        if (!vcpu.attribute("placement", "static").equals("static")) {
            throw vcpu.unsupported("placement");
        }
        vcpu.ignore("cpuset");
        assembly.capabilities().machine(assembly.live().machine()).ifPresent(machine -> {
            if (most > machine.maxCpus()) {
                throw Refusal.unsupported(
                        "Maximum CPUs greater than specified machine type limit " + machine.maxCpus());
            }
        });
        var parts = new ArrayList<String>();
        parts.add(Long.toString(now));
        if (now < most) {
            parts.add("maxcpus=" + most);
        }
        var topology = assembly.domain().child("cpu").flatMap(cpu -> cpu.child("topology"));
        if (topology.isPresent()) {
            addTopology(topology.get(), most, parts);
        } else {
            parts.add("sockets=" + most);
            parts.add("cores=1");
            parts.add("threads=1");
        }
        assembly.add("-smp", String.join(",", parts));
    }

    private static void addTopology(Part topology, long most, List<String> parts) {
        long product = 1;
        for (var level : List.of("sockets", "dies", "cores", "threads")) {
            Optional<Long> count = topology.number(level);
            if (count.isPresent()) {
                product *= count.get();
                parts.add(level + "=" + count.get());
            }
        }
        if (product != most) {
            throw Refusal.unsupported("CPU topology doesn't match maximum vcpu count: it gives " + product
                    + " processors, <vcpu> says " + most);
        }
    }
}
