package dev.posada.virsh;

import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code memtune}, {@code blkiotune}, {@code numatune}, {@code perf}, {@code domiftune}: what a domain may use of the host. */
final class Limits {
    private static final int LABEL_WIDTH = 15;
    private static final long KIB = 1024;
    /** libvirt's number for no limit of memory, in KiB. */
    private static final long UNLIMITED_KIB = 9_007_199_254_740_991L;

    private static final List<String> MEMORY = List.of("hard-limit", "soft-limit", "swap-hard-limit", "min-guarantee");
    private static final List<String> NUMA_MODES = List.of("strict", "preferred", "interleave", "restrictive");
    private static final List<String> DEVICES = List.of(
            "device-weights",
            "device-read-iops-sec",
            "device-write-iops-sec",
            "device-read-bytes-sec",
            "device-write-bytes-sec");

    private Limits() {}

    /** Prints parameters, a line each, or as JSON. */
    static void print(Call call, List<TypedParameter> parameters) {
        if (call.json()) {
            call.printJson(Parameters.json(parameters));
        } else {
            parameters.forEach(each -> line(call, each.name(), Parameters.text(each)));
        }
    }

    private static void line(Call call, String name, String value) {
        call.println(name + " ".repeat(Math.max(0, LABEL_WIDTH - name.length())) + ": " + value);
    }

    static Command memtune() {
        return Command.named("memtune")
                .summary("show or set limits of a domain's memory on the host")
                .description(
                        "Shows the limits of what a domain may take of the host's memory, or sets them; -1 for none.")
                .options(
                        Domains.option(),
                        Option.number("hard-limit", "what it never gets beyond, in KiB unless a unit follows"),
                        Option.number("soft-limit", "what it gets when memory is short, in KiB unless a unit follows"),
                        Option.number("swap-hard-limit", "the same with swap, in KiB unless a unit follows"),
                        Option.number("min-guarantee", "what it always gets, in KiB unless a unit follows"))
                .options(Impacts.options())
                .action(Limits::memtune);
    }

    private static void memtune(Call call) {
        var impact = Impacts.of(call);
        var tuning = Domains.of(call).tuning();
        var changes = new ArrayList<TypedParameter>();
        for (var option : MEMORY) {
            call.text(option).ifPresent(text -> {
                var complaint = "Unable to parse integer parameter " + option;
                long kib = text.startsWith("-")
                        ? unlimited(text, complaint)
                        : ScaledSize.bytes(text, KIB, complaint) / KIB;
                changes.add(TypedParameter.ofUnsigned(option.replace('-', '_'), kib));
            });
        }
        if (!changes.isEmpty()) {
            call.attempt("Unable to change memory parameters", () -> tuning.setMemory(changes, impact));
            return;
        }
        int count = call.attempt("Unable to get number of memory parameters", () -> tuning.memoryCount(impact));
        if (count == 0) {
            return;
        }
        var parameters = call.attempt("Unable to get memory parameters", () -> tuning.memory(count, impact));
        if (call.json()) {
            call.printJson(memory(parameters));
            return;
        }
        for (var each : parameters) {
            line(call, each.name(), isUnlimited(each) ? "unlimited" : Parameters.text(each));
        }
    }

    /** Any number below nothing is no limit. */
    private static long unlimited(String text, String complaint) {
        try {
            Long.parseLong(text);
            return UNLIMITED_KIB;
        } catch (NumberFormatException e) {
            throw new CommandException(complaint);
        }
    }

    private static boolean isUnlimited(TypedParameter parameter) {
        return parameter.value() instanceof TypedParameter.UllongValue(long kib) && kib == UNLIMITED_KIB;
    }

    private static Map<String, Object> memory(List<TypedParameter> parameters) {
        var object = new LinkedHashMap<String, Object>();
        for (var each : parameters) {
            object.put(each.name(), isUnlimited(each) ? "unlimited" : Parameters.json(each));
        }
        return object;
    }

    static Command blkiotune() {
        return Command.named("blkiotune")
                .summary("show or set a domain's share of the host's block devices")
                .options(
                        Domains.option(),
                        Option.number("weight", "its weight beside others"),
                        Option.text("device-weights", "weights on devices: /dev/sda,weight,…")
                                .orEmpty(),
                        Option.text("device-read-iops-sec", "reads a second: /dev/sda,number,…")
                                .orEmpty(),
                        Option.text("device-write-iops-sec", "writes a second: /dev/sda,number,…")
                                .orEmpty(),
                        Option.text("device-read-bytes-sec", "bytes read a second: /dev/sda,number,…")
                                .orEmpty(),
                        Option.text("device-write-bytes-sec", "bytes written a second: /dev/sda,number,…")
                                .orEmpty())
                .options(Impacts.options())
                .action(Limits::blkiotune);
    }

    private static void blkiotune(Call call) {
        var impact = Impacts.of(call);
        var tuning = Domains.of(call).tuning();
        var changes = new ArrayList<TypedParameter>();
        call.integer("weight").ifPresent(weight -> {
            if (weight <= 0) {
                throw new CommandException("Invalid value of " + weight + " for I/O weight");
            }
            changes.add(TypedParameter.ofUnsigned("weight", weight.intValue()));
        });
        for (var option : DEVICES) {
            call.text(option).ifPresent(text -> {
                if (text.isEmpty()) {
                    throw new CommandException("Unable to parse string parameter");
                }
                var name = option.equals("device-weights") ? "device_weight" : option.replace('-', '_');
                changes.add(TypedParameter.ofText(name, text));
            });
        }
        if (!changes.isEmpty()) {
            call.attempt("Unable to change blkio parameters", () -> tuning.setBlock(changes, impact));
            return;
        }
        int count = call.attempt("Unable to get number of blkio parameters", () -> tuning.blockCount(impact));
        if (count > 0) {
            print(call, call.attempt("Unable to get blkio parameters", () -> tuning.block(count, impact)));
        }
    }

    static Command numatune() {
        return Command.named("numatune")
                .summary("show or set which of the host's NUMA nodes a domain's memory comes from")
                .options(
                        Domains.option(),
                        Option.text("mode", "how strictly: strict, preferred, interleave, restrictive, or its number")
                                .completing(Completer.words("strict", "preferred", "interleave", "restrictive")),
                        Option.text("nodeset", "the nodes, such as 0-1"))
                .options(Impacts.options())
                .action(Limits::numatune);
    }

    private static void numatune(Call call) {
        var impact = Impacts.of(call);
        var tuning = Domains.of(call).tuning();
        var changes = new ArrayList<TypedParameter>();
        call.text("nodeset").ifPresent(nodes -> changes.add(TypedParameter.ofText("numa_nodeset", nodes)));
        call.text("mode").ifPresent(mode -> changes.add(TypedParameter.ofInt("numa_mode", mode(mode))));
        if (!changes.isEmpty()) {
            call.attempt("Unable to change numa parameters", () -> tuning.setNuma(changes, impact));
            return;
        }
        int count = call.attempt("Unable to get number of memory parameters", () -> tuning.numaCount(impact));
        if (count > 0) {
            var parameters = call.attempt("Unable to get numa parameters", () -> tuning.numa(count, impact));
            print(call, parameters.stream().map(Limits::withModeNamed).toList());
        }
    }

    private static int mode(String text) {
        int known = NUMA_MODES.indexOf(text);
        return known >= 0
                ? known
                : Words.decimal(text).orElseThrow(() -> new CommandException("Invalid mode: " + text));
    }

    private static TypedParameter withModeNamed(TypedParameter parameter) {
        return parameter.name().equals("numa_mode")
                        && parameter.value() instanceof TypedParameter.IntValue(int mode)
                        && mode >= 0
                        && mode < NUMA_MODES.size()
                ? TypedParameter.ofText("numa_mode", NUMA_MODES.get(mode))
                : parameter;
    }

    static Command perf() {
        return Command.named("perf")
                .summary("show or choose what the host's performance counters count for a domain")
                .options(
                        Domains.option(),
                        Option.text("enable", "events to count, parted by commas"),
                        Option.text("disable", "events to count no longer, parted by commas"))
                .options(Impacts.options())
                .action(Limits::perf);
    }

    private static void perf(Call call) {
        var impact = Impacts.of(call);
        var enable = call.text("enable");
        var disable = call.text("disable");
        var figures = Domains.of(call).figures();
        var changes = new ArrayList<TypedParameter>();
        enable.ifPresent(names -> addEvents(changes, names, true));
        disable.ifPresent(names -> addEvents(changes, names, false));
        if (changes.isEmpty()) {
            events(call, call.attempt("Unable to get perf events", () -> figures.performanceEvents(impact)));
            return;
        }
        call.attempt("Unable to enable/disable perf events", () -> figures.setPerformanceEvents(changes, impact));
        events(call, changes);
    }

    private static void addEvents(List<TypedParameter> changes, String names, boolean wanted) {
        for (var name : names.split(",", -1)) {
            changes.add(TypedParameter.ofBoolean(name, wanted));
        }
    }

    private static void events(Call call, List<TypedParameter> events) {
        if (call.json()) {
            call.printJson(Parameters.json(events));
            return;
        }
        for (var event : events) {
            boolean on = event.value() instanceof TypedParameter.BooleanValue(boolean truth) && truth;
            call.extra(padded(event.name()) + ": " + (on ? "enabled" : "disabled") + "\n");
        }
    }

    private static String padded(String name) {
        return name + " ".repeat(Math.max(0, LABEL_WIDTH - name.length()));
    }

    static Command domiftune() {
        return Command.named("domiftune")
                .summary("show or set limits of a network card's traffic")
                .options(
                        Domains.option(),
                        Option.value("interface", "the card's hardware address or its device on the host")
                                .completing(DomainParts.cards()),
                        Option.text("inbound", "limits of what it receives: average,peak,burst,floor"),
                        Option.text("outbound", "limits of what it sends: average,peak,burst"))
                .options(Impacts.options())
                .action(Limits::domiftune);
    }

    private static void domiftune(Call call) {
        var impact = Impacts.of(call);
        var tuning = Domains.of(call).tuning();
        var card = call.required("interface");
        var changes = new ArrayList<TypedParameter>();
        call.text("inbound").map(Bandwidth::of).ifPresent(limits -> addLimits(changes, "inbound.", limits));
        call.text("outbound").map(Bandwidth::of).ifPresent(limits -> {
            if (limits.has("floor")) {
                throw new CommandException("outbound floor is unsupported yet");
            }
            addLimits(changes, "outbound.", limits);
        });
        if (!changes.isEmpty()) {
            call.attempt("Unable to set interface parameters", () -> tuning.setCard(card, changes, impact));
            return;
        }
        int count = call.attempt("Unable to get number of interface parameters", () -> tuning.cardCount(card, impact));
        if (count > 0) {
            print(call, call.attempt("Unable to get interface parameters", () -> tuning.card(card, count, impact)));
        }
    }

    private static void addLimits(List<TypedParameter> changes, String prefix, Bandwidth limits) {
        for (var field : List.of("average", "peak", "burst", "floor")) {
            if (limits.has(field) || field.equals("average")) {
                changes.add(TypedParameter.ofUnsigned(prefix + field, limits.bits(field)));
            }
        }
    }
}
