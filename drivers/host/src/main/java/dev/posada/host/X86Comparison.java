package dev.posada.host;

import dev.posada.driver.HostDriver.CpuComparison;
import dev.posada.driver.HostDriver.CpuMatch;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Processors as documents describe them, held against each other: a model's features with what a document adds and takes
 * away. Pure; what a processor is beyond its features (sizes of caches, of addresses) is not looked at.
 */
final class X86Comparison {
    private static final Set<String> ARCHITECTURES = Set.of("x86_64", "i686");

    private static final List<Optional<String>> MAKERS =
            List.of(Optional.empty(), Optional.of("Intel"), Optional.of("AMD"), Optional.of("Hygon"));

    private final X86Models models;

    X86Comparison(X86Models models) {
        this.models = models;
    }

    /** How a processor that is there meets what a document wants. */
    CpuComparison compare(Element asked, Element provided) {
        var wanted = plain(asked);
        var architecture = wanted.childText("arch").filter(name -> !ARCHITECTURES.contains(name));
        if (architecture.isPresent()) {
            return incompatible("CPU arch " + architecture.get() + " does not match host arch");
        }
        if (wanted.child("model").isEmpty()) {
            // What a host has, a host has: modes that name no model fit every one.
            return new CpuComparison(CpuMatch.SUPERSET, "");
        }
        var vendor = wanted.childText("vendor")
                .filter(name -> !provided.childText("vendor").equals(Optional.of(name)));
        if (vendor.isPresent()) {
            return incompatible("host CPU vendor does not match required CPU vendor " + vendor.get());
        }
        var there = features(provided);
        var missing = new TreeSet<>(features(wanted));
        missing.removeAll(there);
        if (!missing.isEmpty()) {
            return incompatible("Host CPU does not provide required features: " + String.join(", ", missing));
        }
        var forbidden = new TreeSet<>(named(wanted, "forbid"));
        forbidden.retainAll(there);
        if (!forbidden.isEmpty()) {
            return incompatible("Host CPU provides forbidden features: " + String.join(", ", forbidden));
        }
        var extra = new TreeSet<>(there);
        extra.removeAll(features(wanted));
        if (extra.isEmpty()) {
            return new CpuComparison(CpuMatch.IDENTICAL, "");
        }
        return wanted.has("match", "strict")
                ? incompatible(
                        "Host CPU does not strictly match guest CPU: Extra features: " + String.join(", ", extra))
                : new CpuComparison(CpuMatch.SUPERSET, "");
    }

    private static CpuComparison incompatible(String reason) {
        return new CpuComparison(CpuMatch.INCOMPATIBLE, reason);
    }

    /**
     * The richest processor all of these can be.
     *
     * @param expand whether the features of the model are listed too
     */
    Element baseline(List<Element> given, boolean expand) {
        var cpus = given.stream().map(X86Comparison::plain).toList();
        var common = new LinkedHashSet<>(features(cpus.getFirst()));
        cpus.forEach(cpu -> common.retainAll(features(cpu)));
        var best = makers(cpus).stream()
                .map(maker -> models.describe(new X86Models.Processor(maker, 0, 0, 0, common), Set.of()))
                .flatMap(Optional::stream)
                .min(Comparator.comparingInt(found -> found.extra().size()))
                .orElseThrow(() ->
                        new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.CPU, "CPUs are incompatible"));
        var content = new ArrayList<Element>();
        content.add(Element.text("model", best.model()).with("fallback", "allow"));
        cpus.getFirst()
                .childText("vendor")
                .filter(name ->
                        cpus.stream().allMatch(cpu -> cpu.childText("vendor").equals(Optional.of(name))))
                .ifPresent(name -> content.add(Element.text("vendor", name)));
        var listed = new LinkedHashSet<String>();
        if (expand) {
            listed.addAll(new TreeSet<>(models.features(best.model()).orElseThrow()));
        }
        listed.addAll(best.extra());
        listed.forEach(name -> content.add(Element.of("feature", "policy", "require", "name", name)));
        return Element.of("cpu", "mode", "custom", "match", "exact").withContent(content);
    }

    /** Whose models are looked through: those of the makers the documents name, or everybody's when none does. */
    private static List<Optional<String>> makers(List<Element> cpus) {
        var named = cpus.stream()
                .map(cpu -> cpu.childText("vendor"))
                .filter(Optional::isPresent)
                .distinct()
                .toList();
        return named.isEmpty() ? MAKERS : named.size() == 1 ? named : List.of(Optional.empty());
    }

    /** A processor that is not meant for a guest has all features it names, whatever policy stands beside them. */
    private static Element plain(Element cpu) {
        boolean guest =
                cpu.attribute("match").isPresent() || cpu.attribute("mode").isPresent();
        return guest ? cpu : cpu.mapChildren(child -> child.name().equals("feature") ? child.without("policy") : child);
    }

    /** The features a processor has: its model's, with what is added and without what is taken away. */
    private Set<String> features(Element cpu) {
        var model = cpu.childText("model").orElse("");
        var features = new LinkedHashSet<>(models.features(model)
                .orElseThrow(() ->
                        new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.CPU, "Unknown CPU model " + model)));
        features.addAll(named(cpu, "require"));
        features.addAll(named(cpu, "force"));
        features.removeAll(named(cpu, "disable"));
        features.removeAll(named(cpu, "forbid"));
        return features;
    }

    /** The features with a policy; one that says nothing is required. */
    private static List<String> named(Element cpu, String policy) {
        return cpu.children("feature").stream()
                .filter(feature -> feature.attribute("policy", "require").equals(policy))
                .map(feature -> feature.attribute("name", ""))
                .toList();
    }
}
