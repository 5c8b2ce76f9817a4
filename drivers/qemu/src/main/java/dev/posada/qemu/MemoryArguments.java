package dev.posada.qemu;

import dev.posada.driver.CpuSets;
import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The guest's memory: size, what it is made of on the host, NUMA cells and memory modules. */
final class MemoryArguments {
    private static final long KIB = 1024;

    private MemoryArguments() {}

    static void addToMachine(Assembly assembly, List<String> parts) {
        if (backing(assembly).flatMap(backing -> backing.child("nosharepages")).isPresent()) {
            parts.add("mem-merge=off");
        }
        if (assembly.devices("memory").stream().anyMatch(module -> module.has("model", "nvdimm"))) {
            parts.add("nvdimm=on");
        }
        if (cells(assembly).isEmpty()) {
            mainRam(assembly).ifPresent(id -> parts.add("memory-backend=" + id));
        }
    }

    private static Optional<Part> backing(Assembly assembly) {
        return assembly.domain().child("memoryBacking");
    }

    private static List<Part> cells(Assembly assembly) {
        return assembly.domain()
                .child("cpu")
                .flatMap(cpu -> cpu.child("numa"))
                .map(numa -> numa.children("cell"))
                .orElse(List.of());
    }

    private static Optional<String> mainRam(Assembly assembly) {
        return assembly.capabilities().machine(assembly.live().machine()).flatMap(MachineType::defaultRamId);
    }

    /** {@code -m}, the backend of memory that no cell has, and whether it is locked. */
    static void add(Assembly assembly) {
        var domain = assembly.domain();
        domain.child("memory").ifPresent(memory -> {
            memory.ignore("unit");
            memory.text();
        });
        domain.take("currentMemory");
        long modulesKib = assembly.live().devices("memory").stream()
                .mapToLong(MemoryDefaults::sizeKib)
                .sum();
        long initialKib = assembly.live().maxMemoryKib() - modulesKib;
        var maximum = domain.child("maxMemory");
        if (maximum.isPresent()) {
            maximum.get().ignore("unit");
            assembly.add(
                    "-m",
                    "size=" + initialKib + "k,slots="
                            + maximum.get().number("slots").orElse(0L) + ",maxmem="
                            + maximum.get().number() + "k");
        } else {
            assembly.add("-m", Long.toString(initialKib / KIB));
        }
        if (cells(assembly).isEmpty()) {
            mainRam(assembly)
                    .ifPresent(id -> assembly.object(
                            backend(assembly, id, initialKib * KIB, Optional.empty(), Optional.empty())));
        }
        boolean locked =
                backing(assembly).flatMap(backing -> backing.child("locked")).isPresent();
        assembly.add("-overcommit", "mem-lock=" + Assembly.onOff(locked));
    }

    /**
     * An object that gives memory.
     *
     * @param cell the NUMA cell it is for, when it is for one
     * @param access how it is shared with other processes, when the definition says so for this piece
     */
    static Json.ObjectValue backend(
            Assembly assembly, String id, long bytes, Optional<Long> cell, Optional<String> access) {
        var backing = backing(assembly);
        boolean huge = backing.flatMap(part -> part.child("hugepages")).isPresent();
        var source = backing.flatMap(part -> part.child("source"))
                .flatMap(part -> part.attribute("type"))
                .orElse("anonymous");
        var sharing =
                access.or(() -> backing.flatMap(part -> part.child("access")).flatMap(part -> part.attribute("mode")));
        var object = Json.object();
        if (huge || source.equals("memfd")) {
            object = object.with("qom-type", "memory-backend-memfd").with("id", id);
            if (huge) {
                object = object.with("hugetlb", true).with("hugetlbsize", pageBytes(backing.orElseThrow(), cell));
            }
        } else if (source.equals("file")) {
            var path = assembly.facts().instanceDirectory().resolve("ram").resolve(id);
            assembly.directories.add(path.getParent());
            object = object.with("qom-type", "memory-backend-file")
                    .with("id", id)
                    .with("mem-path", path.toString());
            if (backing.flatMap(part -> part.child("discard")).isPresent()) {
                object = object.with("discard-data", true);
            }
        } else {
            object = object.with("qom-type", "memory-backend-ram").with("id", id);
        }
        if (sharing.isPresent()) {
            object = object.with("share", sharing.get().equals("shared"));
        }
        if (!object.member("qom-type").orElseThrow().text().equals("memory-backend-ram")) {
            object = object.with("x-use-canonical-path-for-ramblock-id", false);
        }
        var allocation = backing.flatMap(part -> part.child("allocation"));
        boolean immediate = allocation
                .flatMap(part -> part.word("mode", Map.of("immediate", "immediate", "ondemand", "ondemand")))
                .filter("immediate"::equals)
                .isPresent();
        if (immediate || huge) {
            object = object.with("prealloc", true);
        }
        var threads = allocation.flatMap(part -> part.number("threads"));
        if (threads.isPresent()) {
            object = object.with("prealloc-threads", threads.get());
        }
        return onHostNodes(assembly, object.with("size", bytes), cell);
    }

    /** The size of huge pages for a cell: of the page that names the cell, or of the one that names none. */
    private static long pageBytes(Part backing, Optional<Long> cell) {
        var pages = backing.child("hugepages").orElseThrow().children("page");
        if (pages.isEmpty()) {
            return 2 * KIB * KIB;
        }
        for (var page : pages) {
            var nodes = page.attribute("nodeset");
            boolean meant = nodes.isEmpty()
                    || cell.map(number -> CpuSets.parse(nodes.get()).get(Math.toIntExact(number)))
                            .orElse(true);
            if (meant) {
                page.ignore("unit");
                return Numbers.kib(page.element(), page.attribute("size", "2048")) * KIB;
            }
        }
        throw backing.refused("<hugepages> says no page size for every cell");
    }

    private static Json.ObjectValue onHostNodes(Assembly assembly, Json.ObjectValue object, Optional<Long> cell) {
        var tune = assembly.domain().child("numatune");
        if (tune.isEmpty()) {
            return object;
        }
        var forCell = cell.flatMap(number -> tune.get().children("memnode").stream()
                .filter(node -> node.number("cellid").equals(cell))
                .findFirst());
        var policy = forCell.or(() -> tune.get().child("memory"));
        if (policy.isEmpty()) {
            return object;
        }
        if (policy.get().attribute("placement", "static").equals("auto")) {
            throw policy.get().unsupported("placement");
        }
        var word = switch (policy.get().attribute("mode", "strict")) {
            case "strict" -> "bind";
            case "preferred" -> "preferred";
            case "interleave" -> "interleave";
            default -> throw policy.get().unsupported("mode");
        };
        var nodes = CpuSets.parse(policy.get().attribute("nodeset", ""));
        return object.with("host-nodes", numbers(nodes)).with("policy", word);
    }

    private static Json numbers(BitSet set) {
        return Json.array(set.stream().mapToObj(Json::of).toList());
    }

    /** The NUMA cells, and the distances between them. */
    static void addCells(Assembly assembly) {
        var cells = cells(assembly);
        long next = 0;
        var distances = new ArrayList<String>();
        for (var cell : cells) {
            long id = cell.number("id").orElse(next);
            next = id + 1;
            cell.ignore("unit");
            long bytes = Numbers.kib(cell.element(), cell.attribute("memory", "0")) * KIB;
            var name = "ram-node" + id;
            assembly.object(backend(assembly, name, bytes, Optional.of(id), cell.attribute("memAccess")));
            var node = new StringBuilder("node,nodeid=" + id);
            cell.attribute("cpus")
                    .filter(cpus -> !cpus.isEmpty())
                    .ifPresent(cpus -> CpuSets.ranges(CpuSets.parse(cpus))
                            .forEach(range -> node.append(",cpus=").append(range)));
            assembly.add("-numa", node.append(",memdev=").append(name).toString());
            for (var sibling : cell.child("distances")
                    .map(part -> part.children("sibling"))
                    .orElse(List.of())) {
                distances.add("dist,src=" + id + ",dst=" + sibling.number("id").orElse(0L) + ",val="
                        + sibling.number("value").orElse(0L));
            }
        }
        distances.forEach(distance -> assembly.add("-numa", distance));
    }

    /** Memory modules that are plugged in from the start. */
    static void addModules(Assembly assembly) {
        for (var module : assembly.devices("memory")) {
            var alias = Assembly.alias(module);
            var target = module.child("target").orElseThrow(() -> module.refused("it needs a <target>"));
            var size = target.child("size").orElseThrow(() -> module.refused("it needs a <size>"));
            size.ignore("unit");
            long bytes = Numbers.kib(size.element(), size.text()) * KIB;
            var node = target.child("node").map(Part::number);
            var device = Json.object();
            switch (module.attribute("model", "dimm")) {
                case "dimm" -> {
                    assembly.object(backend(assembly, "mem" + alias, bytes, node, module.attribute("access")));
                    device = device.with("driver", "pc-dimm");
                }
                case "nvdimm" -> {
                    assembly.object(fileBackend(module, "mem" + alias, bytes));
                    device = device.with("driver", "nvdimm");
                }
                default -> throw module.unsupported("model");
            }
            if (node.isPresent()) {
                device = device.with("node", node.get());
            }
            var label = target.child("label").flatMap(part -> part.child("size"));
            if (label.isPresent()) {
                label.get().ignore("unit");
                device = device.with(
                        "label-size",
                        Numbers.kib(label.get().element(), label.get().text()) * KIB);
            }
            device = device.with("memdev", "mem" + alias).with("id", alias);
            var slot = module.child("address")
                    .filter(address -> address.has("type", "dimm"))
                    .flatMap(address -> {
                        address.ignore("base");
                        return address.number("slot");
                    });
            if (slot.isPresent()) {
                device = device.with("slot", slot.get());
            }
            assembly.device(device);
        }
    }

    private static Json.ObjectValue fileBackend(Part module, String id, long bytes) {
        var path = module.child("source")
                .flatMap(source -> source.childText("path"))
                .orElseThrow(() -> module.refused("it needs <source><path>"));
        return Json.object()
                .with("qom-type", "memory-backend-file")
                .with("id", id)
                .with("mem-path", path)
                .with("share", module.attribute("access", "shared").equals("shared"))
                .with("size", bytes);
    }
}
