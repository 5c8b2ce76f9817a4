package dev.posada.host;

import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/** Writes a host's processor as the {@code <cpu>} element of the capabilities. */
final class ProcessorElement {
    private static final Pattern ARM_FEATURE = Pattern.compile("sve\\d*");

    private static final Map<String, String> VENDORS =
            Map.of("GenuineIntel", "Intel", "AuthenticAMD", "AMD", "HygonGenuine", "Hygon");

    private ProcessorElement() {}

    static Element of(String architecture, CpuInfo cpu, Topology topology, List<Integer> pageSizesKib) {
        var content = new ArrayList<Content>();
        content.add(Element.text("arch", architecture));
        boolean x86 = architecture.equals("x86_64") || architecture.equals("i686");
        SequencedSet<String> features = new LinkedHashSet<>();
        if (x86) {
            features.addAll(x86(cpu, content));
        } else if (architecture.equals("aarch64")) {
            features.addAll(arm(cpu, content));
        }
        content.add(topology(topology));
        if (x86 && cpu.physicalAddressBits() > 0) {
            content.add(
                    Element.of("maxphysaddr", "mode", "emulate", "bits", String.valueOf(cpu.physicalAddressBits())));
        }
        features.forEach(name -> content.add(Element.of("feature", "name", name)));
        pageSizesKib.forEach(size -> content.add(Element.of("pages", "unit", "KiB", "size", String.valueOf(size))));
        return Element.of("cpu").withContent(content);
    }

    /** Adds model, vendor, microcode and signature; answers the features to name beside the model. */
    private static SequencedSet<String> x86(CpuInfo cpu, List<Content> content) {
        var table = X86Features.load();
        var features = table.of(cpu);
        var vendor = cpu.field("vendor_id").map(VENDORS::get);
        int family = cpu.number("cpu family").orElse(0);
        int model = cpu.number("model").orElse(0);
        int stepping = cpu.number("stepping").orElse(0);
        var description = X86Models.load()
                .describe(new X86Models.Processor(vendor, family, model, stepping, features), table.hidden());
        description.ifPresent(found -> content.add(Element.text("model", found.model())));
        vendor.ifPresent(name -> content.add(Element.text("vendor", name)));
        cpu.number("microcode")
                .filter(version -> version > 0)
                .ifPresent(version -> content.add(Element.of("microcode", "version", String.valueOf(version))));
        if (family > 0) {
            content.add(Element.of(
                    "signature",
                    "family",
                    String.valueOf(family),
                    "model",
                    String.valueOf(model),
                    "stepping",
                    String.valueOf(stepping)));
        }
        return description
                .map(found -> (SequencedSet<String>) new LinkedHashSet<>(found.extra()))
                .orElse(features);
    }

    /** Adds model and vendor; answers the features documents have names for. */
    private static SequencedSet<String> arm(CpuInfo cpu, List<Content> content) {
        var implementer = cpu.field("CPU implementer").orElse("");
        var part = cpu.field("CPU part").orElse("");
        for (var line : TableFile.lines("arm-models.txt")) {
            var words = line.split(" ", 4);
            if (words[0].equals(implementer) && words[1].equals(part)) {
                content.add(Element.text("model", words[3]));
                content.add(Element.text("vendor", words[2]));
            }
        }
        var features = new LinkedHashSet<String>();
        cpu.words("Features").stream()
                .filter(name -> ARM_FEATURE.matcher(name).matches())
                .forEach(features::add);
        return features;
    }

    private static Element topology(Topology topology) {
        var shape = topology.shape();
        int dies = topology.diesPerSocket();
        if (shape.cores() % dies != 0) {
            dies = 1;
        }
        return Element.of(
                "topology",
                "sockets",
                String.valueOf(shape.sockets()),
                "dies",
                String.valueOf(dies),
                "cores",
                String.valueOf(shape.cores() / dies),
                "threads",
                String.valueOf(shape.threads()));
    }

    /** The name documents have for what {@code uname -m} or Java calls an architecture. */
    static String architecture(Optional<String> kernel, String java) {
        var name = kernel.orElse(java);
        return switch (name) {
            case "amd64" -> "x86_64";
            case "i386", "i486", "i586", "x86" -> "i686";
            case "arm64" -> "aarch64";
            default -> name;
        };
    }
}
