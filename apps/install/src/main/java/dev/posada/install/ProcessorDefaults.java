package dev.posada.install;

import java.util.List;
import java.util.Optional;

/** Decides which processor a guest sees. */
final class ProcessorDefaults {
    /** Words for the model that mean something else than a model. */
    private static final List<String> MANNERS =
            List.of("host-model-only", "hv-default", "host-copy", "host-model", "host-passthrough", "clear", "default");

    private final Guest guest;
    private final Draft cpu;

    ProcessorDefaults(Guest guest) {
        this.guest = guest;
        cpu = guest.cpu();
    }

    /** What {@code --cpu WORD} asks for. */
    void choose(String word) {
        var wanted = switch (word) {
            case "host" -> "host-model";
            case "none" -> "clear";
            default -> word;
        };
        if (MANNERS.contains(wanted)) {
            manner(wanted);
        } else {
            model(wanted);
        }
    }

    private void manner(String word) {
        var wanted = word.equals("default") ? best() : word;
        switch (wanted) {
            case "host-model", "host-passthrough" -> {
                List.of("model", "vendor", "model/@fallback", "@migratable", "@check")
                        .forEach(cpu::unset);
                cpu.all("feature").forEach(feature -> cpu.remove("feature", feature));
                cpu.set("@mode", wanted);
            }
            case "hv-default", "clear" -> cpu.wipe(false);
            default -> {
                if (wanted.equals("host-copy")) {
                    guest.messages().warn("CPU mode=host-copy no longer supported, using mode=host-model-only");
                }
                guest.host().capabilities().processorModel().ifPresent(model -> {
                    cpu.wipe(false);
                    model(model);
                });
            }
        }
        guest.chooseProcessor();
    }

    private String best() {
        if (guest.abilities().supportsSafeHostPassthrough()) {
            return "host-passthrough";
        }
        return guest.abilities().supportsSafeHostModel() ? "host-model" : "host-model-only";
    }

    private void model(String name) {
        cpu.unset("@migratable");
        if (name.isEmpty()) {
            cpu.unset("model");
            return;
        }
        cpu.set("@mode", "custom");
        cpu.setIfAbsent("@match", "exact");
        var features = guest.abilities().securityFeatures(guest.host(), guest.messages());
        for (var feature : features) {
            var there = feature(feature);
            if (guest.secureProcessor() && there.isEmpty()) {
                add(feature, "require");
            } else if (!guest.secureProcessor()
                    && there.filter(each -> each.is("@policy", "require")).isPresent()) {
                cpu.remove("feature", there.get());
            }
        }
        cpu.set("model", name);
    }

    private Optional<Draft> feature(String name) {
        return cpu.all("feature").stream()
                .filter(each -> each.is("@name", name))
                .findFirst();
    }

    private void add(String name, String policy) {
        var feature = cpu.add("feature");
        feature.set("@name", name);
        feature.set("@policy", policy);
    }

    /** Says how a feature is to be treated. */
    void feature(String name, String policy) {
        feature(name).ifPresentOrElse(there -> there.set("@policy", policy), () -> add(name, policy));
    }

    void decide() {
        var host = guest.host();
        if ((!host.isTest() && !host.isQemu()) || !cpu.isEmpty() || guest.processorChosen()) {
            return;
        }
        boolean kvm = guest.type().filter("kvm"::equals).isPresent();
        if (guest.isArmVirt() && kvm) {
            cpu.set("@mode", "host-passthrough");
        } else if (guest.isArm64() && guest.isArmVirt()) {
            // This machine has a processor of 32 bits by default.
            model("cortex-a57");
        } else if (guest.isX86()
                && kvm
                && guest.architecture().equals(host.capabilities().architecture())) {
            manner("default");
        }
    }
}
