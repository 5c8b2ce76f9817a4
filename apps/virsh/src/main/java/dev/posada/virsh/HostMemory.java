package dev.posada.virsh;

import dev.posada.client.HostFigures;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.terminal.Json;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Commands about the host's memory: what is free, in pages of which size, and how equal pages are shared. */
final class HostMemory {
    private static final long KIB = 1024;
    private static final long MOST_PAGE_BYTES = 0xffff_ffffL;
    private static final int NUMBER_WIDTH = 20;

    private HostMemory() {}

    static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private static Option cell() {
        return Option.number("cellno", "a NUMA node's number")
                .completing(call -> Proposals.answered(() ->
                        cells(capabilities(call)).stream().map(String::valueOf).toList()));
    }

    private static Element capabilities(Call call) {
        return call.attempt(
                "unable to get node capabilities",
                () -> Documents.parse(call.connection().capabilities()));
    }

    private static Stream<Element> cellElements(Element capabilities) {
        return capabilities.at("host", "topology", "cells").stream().flatMap(cells -> cells.children("cell").stream());
    }

    private static List<Integer> cells(Element capabilities) {
        return cellElements(capabilities)
                .map(cell -> Words.decimal(cell.attribute("id", ""))
                        .orElseThrow(() -> new CommandException("conversion from string failed")))
                .toList();
    }

    static Command freecell() {
        return Command.named("freecell")
                .summary("show how much memory is free")
                .options(cell(), Option.flag("all", "of each NUMA node"))
                .action(HostMemory::freecell);
    }

    private static void freecell(Call call) {
        call.exclusive("all", "cellno");
        var cell = call.integer("cellno");
        var figures = call.connection().hostFigures();
        if (call.has("all")) {
            freeCells(call, figures);
            return;
        }
        long kib = (cell.isPresent() ? figures.freeMemoryBytes(cell.get()) : figures.freeMemoryBytes()) / KIB;
        if (call.json()) {
            call.printJson(Map.of("free-kib", kib));
        } else {
            call.println((cell.isPresent() ? cell.get().toString() : "Total") + ": " + kib + " KiB");
        }
    }

    private static void freeCells(Call call, HostFigures figures) {
        var free = new LinkedHashMap<String, Object>();
        long total = 0;
        var lines = new StringBuilder();
        for (int cell : cells(capabilities(call))) {
            long bytes = call.attempt(
                    "failed to get free memory for NUMA node number: " + cell, () -> figures.freeMemoryBytes(cell));
            total += bytes;
            free.put(Integer.toString(cell), bytes / KIB);
            lines.append(cellLine(Integer.toString(cell), bytes));
        }
        if (call.json()) {
            call.printJson(Map.of("cells-free-kib", free));
            return;
        }
        call.print(lines.toString());
        call.extra("--------------------\n");
        call.extra(cellLine("Total", total));
    }

    private static String cellLine(String name, long bytes) {
        return right(name, 5) + ": " + right(Long.toString(bytes / KIB), 10) + " KiB\n";
    }

    private static Option pageSize() {
        return Option.number("pagesize", "a page's size, in KiB or with a suffix");
    }

    /** The size of pages in KiB, rounded up. */
    private static int pageKib(Call call) {
        long bytes = call.bytes("pagesize", KIB).orElse(0L);
        if (bytes > MOST_PAGE_BYTES) {
            var text = call.required("pagesize");
            throw new CommandException(
                    "Scaled numeric value '" + text + "' for <pagesize> option is malformed or out of range",
                    "numerical overflow: value too large: " + text);
        }
        return (int) ((bytes + KIB - 1) / KIB);
    }

    static Command freepages() {
        return Command.named("freepages")
                .summary("show how many pages of a size are free")
                .options(cell(), pageSize(), Option.flag("all", "in each NUMA node"))
                .action(HostMemory::freepages);
    }

    private static void freepages(Call call) {
        call.exclusive("all", "cellno");
        int size = pageKib(call);
        var figures = call.connection().hostFigures();
        if (call.has("all")) {
            var capabilities = capabilities(call);
            var sizes = call.has("pagesize") ? List.of(size) : sizes(capabilities);
            freePages(call, figures, cells(capabilities), sizes);
            return;
        }
        if (!call.has("cellno")) {
            throw new CommandException("missing cellno argument");
        }
        int cell = call.integer("cellno").orElseThrow();
        if (cell < -1) {
            throw new CommandException("cell number must be non-negative integer or -1");
        }
        if (!call.has("pagesize")) {
            throw new CommandException("missing pagesize argument");
        }
        long count = figures.freePages(List.of(size), cell).getFirst();
        if (call.json()) {
            call.printJson(Map.of(size + "-kib", count));
        } else {
            call.println(size + "KiB: " + count);
        }
    }

    private static List<Integer> sizes(Element capabilities) {
        var pages =
                capabilities.at("host", "cpu").map(cpu -> cpu.children("pages")).orElse(List.of());
        var all = pages.isEmpty()
                ? cellElements(capabilities)
                        .flatMap(cell -> cell.children("pages").stream())
                        .toList()
                : pages;
        if (all.isEmpty()) {
            throw new CommandException("could not get information about supported page sizes");
        }
        return all.stream()
                .map(page -> page.attribute("size", ""))
                .map(text -> Words.decimal(text)
                        .orElseThrow(() -> new CommandException("unable to parse page size: " + text)))
                .distinct()
                .sorted()
                .toList();
    }

    private static void freePages(Call call, HostFigures figures, List<Integer> cells, List<Integer> sizes) {
        var json = new LinkedHashMap<String, Object>();
        for (int cell : cells) {
            var counts = figures.freePages(sizes, cell);
            var bySize = new LinkedHashMap<String, Object>();
            var lines = new StringBuilder("Node " + cell + ":\n");
            for (int i = 0; i < sizes.size(); i++) {
                bySize.put(sizes.get(i) + "-kib", counts.get(i));
                lines.append(sizes.get(i)).append("KiB: ").append(counts.get(i)).append('\n');
            }
            json.put(Integer.toString(cell), bySize);
            if (!call.json()) {
                call.println(lines.toString());
            }
        }
        if (call.json()) {
            call.printJson(json);
        }
    }

    static Command allocpages() {
        return Command.named("allocpages")
                .summary("set pages of a size aside")
                .options(
                        pageSize().required(),
                        Option.number("pagecount", "how many").required(),
                        cell(),
                        Option.flag("add", "as many more, not as many in all"),
                        Option.flag("all", "in each NUMA node"))
                .action(HostMemory::allocpages);
    }

    private static void allocpages(Call call) {
        call.exclusive("all", "cellno");
        int only = call.integer("cellno").orElse(HostFigures.ALL);
        int size = pageKib(call);
        long count = call.number("pagecount", 0, Long.MAX_VALUE).orElseThrow();
        var figures = call.connection().hostFigures();
        for (int cell : call.has("all") ? cells(capabilities(call)) : List.of(only)) {
            figures.allocatePages(size, count, cell, call.has("add"));
        }
    }

    static Command nodememstats() {
        return Command.named("nodememstats")
                .summary("show what the host's memory is used for")
                .options(Option.number("cell", "of this NUMA node alone"))
                .action(HostMemory::nodememstats);
    }

    private static void nodememstats(Call call) {
        int cell = call.integer("cell").orElse(HostFigures.ALL);
        var figures = call.connection().hostFigures();
        int count = call.attempt("Unable to get number of memory stats", () -> figures.memoryCount(cell));
        if (count == 0) {
            return;
        }
        var memory = call.attempt("Unable to get memory stats", () -> figures.memory(cell, count));
        if (call.json()) {
            var json = new LinkedHashMap<String, Object>();
            memory.forEach((name, kib) -> json.put(name + "-kib", kib));
            call.printJson(json);
            return;
        }
        memory.forEach((name, kib) ->
                call.println(padded(name, 7) + ": " + right(Long.toUnsignedString(kib), NUMBER_WIDTH) + " KiB"));
    }

    /** A setting that can be changed: its option and its name on the wire. */
    private enum Setting {
        PAGES("shm-pages-to-scan", "shm_pages_to_scan", "how many pages are looked at before a rest"),
        SLEEP("shm-sleep-millisecs", "shm_sleep_millisecs", "how long that rest is"),
        MERGE("shm-merge-across-nodes", "shm_merge_across_nodes", "whether NUMA nodes share pages: 0 or 1");

        private final String option;
        private final String wireName;
        private final String help;

        Setting(String option, String wireName, String help) {
            this.option = option;
            this.wireName = wireName;
            this.help = help;
        }
    }

    static Command nodeMemoryTune() {
        var options = new ArrayList<Option>();
        for (var setting : Setting.values()) {
            options.add(Option.number(setting.option, setting.help));
        }
        return Command.named("node-memory-tune")
                .summary("show or change how the host shares equal pages of guests")
                .options(options.toArray(Option[]::new))
                .action(HostMemory::nodeMemoryTune);
    }

    private static void nodeMemoryTune(Call call) {
        var changes = new ArrayList<TypedParameter>();
        for (var setting : Setting.values()) {
            call.unsigned(setting.option)
                    .ifPresent(value -> changes.add(TypedParameter.ofUnsigned(setting.wireName, value.intValue())));
        }
        var figures = call.connection().hostFigures();
        if (!changes.isEmpty()) {
            try {
                figures.setMemoryParameters(changes);
            } catch (PosadaException e) {
                throw new CommandException("Unable to change memory parameters", e);
            }
            return;
        }
        int count = call.attempt("Unable to get number of memory parameters", figures::memoryParameterCount);
        if (count == 0) {
            return;
        }
        var parameters = call.attempt("Unable to get memory parameters", () -> figures.memoryParameters(count));
        if (call.json()) {
            call.println(Json.text(Parameters.json(parameters)));
            return;
        }
        call.println("Shared memory:");
        for (var parameter : parameters) {
            call.println("\t" + padded(parameter.name(), 15) + " " + Parameters.text(parameter));
        }
    }
}
