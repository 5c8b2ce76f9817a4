package dev.posada.xml;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Virtual processors, their model and their threads: what libvirt fills in and refuses. */
final class Processors {
    private Processors() {}

    static Element fill(Element domain) {
        var filled = vcpu(domain);
        filled = vcpus(filled);
        filled = ioThreads(filled);
        filled = placement(filled);
        filled = model(filled);
        pins(filled);
        return filled;
    }

    private static Element vcpu(Element domain) {
        var element = domain.child("vcpu").orElse(Element.text("vcpu", "1"));
        int maximum = count(element, element.text(), "maximum vcpus count must be an integer");
        if (maximum == 0) {
            throw Invalid.internal(element, "CPU IDs in <numa> exceed the <vcpu> count: at least 1 vcpu is needed");
        }
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("placement", element.attribute("placement", "static"));
        attributes.putAll(element.attributes());
        if (element.has("placement", "auto")) {
            attributes.remove("cpuset");
        }
        var current = element.attribute("current");
        if (current.isPresent()) {
            int now = count(element, current.get(), "current vcpus count must be an integer");
            if (now > maximum) {
                throw Invalid.unsupported(element, "maximum vCPU count must not be less than current vCPU count");
            }
            if (now == maximum) {
                attributes.remove("current");
            }
        }
        return domain.withChild(element.withAttributes(attributes).withText(Integer.toString(maximum)));
    }

    private static int count(Element where, String text, String problem) {
        if (Kind.USHORT.accepts(text)) {
            return Integer.parseInt(text);
        }
        throw Invalid.xml(
                where, problem + " from 1 to " + RootDefaults.MAX_VCPUS + ", not '" + Invalid.shown(text) + "'");
    }

    /** Lists every processor where a user has listed some, and counts those that are enabled. */
    private static Element vcpus(Element domain) {
        var given = domain.child("vcpus");
        if (given.isEmpty()) {
            return domain;
        }
        var vcpu = domain.child("vcpu").orElseThrow();
        int maximum = Integer.parseInt(vcpu.text());
        Map<Integer, Element> listed = new HashMap<>();
        for (var one : given.get().children("vcpu")) {
            int id = DeviceAddress.number(one, "id", -1);
            if (id < 0 || id >= maximum) {
                throw Invalid.xml(one, "vcpu id '" + id + "' is out of range of maximum vcpu count");
            }
            listed.put(id, one);
        }
        if (listed.isEmpty()) {
            return domain.withoutChildren(child -> child.name().equals("vcpus"));
        }
        var all = new ArrayList<Element>();
        int enabled = 0;
        for (int id = 0; id < maximum; id++) {
            var one = listed.getOrDefault(
                    id, Element.of("vcpu", "id", Integer.toString(id), "enabled", id == 0 ? "yes" : "no"));
            boolean on = one.has("enabled", "yes");
            enabled += on ? 1 : 0;
            all.add(
                    one.attributes().containsKey("hotpluggable")
                            ? one
                            : one.with("hotpluggable", id == 0 || on ? "no" : "yes"));
        }
        if (!all.getFirst().has("enabled", "yes")) {
            throw Invalid.xml(all.getFirst(), "vCPU 0 must be enabled");
        }
        var counted = enabled == maximum ? vcpu.without("current") : vcpu.with("current", Integer.toString(enabled));
        return domain.withChild(counted).withChild(given.get().withContent(all));
    }

    /** Makes the number of I/O threads and the list of their ids agree. */
    private static Element ioThreads(Element domain) {
        var list = domain.child("iothreadids");
        if (list.isEmpty()) {
            return domain;
        }
        var threads = new ArrayList<>(list.get().children("iothread"));
        Set<Integer> ids = new HashSet<>();
        for (var thread : threads) {
            int id = DeviceAddress.number(thread, "id", 0);
            if (!ids.add(id)) {
                throw Invalid.xml(thread, "duplicate iothread id '" + id + "' found");
            }
        }
        var number = domain.child("iothreads").orElse(Element.text("iothreads", "0"));
        int wanted = count(number, number.text(), "iothreads count must be a number");
        for (int id = 1; threads.size() < wanted; id++) {
            if (ids.add(id)) {
                threads.add(Element.of("iothread", "id", Integer.toString(id)));
            }
        }
        return domain.withChild(Element.text("iothreads", Integer.toString(threads.size())))
                .withChild(list.get().withContent(threads));
    }

    private static Element placement(Element domain) {
        var vcpu = domain.child("vcpu").orElseThrow();
        var memory = domain.at("numatune", "memory");
        if (memory.isPresent()) {
            var filled = memory.get();
            if (filled.has("placement", "static") && !filled.attributes().containsKey("nodeset")) {
                throw Invalid.unsupported(
                        filled, "nodeset for NUMA memory tuning must be set if 'placement' is 'static'");
            }
            boolean says = filled.attributes().containsKey("nodeset")
                    || filled.attributes().containsKey("placement");
            if (says && !filled.attributes().containsKey("mode")) {
                var numatune = domain.child("numatune").orElseThrow();
                return domain.withChild(numatune.withChild(filled.with("mode", "strict")));
            }
            return domain;
        }
        if (!vcpu.has("placement", "auto")) {
            return domain;
        }
        // Processors placed by the host's advice take their memory where the advice puts them.
        var numatune = domain.child("numatune").orElse(Element.of("numatune"));
        return domain.withChild(numatune.withChild(Element.of("memory", "mode", "strict", "placement", "auto")));
    }

    private static Element model(Element domain) {
        var given = domain.child("cpu");
        if (given.isEmpty()) {
            return domain;
        }
        var cpu = given.get();
        var model = cpu.childText("model").orElse("");
        var mode = cpu.attribute("mode", "");
        checkModel(cpu, model, mode);
        if (mode.isEmpty() && !model.isEmpty()) {
            cpu = cpu.with("mode", "custom");
            mode = "custom";
        }
        if (mode.equals("custom") && !model.isEmpty()) {
            var element = cpu.child("model").orElseThrow();
            cpu = cpu.attributes().containsKey("match") ? cpu : cpu.with("match", "exact");
            cpu = element.attributes().containsKey("fallback") ? cpu : cpu.withChild(element.with("fallback", "allow"));
        }
        if (cpu.attributes().isEmpty() && cpu.content().isEmpty()) {
            return domain.withoutChildren(child -> child.name().equals("cpu"));
        }
        return domain.withChild(cpu.mapChildren(child -> switch (child.name()) {
            case "topology" -> child.attributes().containsKey("dies") ? child : child.with("dies", "1");
            case "feature" -> child.attributes().containsKey("policy") ? child : child.with("policy", "require");
            case "numa" -> numa(child, domain);
            default -> child;
        }));
    }

    private static void checkModel(Element cpu, String model, String mode) {
        boolean host = mode.startsWith("host-") || mode.equals("maximum");
        if (model.isEmpty() && !host) {
            if (cpu.child("vendor").isPresent()) {
                throw Invalid.xml(cpu, "CPU vendor specified without CPU model");
            }
            if (cpu.child("feature").isPresent()) {
                throw Invalid.xml(cpu, "Non-empty feature list specified without CPU model");
            }
        }
        Set<String> features = new HashSet<>();
        for (var feature : cpu.children("feature")) {
            if (!features.add(feature.attribute("name", ""))) {
                throw Invalid.xml(
                        feature, "CPU feature '" + feature.attribute("name", "") + "' specified more than once");
            }
        }
        var vendorId = cpu.child("model").flatMap(element -> element.attribute("vendor_id"));
        if (vendorId.isPresent() && vendorId.get().length() != 12) {
            throw Invalid.xml(cpu, "vendor_id must be exactly 12 characters long");
        }
    }

    /** Numbers the cells and checks that no processor is in two of them or in none there is. */
    private static Element numa(Element numa, Element domain) {
        int maximum = Integer.parseInt(domain.childText("vcpu").orElse("1"));
        var seen = new BitSet();
        var content = new ArrayList<Element>();
        Set<Integer> ids = new HashSet<>();
        int cells = 0;
        for (var child : numa.children()) {
            if (!child.name().equals("cell")) {
                content.add(child);
                continue;
            }
            int id = DeviceAddress.number(child, "id", cells);
            cells++;
            ids.add(id);
            var attributes = new LinkedHashMap<String, String>();
            attributes.put("id", Integer.toString(id));
            attributes.putAll(child.attributes());
            content.add(child.withAttributes(attributes));
            var cpus = CpuSet.parse(child.attribute("cpus", ""))
                    .map(CpuSet::numbers)
                    .orElse(new BitSet());
            if (cpus.intersects(seen)) {
                throw Invalid.unsupported(child, "NUMA cell " + id + " and another have overlapping vCPU ids");
            }
            seen.or(cpus);
        }
        for (int id = 0; id < cells; id++) {
            if (!ids.contains(id)) {
                throw Invalid.xml(
                        numa,
                        "Exactly one 'cell' element per guest NUMA cell allowed, non-contiguous ranges or ranges not"
                                + " starting from 0 are not allowed");
            }
        }
        if (seen.length() > maximum) {
            throw Invalid.internal(numa, "CPU IDs in <numa> exceed the <vcpu> count");
        }
        return numa.withContent(content);
    }

    private static void pins(Element domain) {
        Set<String> pinned = new HashSet<>();
        for (var pin : RootDefaults.inside(domain, "cputune")) {
            if (pin.name().equals("vcpupin") && !pinned.add(pin.attribute("vcpu", ""))) {
                throw Invalid.internal(pin, "duplicate vcpupin for vcpu '" + pin.attribute("vcpu", "") + "'");
            }
        }
    }
}
