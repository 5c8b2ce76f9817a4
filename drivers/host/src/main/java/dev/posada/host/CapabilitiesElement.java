package dev.posada.host;

import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Writes the parts of the capabilities' {@code <host>} element that the kernel's files tell. */
final class CapabilitiesElement {
    /** Smaller caches belong to single cores and tell a scheduler of guests nothing. */
    private static final int SHARED_CACHE_LEVEL = 3;

    private static final String CPUS = "sys/devices/system/cpu/";
    private static final Pattern INDEX = Pattern.compile("index(\\d{1,2})");

    private CapabilitiesElement() {}

    /** The ways this host can be put to sleep. */
    static Element powerManagement(HostFiles files) {
        var states = List.of(files.value("sys/power/state").orElse("").split(" "));
        var disk = files.value("sys/power/disk").orElse("");
        var content = new ArrayList<Content>();
        boolean hibernates = states.contains("disk") && !disk.contains("[disabled]");
        if (states.contains("mem")) {
            content.add(Element.of("suspend_mem"));
        }
        if (hibernates) {
            content.add(Element.of("suspend_disk"));
        }
        if (states.contains("mem") && hibernates && List.of(disk.split(" ")).contains("suspend")) {
            content.add(Element.of("suspend_hybrid"));
        }
        return Element.of("power_management").withContent(content);
    }

    static Element iommu(HostFiles files) {
        return Element.of("iommu", "support", files.populated("sys/kernel/iommu_groups") ? "yes" : "no");
    }

    static Element migration() {
        return Element.of("migration_features")
                .plus(Element.of("live"))
                .plus(Element.of("uri_transports").plus(Element.text("uri_transport", "tcp")));
    }

    static Element topology(Topology topology, HostMemory memory) {
        var cells = new ArrayList<Content>();
        for (var cell : topology.cells()) {
            cells.add(cell(cell, topology, memory));
        }
        return Element.of("topology")
                .plus(Element.of("cells", "num", String.valueOf(cells.size())).withContent(cells));
    }

    private static Element cell(Topology.Cell cell, Topology topology, HostMemory memory) {
        var content = new ArrayList<Content>();
        long totalKib = topology.numa() ? memory.cell(cell.id()).of("MemTotal") : memory.totalKib();
        content.add(Element.text("memory", String.valueOf(totalKib)).with("unit", "KiB"));
        if (topology.numa()) {
            memory.pages(cell.id())
                    .forEach((size, pages) -> content.add(Element.text("pages", String.valueOf(pages.total()))
                            .with("unit", "KiB")
                            .with("size", String.valueOf(size))));
        }
        if (cell.distances().size() == topology.cells().size()) {
            var siblings = new ArrayList<Content>();
            for (int i = 0; i < cell.distances().size(); i++) {
                siblings.add(Element.of(
                        "sibling",
                        "id",
                        String.valueOf(topology.cells().get(i).id()),
                        "value",
                        String.valueOf(cell.distances().get(i))));
            }
            content.add(Element.of("distances").withContent(siblings));
        }
        content.add(cpus(cell));
        return Element.of("cell", "id", String.valueOf(cell.id())).withContent(content);
    }

    private static Element cpus(Topology.Cell cell) {
        var cpus = new ArrayList<Content>();
        for (var processor : cell.processors()) {
            var cpu = Element.of("cpu", "id", String.valueOf(processor.id()));
            if (processor.online()) {
                cpu = cpu.with("socket_id", String.valueOf(processor.socket()))
                        .with("die_id", String.valueOf(processor.die()))
                        .with("core_id", String.valueOf(processor.core()))
                        .with("siblings", processor.siblings().toString());
            }
            cpus.add(cpu);
        }
        return Element.of("cpus", "num", String.valueOf(cpus.size())).withContent(cpus);
    }

    /** The banks of shared cache, in order of level and id. */
    static Collection<Element> caches(HostFiles files, Topology topology) {
        Map<String, Element> banks = new TreeMap<>();
        topology.online().stream().forEach(cpu -> {
            var folder = CPUS + "cpu" + cpu + "/cache";
            for (int index : files.numbered(folder, INDEX)) {
                addBank(files, folder + "/index" + index + "/", banks);
            }
        });
        return banks.values();
    }

    private static void addBank(HostFiles files, String folder, Map<String, Element> banks) {
        int level = files.number(folder + "level").orElse(0);
        var size = files.value(folder + "size").orElse("");
        var cpus = files.list(folder + "shared_cpu_list");
        if (level < SHARED_CACHE_LEVEL || !size.matches("\\d{1,9}K") || cpus.isEmpty()) {
            return;
        }
        // A kernel that does not number its caches has them told apart by the first processor they serve.
        int id = files.number(folder + "id").orElse(cpus.get().first());
        var type = switch (files.value(folder + "type").orElse("")) {
            case "Data" -> "data";
            case "Instruction" -> "code";
            default -> "both";
        };
        int kib = Integer.parseInt(size.substring(0, size.length() - 1));
        boolean wholeMib = kib % 1024 == 0;
        banks.putIfAbsent(
                "%03d %09d %s".formatted(level, id, type),
                Element.of(
                        "bank",
                        "id",
                        String.valueOf(id),
                        "level",
                        String.valueOf(level),
                        "type",
                        type,
                        "size",
                        String.valueOf(wholeMib ? kib / 1024 : kib),
                        "unit",
                        wholeMib ? "MiB" : "KiB",
                        "cpus",
                        cpus.get().toString()));
    }

    static Element securityModel(HostSettings.SecurityModel model) {
        var content = new ArrayList<Content>();
        content.add(Element.text("model", model.name()));
        content.add(Element.text("doi", "0"));
        for (var base : model.baseLabels()) {
            content.add(Element.text("baselabel", base.label()).with("type", base.domainType()));
        }
        return Element.of("secmodel").withContent(content);
    }
}
