package dev.posada.host;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The named processor models, and the one that describes a host best. */
final class X86Models {
    private final Map<String, Model> models;

    private X86Models(Map<String, Model> models) {
        this.models = models;
    }

    /** A family and model number, with the steppings it is meant for. */
    private record Signature(int family, int model, int firstStepping, int lastStepping) {
        static Signature parse(String text) {
            var parts = text.split("/", -1);
            int first = 0;
            int last = Integer.MAX_VALUE;
            if (parts.length == 3) {
                var steppings = parts[2].split("-", -1);
                first = Integer.parseInt(steppings[0]);
                last = Integer.parseInt(steppings[steppings.length - 1]);
            }
            return new Signature(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), first, last);
        }

        boolean matches(Processor processor) {
            return family == processor.family
                    && model == processor.model
                    && processor.stepping >= firstStepping
                    && processor.stepping <= lastStepping;
        }
    }

    /** What a model is: nothing for the vendor means any. */
    private record Model(String name, Optional<String> vendor, List<Signature> signatures, Set<String> features) {
        boolean signedLike(Processor processor) {
            return signatures.stream().anyMatch(signature -> signature.matches(processor));
        }
    }

    /** What is known of a host's processor. */
    record Processor(Optional<String> vendor, int family, int model, int stepping, Set<String> features) {}

    /**
     * A host described as a model and what it has beyond it.
     *
     * @param extra in the order of the host's features
     */
    record Description(String model, List<String> extra) {}

    static X86Models load() {
        var models = new LinkedHashMap<String, Model>();
        for (var line : TableFile.lines("x86-models.txt")) {
            var words = line.split(" ", -1);
            var features = new LinkedHashSet<String>();
            if (!words[3].equals("-")) {
                features.addAll(Objects.requireNonNull(models.get(words[3]), line).features);
            }
            for (int i = 4; i < words.length; i++) {
                var feature = words[i].substring(1);
                if (words[i].startsWith("+")) {
                    features.add(feature);
                } else {
                    features.remove(feature);
                }
            }
            var vendor = words[1].equals("-") ? Optional.<String>empty() : Optional.of(words[1]);
            var signatures = words[2].equals("-")
                    ? List.<Signature>of()
                    : List.of(words[2].split(",")).stream()
                            .map(Signature::parse)
                            .toList();
            models.put(words[0], new Model(words[0], vendor, signatures, Set.copyOf(features)));
        }
        return new X86Models(models);
    }

    /**
     * The best description of a host: a model of its vendor or of none, all of whose features it has. A model with the
     * host's own family and model number is preferred; among equals the one that leaves the fewest features to name.
     *
     * @param hidden features that cannot be seen on a host; a model with the host's number is taken to have them rightly
     */
    Optional<Description> describe(Processor host, Set<String> hidden) {
        Model best = null;
        for (var model : models.values()) {
            if (model.vendor.isPresent() && !model.vendor.equals(host.vendor)) {
                continue;
            }
            boolean signed = model.signedLike(host);
            boolean fits = model.features.stream()
                    .allMatch(feature -> host.features.contains(feature) || (signed && hidden.contains(feature)));
            if (fits && (best == null || isBetter(model, best, host))) {
                best = model;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        var named = best.features;
        return Optional.of(new Description(
                best.name,
                host.features.stream()
                        .filter(feature -> !named.contains(feature))
                        .toList()));
    }

    private static boolean isBetter(Model model, Model best, Processor host) {
        boolean signed = model.signedLike(host);
        if (signed != best.signedLike(host)) {
            return signed;
        }
        return model.features.size() >= best.features.size();
    }

    /** The names of all models, in the order of the table. */
    List<String> names() {
        return List.copyOf(models.keySet());
    }

    /** The features a model stands for; nothing for an unknown name. */
    Optional<Set<String>> features(String model) {
        return Optional.ofNullable(models.get(model)).map(Model::features);
    }
}
