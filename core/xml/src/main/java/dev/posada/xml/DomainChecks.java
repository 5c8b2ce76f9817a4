package dev.posada.xml;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What no domain may say twice, whatever the hypervisor. */
final class DomainChecks {
    private static final Set<String> FEATURE_GROUPS = Set.of("hyperv", "stimer", "kvm", "xen", "capabilities");

    private DomainChecks() {}

    /** Checks a complete definition. */
    static void check(Element domain) {
        var devices = RootDefaults.inside(domain, "devices");
        Set<String> aliases = new HashSet<>();
        Set<String> orders = new HashSet<>();
        boolean mirrored = false;
        for (var device : devices) {
            // The first console repeats the first serial port, its alias with the rest.
            boolean mirror = device.name().equals("console") && !mirrored;
            mirrored |= device.name().equals("console");
            var alias = device.child("alias")
                    .map(element -> element.attribute("name", ""))
                    .orElse("");
            if (!mirror && !alias.isEmpty() && !aliases.add(alias)) {
                throw Invalid.unsupported(device, "non unique alias detected: " + Invalid.shown(alias));
            }
            var order = device.child("boot")
                    .map(boot -> boot.attribute("order", ""))
                    .orElse("");
            if (!order.isEmpty() && !orders.add(order)) {
                throw Invalid.unsupported(device, "boot order '" + order + "' used for more than one device");
            }
        }
        if (!orders.isEmpty() && domain.at("os", "boot").isPresent()) {
            throw Invalid.unsupported(
                    domain.at("os", "boot").orElseThrow(),
                    "per-device boot elements cannot be used together with os/boot elements: keep one kind");
        }
        domain.child("features").ifPresent(features -> checkFeatures(features, List.of("features")));
        domain.child("devices").ifPresent(DomainChecks::checkSecrets);
        checkAudio(devices);
        checkLabels(domain);
        checkMemory(domain);
    }

    /** Features are refused when they are read, not when the domain starts; so does libvirt. */
    private static void checkFeatures(Element parent, List<String> path) {
        for (var feature : parent.children()) {
            var here = new ArrayList<>(path);
            here.add(feature.name());
            if (!DomainGrammar.knows(here)) {
                throw Invalid.unsupported(feature, "unexpected feature '" + Invalid.shown(feature.name()) + "'");
            }
            if (FEATURE_GROUPS.contains(feature.name())) {
                checkFeatures(feature, here);
            }
        }
    }

    /** Whoever plays through an audio backend must have it. */
    private static void checkAudio(List<Element> devices) {
        Set<Integer> backends = new HashSet<>();
        for (var device : devices) {
            if (device.name().equals("audio")) {
                backends.add(DeviceAddress.number(device, "id", 0));
            }
        }
        for (var device : devices) {
            var wanted =
                    device.child("audio").filter(audio -> audio.attributes().containsKey("id"));
            if (wanted.isPresent() && !backends.contains(DeviceAddress.number(wanted.get(), "id", 0))) {
                throw Invalid.xml(
                        wanted.get(), "no audio device with ID " + wanted.get().attribute("id", ""));
            }
        }
    }

    /** Whoever names a secret must say which. */
    private static void checkSecrets(Element element) {
        for (var child : element.children()) {
            boolean named =
                    child.attributes().containsKey("uuid") || child.attributes().containsKey("usage");
            if (child.name().equals("secret") && child.attributes().containsKey("type") && !named) {
                throw Invalid.xml(child, "missing secret uuid or usage attribute");
            }
            checkSecrets(child);
        }
    }

    private static void checkLabels(Element domain) {
        Set<String> models = new HashSet<>();
        for (var label : domain.children("seclabel")) {
            if (label.has("type", "static")
                    && label.childText("label").orElse("").isEmpty()) {
                throw Invalid.xml(label, "security label is missing");
            }
            if (label.has("type", "none") && label.has("relabel", "yes")) {
                throw Invalid.unsupported(label, "resource relabeling is not compatible with 'none' label type");
            }
            var model = label.attribute("model", "");
            if (!model.isEmpty() && !models.add(model)) {
                throw Invalid.xml(label, "seclabel for model " + Invalid.shown(model) + " is already provided");
            }
        }
    }

    private static void checkMemory(Element domain) {
        long total = 0;
        for (var device : RootDefaults.inside(domain, "devices")) {
            if (device.name().equals("memory")) {
                total += device.at("target", "size").map(MemorySize::kib).orElse(0L);
            }
        }
        if (total > domain.child("memory").map(MemorySize::kib).orElse(0L)) {
            throw Invalid.xml(
                    domain.child("memory").orElse(domain),
                    "Total size of memory devices exceeds the total memory size");
        }
    }
}
