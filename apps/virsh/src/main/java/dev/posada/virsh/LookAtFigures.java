package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.DomainStats;
import dev.posada.model.StatsGroup;
import dev.posada.terminal.Json;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code dommemstat}, {@code domstats}. */
final class LookAtFigures {
    /** By the numbers of the figures. */
    private static final List<String> MEMORY = List.of(
            "swap_in",
            "swap_out",
            "major_fault",
            "minor_fault",
            "unused",
            "available",
            "actual",
            "rss",
            "usable",
            "last_update",
            "disk_caches",
            "hugetlb_pgalloc",
            "hugetlb_pgfail");

    private LookAtFigures() {}

    static Command dommemstat() {
        return Command.named("dommemstat")
                .summary("show what a running domain does with its memory")
                .description("Shows figures of a running domain's memory, or sets how often the guest tells them.")
                .options(
                        Domains.option(),
                        Option.number("period", "let the guest tell every so many seconds; 0 for never")
                                .onlyNamed())
                .options(Impacts.options())
                .action(LookAtFigures::dommemstat);
    }

    private static void dommemstat(Call call) {
        var asked = Impacts.of(call);
        var domain = Domains.of(call);
        var impact = Impacts.orLive(call, asked, domain);
        var period = call.integer("period");
        if (period.isPresent()) {
            if (period.get() < 0) {
                throw new CommandException("Invalid collection period value '" + period.get() + "'");
            }
            call.attempt(
                    "Unable to change balloon collection period.",
                    () -> domain.figures().setMemoryPeriod(period.get(), impact));
            return;
        }
        var figures = new LinkedHashMap<String, Object>();
        var numbers = call.attempt(
                "Failed to get memory statistics for domain " + call.required("domain"),
                () -> domain.figures().memory());
        numbers.forEach((tag, value) -> {
            if (tag >= 0 && tag < MEMORY.size()) {
                figures.put(MEMORY.get(tag), value);
            }
        });
        if (call.json()) {
            call.printJson(figures);
        } else {
            figures.forEach((name, value) -> call.println(name + " " + value));
        }
    }

    static Command domstats() {
        return Command.named("domstats")
                .summary("show the figures of many domains at once")
                .description("Shows figures of the domains named, or of all that the options choose.\n"
                        + "Without a group all figures are shown.")
                .options(
                        Option.flag("state", "what the domain does"),
                        Option.flag("cpu-total", "time of the host's processors"),
                        Option.flag("balloon", "memory the guest has and tells of"),
                        Option.flag("vcpu", "virtual processors"),
                        Option.flag("interface", "network cards"),
                        Option.flag("block", "disks"),
                        Option.flag("perf", "performance counters"),
                        Option.flag("iothread", "threads of disks"),
                        Option.flag("memory", "bandwidth of memory"),
                        Option.flag("dirtyrate", "how fast memory changes"),
                        Option.flag("vm", "what only this hypervisor has"),
                        Option.ownFlag("jvm", "heap, collections, threads and classes of Java virtual machines"),
                        Option.flag("list-active", "of those that run"),
                        Option.flag("list-inactive", "of those that do not"),
                        Option.flag("list-persistent", "of those with a definition"),
                        Option.flag("list-transient", "of those without one"),
                        Option.flag("list-running", "of those whose processors run"),
                        Option.flag("list-paused", "of those that are suspended"),
                        Option.flag("list-shutoff", "of those that are shut off"),
                        Option.flag("list-other", "of those in any other state"),
                        Option.flag("raw", "figures as they come, which is how they are shown anyway"),
                        Option.flag("enforce", "fail where a group cannot be had"),
                        Option.flag("backing", "disks with all images they stand on"),
                        Option.flag("nowait", "only what is known at once"),
                        Option.rest("domain", "of these domains").completing(Proposals.domains()))
                .action(LookAtFigures::domstats);
    }

    private static void domstats(Call call) {
        var groups = groups(call);
        var flags = flags(call);
        List<DomainStats> all;
        if (call.has("domain")) {
            var domains = new ArrayList<Domain>();
            for (var word : call.all("domain")) {
                domains.add(Domains.named(call, word));
            }
            all = call.connection().domainStats(domains, groups, flags);
        } else {
            all = call.connection().domainStats(groups, flags);
        }
        if (call.json()) {
            call.println(Json.text(all.stream().map(LookAtFigures::json).toList()));
            return;
        }
        boolean first = true;
        for (var each : all) {
            call.print(first ? "" : "\n");
            first = false;
            call.println("Domain: '" + each.domain().name() + "'");
            for (var figure : each.parameters()) {
                call.println("  " + figure.name() + "=" + Parameters.text(figure));
            }
        }
    }

    private static Map<String, Object> json(DomainStats stats) {
        var object = new LinkedHashMap<String, Object>();
        object.put("domain", stats.domain().name());
        object.put("uuid", stats.domain().uuid());
        object.put("stats", Parameters.json(stats.parameters()));
        return object;
    }

    private static Set<StatsGroup> groups(Call call) {
        var groups = EnumSet.noneOf(StatsGroup.class);
        for (var group : StatsGroup.values()) {
            if (call.has(option(group))) {
                groups.add(group);
            }
        }
        return groups;
    }

    private static String option(StatsGroup group) {
        return switch (group) {
            case STATE -> "state";
            case CPU -> "cpu-total";
            case BALLOON -> "balloon";
            case VCPU -> "vcpu";
            case INTERFACE -> "interface";
            case BLOCK -> "block";
            case PERF -> "perf";
            case IOTHREAD -> "iothread";
            case MEMORY -> "memory";
            case DIRTY_RATE -> "dirtyrate";
            case VM -> "vm";
            case JVM -> "jvm";
        };
    }

    private static Flag.Stats[] flags(Call call) {
        var flags = new ArrayList<Flag.Stats>();
        for (var flag : Flag.Stats.values()) {
            var option = switch (flag) {
                case ACTIVE -> "list-active";
                case INACTIVE -> "list-inactive";
                case PERSISTENT -> "list-persistent";
                case TRANSIENT -> "list-transient";
                case RUNNING -> "list-running";
                case PAUSED -> "list-paused";
                case SHUTOFF -> "list-shutoff";
                case OTHER -> "list-other";
                case NOWAIT -> "nowait";
                case BACKING -> "backing";
                case ENFORCE_STATS -> "enforce";
            };
            if (call.has(option)) {
                flags.add(flag);
            }
        }
        return flags.toArray(Flag.Stats[]::new);
    }
}
