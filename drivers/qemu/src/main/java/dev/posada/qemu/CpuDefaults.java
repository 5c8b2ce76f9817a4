package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Completes {@code <cpu>}: the machine's own processor when none is named, and how strictly it is checked. */
final class CpuDefaults {
    private static final List<String> ATTRIBUTES = List.of("mode", "match", "check", "migratable");
    private static final Set<String> MODES = Set.of("custom", "host-model", "host-passthrough", "maximum");

    /** What a processor's type of QEMU's object model has after the model's name. */
    private static final List<String> TYPE_ENDS = List.of("-x86_64-cpu", "-i386-cpu");

    private CpuDefaults() {}

    static void complete(Draft draft, QemuCapabilities capabilities) {
        var cpu = draft.child("cpu").orElseGet(() -> Element.of("cpu"));
        if (cpu.attribute("mode").isEmpty() && cpu.child("model").isPresent()) {
            cpu = cpu.with("mode", "custom");
        }
        if (cpu.attribute("mode").isEmpty() || isCustomWithoutModel(cpu)) {
            if (cpu.child("feature").isPresent()) {
                throw Refusal.xml(cpu, "Non-empty feature list specified without CPU model");
            }
            var machineDefault = defaultModel(draft, capabilities);
            if (machineDefault.isEmpty()) {
                return;
            }
            cpu = Draft.withFirst(
                            cpu.with("mode", "custom").with("match", "exact"),
                            Element.text("model", machineDefault).with("fallback", "forbid"))
                    .with("check", "none");
        }
        draft.put(checked(cpu, !Architecture.isForeign(capabilities)));
    }

    private static boolean isCustomWithoutModel(Element cpu) {
        return cpu.has("mode", "custom") && cpu.childText("model").orElse("").isEmpty();
    }

    private static Element checked(Element cpu, boolean pc) {
        var mode = cpu.attribute("mode", "custom");
        if (!MODES.contains(mode)) {
            throw Refusal.xml(cpu, "Invalid mode attribute '" + Refusal.shown(mode) + "'");
        }
        var changed = cpu;
        switch (mode) {
            case "custom" -> {
                if (changed.attribute("match").isEmpty()) {
                    changed = changed.with("match", "exact");
                }
                changed = withModelFallback(changed);
                if (changed.attribute("check").isEmpty()) {
                    changed = changed.with("check", changed.has("match", "exact") ? "none" : "partial");
                }
            }
            case "host-model" -> {
                if (changed.attribute("check").isEmpty()) {
                    changed = changed.with("check", "partial");
                }
                changed = withModelFallback(changed).without("match");
            }
            default -> {
                if (changed.attribute("check").isEmpty()) {
                    changed = changed.with("check", "none");
                }
                changed = changed.without("match");
                if (pc
                        && mode.equals("host-passthrough")
                        && changed.attribute("migratable").isEmpty()) {
                    changed = changed.with("migratable", "on");
                }
            }
        }
        changed = changed.mapChildren(CpuDefaults::completeChild);
        var ordered = new LinkedHashMap<String, String>();
        var attributes = changed.attributes();
        for (var name : ATTRIBUTES) {
            if (attributes.containsKey(name)) {
                ordered.put(name, attributes.get(name));
            }
        }
        attributes.forEach(ordered::putIfAbsent);
        return changed.withAttributes(ordered);
    }

    private static Element withModelFallback(Element cpu) {
        return cpu.mapChildren(child ->
                child.name().equals("model") && child.attribute("fallback").isEmpty()
                        ? child.with("fallback", "allow")
                        : child);
    }

    private static Element completeChild(Element child) {
        return switch (child.name()) {
            case "topology" -> topology(child);
            case "feature" ->
                child.attribute("policy").isPresent()
                        ? child
                        : Element.of("feature", "policy", "require", "name", child.attribute("name", ""));
            default -> child;
        };
    }

    private static Element topology(Element topology) {
        return topology.attribute("dies").isPresent() ? topology : Draft.withAfter(topology, "sockets", "dies", "1");
    }

    /** The name {@code -cpu} takes for the machine's default, which the machine gives as a type's name. */
    private static String defaultModel(Draft draft, QemuCapabilities capabilities) {
        return capabilities
                .machine(draft.machine())
                .flatMap(MachineType::defaultCpu)
                .map(CpuDefaults::withoutArchitecture)
                .orElse("");
    }

    private static String withoutArchitecture(String type) {
        for (var end : TYPE_ENDS) {
            if (type.endsWith(end)) {
                return type.substring(0, type.length() - end.length());
            }
        }
        return type;
    }
}
