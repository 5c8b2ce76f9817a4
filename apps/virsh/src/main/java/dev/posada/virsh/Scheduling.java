package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.DomainTuning;
import dev.posada.client.Flag;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code schedinfo}, {@code cpu-stats}. */
final class Scheduling {
    private static final int LABEL_WIDTH = 15;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private Scheduling() {}

    static Command schedinfo() {
        return Command.named("schedinfo")
                .summary("show or set how the host's scheduler treats a domain")
                .options(
                        Domains.option(),
                        Option.number("weight", "the weight, of schedulers that have one")
                                .onlyNamed(),
                        Option.number("cap", "the limit, of schedulers that have one")
                                .onlyNamed(),
                        Impacts.current(),
                        Impacts.config(),
                        Impacts.live(),
                        Option.rest("set", "a parameter and its value, such as cpu_shares=2048"))
                .action(Scheduling::schedinfo);
    }

    private static void schedinfo(Call call) {
        var impact = Impacts.of(call);
        var tuning = Domains.of(call).tuning();
        DomainTuning.Scheduler scheduler;
        try {
            scheduler = tuning.scheduler();
        } catch (PosadaException e) {
            head(call, "Unknown");
            throw e;
        }
        head(call, scheduler.type());
        if (scheduler.parameters() == 0) {
            return;
        }
        if (impact.length > 1 && !call.has("weight") && !call.has("cap") && !call.has("set")) {
            throw new CommandException("cannot query both live and config at once");
        }
        boolean whichever = impact.length == 0 && !call.has("current");
        var before = get(tuning, scheduler.parameters(), whichever, impact);
        var changes = changes(call, before);
        var now = before;
        if (!changes.isEmpty()) {
            if (whichever) {
                tuning.setSchedulingNow(changes);
            } else {
                tuning.setScheduling(changes, impact);
            }
            now = get(tuning, scheduler.parameters(), whichever, impact);
        }
        if (call.json()) {
            var object = new LinkedHashMap<String, Object>();
            object.put("scheduler", scheduler.type());
            object.putAll(Parameters.json(now));
            call.printJson(object);
            return;
        }
        now.forEach(each -> call.println(padded(each.name(), LABEL_WIDTH) + ": " + Parameters.text(each)));
    }

    private static void head(Call call, String type) {
        if (!call.json()) {
            call.println(padded("Scheduler", LABEL_WIDTH) + ": " + type);
        }
    }

    private static List<TypedParameter> get(DomainTuning tuning, int count, boolean whichever, Flag.Impact[] impact) {
        return whichever ? tuning.schedulingNow(count) : tuning.scheduling(count, impact);
    }

    private static List<TypedParameter> changes(Call call, List<TypedParameter> known) {
        var wanted = new LinkedHashMap<String, String>();
        for (var name : List.of("weight", "cap")) {
            call.text(name).ifPresent(value -> {
                requireKnown(name, known);
                wanted.put(name, value);
            });
        }
        for (var word : call.all("set")) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new CommandException("Invalid syntax for --set, expecting name=value");
            }
            var name = word.substring(0, equals);
            requireKnown(name, known);
            wanted.put(name, word.substring(equals + 1));
        }
        var changes = new ArrayList<TypedParameter>();
        for (var parameter : known) {
            var value = wanted.get(parameter.name());
            if (value != null) {
                changes.add(changed(parameter, value));
            }
        }
        return changes;
    }

    private static void requireKnown(String name, List<TypedParameter> known) {
        if (known.stream().noneMatch(each -> each.name().equals(name))) {
            throw new CommandException("invalid scheduler option: " + name);
        }
    }

    private static TypedParameter changed(TypedParameter parameter, String text) {
        var name = parameter.name();
        var kind = switch (parameter.value()) {
            case TypedParameter.IntValue _ -> "expected int";
            case TypedParameter.UintValue _ -> "expected unsigned int";
            case TypedParameter.LlongValue _ -> "expected long long";
            case TypedParameter.UllongValue _ -> "expected unsigned long long";
            case TypedParameter.DoubleValue _ -> "expected double";
            case TypedParameter.BooleanValue _ -> "expected 0 or 1";
            case TypedParameter.StringValue _ -> "expected string";
        };
        try {
            return switch (parameter.value()) {
                case TypedParameter.IntValue _ -> TypedParameter.ofInt(name, Integer.parseInt(text));
                case TypedParameter.UintValue _ -> TypedParameter.ofUnsigned(name, Integer.parseUnsignedInt(text));
                case TypedParameter.LlongValue _ -> TypedParameter.ofLong(name, Long.parseLong(text));
                case TypedParameter.UllongValue _ -> TypedParameter.ofUnsigned(name, Long.parseUnsignedLong(text));
                case TypedParameter.DoubleValue _ -> TypedParameter.ofDouble(name, Double.parseDouble(text));
                case TypedParameter.BooleanValue _ ->
                    TypedParameter.ofBoolean(
                            name,
                            switch (text) {
                                case "0" -> false;
                                case "1" -> true;
                                default -> throw new NumberFormatException();
                            });
                case TypedParameter.StringValue _ -> TypedParameter.ofText(name, text);
            };
        } catch (NumberFormatException e) {
            throw new CommandException("invalid argument: Invalid value for field '" + name + "': " + kind);
        }
    }

    static Command cpuStats() {
        return Command.named("cpu-stats")
                .summary("show the time a domain has used of the host's processors")
                .options(
                        Domains.option(),
                        Option.flag("total", "of all together"),
                        Option.number("start", "from this processor on"),
                        Option.number("count", "of so many processors"))
                .action(Scheduling::cpuStats);
    }

    private static void cpuStats(Call call) {
        var start = call.integer("start");
        if (start.isPresent() && start.get() < 0) {
            throw new CommandException("Invalid value for start CPU");
        }
        var count = call.integer("count");
        if (count.isPresent() && count.get() < 0) {
            throw new CommandException("Invalid value for number of CPUs to show");
        }
        var domain = Domains.of(call);
        boolean each = !call.has("total") || start.isPresent() || count.isPresent();
        boolean total = call.has("total") || (start.isEmpty() && count.isEmpty());
        var json = new LinkedHashMap<String, Object>();
        call.attempt("Failed to retrieve CPU statistics for domain '" + domain.name() + "'", () -> {
            if (each) {
                each(call, domain, start.orElse(0), count.orElse(Integer.MAX_VALUE), json);
            }
            if (total) {
                total(call, domain, json);
            }
        });
        if (call.json()) {
            call.printJson(json);
        }
    }

    private static void each(Call call, Domain domain, int start, int most, Map<String, Object> json) {
        int all = domain.figures().hostProcessors();
        if (start >= all) {
            throw new CommandException("Start CPU " + start + " is out of range (min: 0, max: " + (all - 1) + ")");
        }
        int number = start;
        for (var figures : domain.figures().processors(start, Math.min(most, all - start))) {
            if (!figures.isEmpty()) {
                json.put("cpu" + number, Parameters.json(figures));
                print(call, "CPU" + number + ":", figures);
            }
            number++;
        }
    }

    private static void total(Call call, Domain domain, Map<String, Object> json) {
        var figures = domain.figures().processorTotal();
        if (figures.isEmpty() && !call.json()) {
            call.println("No total stats available");
            return;
        }
        json.put("total", Parameters.json(figures));
        print(call, "Total:", figures);
    }

    private static void print(Call call, String head, List<TypedParameter> figures) {
        if (call.json()) {
            return;
        }
        call.println(head);
        for (var figure : figures) {
            var value = figure.value() instanceof TypedParameter.UllongValue(long nanos)
                    ? String.format(Locale.ROOT, "%9d.%09d seconds", nanos / NANOS_PER_SECOND, nanos % NANOS_PER_SECOND)
                    : Parameters.text(figure);
            call.println("\t" + padded(figure.name(), 12) + " " + value);
        }
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
