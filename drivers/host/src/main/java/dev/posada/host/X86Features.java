package dev.posada.host;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * The names of processor features, and which of them a host has. The kernel shows what it found usable, so a feature it
 * turned off (a broken instruction, a boot option) is not there for guests either.
 */
final class X86Features {
    private static final String INTEL = "GenuineIntel";

    private final List<Feature> features;

    private X86Features(List<Feature> features) {
        this.features = List.copyOf(features);
    }

    /**
     * A feature.
     *
     * @param name in documents
     * @param flag in {@code /proc/cpuinfo}
     * @param hidden whether {@code /proc/cpuinfo} never tells
     */
    private record Feature(String name, String flag, boolean hidden) {
        static Feature parse(String word) {
            boolean hidden = word.startsWith("~");
            var parts = (hidden ? word.substring(1) : word).split("=", 2);
            return new Feature(parts[0], parts[parts.length - 1], hidden);
        }
    }

    static X86Features load() {
        var features = new ArrayList<Feature>();
        for (var line : TableFile.lines("x86-features.txt")) {
            for (var word : line.split(" ", -1)) {
                features.add(Feature.parse(word));
            }
        }
        return new X86Features(features);
    }

    /** The features a processor shows, in the order of the table. */
    SequencedSet<String> of(CpuInfo cpu) {
        var flags = cpu.words("flags");
        boolean intel = cpu.field("vendor_id").filter(INTEL::equals).isPresent();
        var found = new LinkedHashSet<String>();
        for (var feature : features) {
            boolean there = switch (feature.name) {
                // The system switched it on if it uses xsave at all; newer kernels keep it out of the list.
                case "osxsave" -> flags.contains("xsave");
                case "invtsc" -> flags.contains("constant_tsc") && flags.contains("nonstop_tsc");
                // The kernel has one word each for what the two vendors report in different bits.
                case "spec-ctrl" -> intel && flags.contains("ibrs") && flags.contains("ibpb");
                case "stibp", "ssbd" -> intel && flags.contains(feature.flag);
                case "ibpb", "ibrs" -> !intel && flags.contains(feature.flag);
                case "amd-stibp" -> !intel && flags.contains("stibp");
                case "amd-ssbd" -> !intel && flags.contains("ssbd") && !flags.contains("virt_ssbd");
                case "ibrs-all" -> flags.contains("ibrs_enhanced");
                default -> !feature.hidden && flags.contains(feature.flag);
            };
            if (there) {
                found.add(feature.name);
            }
        }
        return found;
    }

    /** The features no kernel shows. */
    SequencedSet<String> hidden() {
        var hidden = new LinkedHashSet<String>();
        for (var feature : features) {
            if (feature.hidden) {
                hidden.add(feature.name);
            }
        }
        return hidden;
    }

    /** All names, in the order of the table. */
    SequencedSet<String> names() {
        var names = new LinkedHashSet<String>();
        features.forEach(feature -> names.add(feature.name));
        return names;
    }
}
