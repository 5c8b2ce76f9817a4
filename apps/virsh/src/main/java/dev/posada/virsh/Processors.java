package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.DomainProcessors.Count;
import dev.posada.client.DomainProcessors.Vcpu;
import dev.posada.client.Flag;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Json;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code setvcpus}, {@code setvcpu}, {@code guestvcpus}, {@code vcpucount}, {@code vcpuinfo}. */
final class Processors {
    private static final List<String> STATES = List.of("offline", "running", "blocked");
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int WHAT_WIDTH = 12;
    private static final int WHERE_WIDTH = 12;
    private static final int LABEL_WIDTH = 15;

    private Processors() {}

    static Command setvcpus() {
        return Command.named("setvcpus")
                .summary("set how many virtual processors a domain has")
                .options(
                        Domains.option(),
                        Option.number("count", "how many").required(),
                        Option.flag("maximum", "how many it may have, from the next start on"))
                .options(Impacts.options())
                .options(
                        Option.flag("guest", "how many the guest uses of those it has"),
                        Option.flag("hotpluggable", "new ones can be unplugged again"))
                .action(Processors::setvcpus);
    }

    private static void setvcpus(Call call) {
        call.exclusive("current", "live");
        call.exclusive("current", "config");
        call.exclusive("guest", "config");
        call.requires("maximum", "config");
        var impact = Impacts.of(call);
        var what = EnumSet.noneOf(Count.class);
        add(call, what, "maximum", Count.MAXIMUM);
        add(call, what, "guest", Count.GUEST);
        add(call, what, "hotpluggable", Count.HOTPLUGGABLE);
        var domain = Domains.of(call);
        int count = call.unsigned("count").orElseThrow(() -> new CommandException("missing option --count"));
        if (count == 0) {
            throw new CommandException("Can't set 0 processors for a VM");
        }
        if (impact.length == 0 && what.isEmpty() && !call.has("current")) {
            domain.processors().setCountLive(count);
        } else {
            domain.processors().setCount(count, what, impact);
        }
    }

    private static void add(Call call, EnumSet<Count> what, String option, Count flag) {
        if (call.has(option)) {
            what.add(flag);
        }
    }

    static Command setvcpu() {
        return Command.named("setvcpu")
                .summary("plug certain virtual processors in or out")
                .options(
                        Domains.option(),
                        Option.value("vcpulist", "their numbers, such as 1-3,5"),
                        Option.flag("enable", "plug them in"),
                        Option.flag("disable", "plug them out"))
                .options(Impacts.options())
                .action(Processors::setvcpu);
    }

    private static void setvcpu(Call call) {
        call.exclusive("enable", "disable");
        var impact = Impacts.of(call);
        if (!call.has("enable") && !call.has("disable")) {
            throw new CommandException("one of --enable, --disable is required");
        }
        var list = call.required("vcpulist");
        Domains.of(call).processors().setVcpus(list, call.has("enable"), impact);
    }

    static Command guestvcpus() {
        return Command.named("guestvcpus")
                .summary("show or change which virtual processors a guest uses")
                .options(
                        Domains.option(),
                        Option.text("cpulist", "which, such as 1-3,5"),
                        Option.flag("enable", "have the guest use them"),
                        Option.flag("disable", "have the guest use them no longer"))
                .action(Processors::guestvcpus);
    }

    private static void guestvcpus(Call call) {
        call.exclusive("enable", "disable");
        call.requires("enable", "cpulist");
        call.requires("disable", "cpulist");
        var list = call.text("cpulist");
        if (list.isPresent() && !call.has("enable") && !call.has("disable")) {
            throw new CommandException("One of options --enable or --disable is required by option --cpulist");
        }
        var domain = Domains.of(call);
        if (list.isPresent()) {
            domain.processors().setInGuest(list.get(), call.has("enable"));
            return;
        }
        var parameters = domain.processors().inGuest();
        if (call.json()) {
            call.printJson(Parameters.json(parameters));
            return;
        }
        for (var each : parameters) {
            call.println(padded(each.name(), LABEL_WIDTH) + ": " + Parameters.text(each));
        }
    }

    static Command vcpucount() {
        return Command.named("vcpucount")
                .summary("show how many virtual processors a domain has")
                .description(
                        "Shows how many virtual processors a domain has and may have, now and after the next start;\n"
                                + "with options one of these numbers.")
                .options(
                        Domains.option(),
                        Option.flag("maximum", "how many it may have"),
                        Option.flag("active", "how many it has"),
                        Option.flag("live", "of the running instance"),
                        Option.flag("config", "of the definition"),
                        Option.flag("current", "of whichever there is"),
                        Option.flag("guest", "how many the guest uses"))
                .action(Processors::vcpucount);
    }

    private static void vcpucount(Call call) {
        call.exclusive("active", "maximum");
        call.exclusive("guest", "config");
        call.exclusive("live", "config");
        var domain = Domains.of(call);
        boolean all = List.of("maximum", "active", "live", "config", "current", "guest").stream()
                .noneMatch(call::has);
        if (!all) {
            var what = EnumSet.noneOf(Count.class);
            add(call, what, "maximum", Count.MAXIMUM);
            add(call, what, "guest", Count.GUEST);
            var impact = new ArrayList<Flag.Impact>();
            if (call.has("live")) {
                impact.add(Flag.Impact.LIVE);
            }
            if (call.has("config")) {
                impact.add(Flag.Impact.CONFIG);
            }
            var flags = impact.toArray(Flag.Impact[]::new);
            int count = count(call, domain, what, flags);
            call.println(Integer.toString(count));
            return;
        }
        counts(call, domain);
    }

    /** A refusal to ask the guest at all is announced, what its agent says is not. */
    private static int count(Call call, Domain domain, EnumSet<Count> what, Flag.Impact... flags) {
        try {
            return domain.processors().count(what, flags);
        } catch (PosadaException e) {
            if (call.has("guest") && e.code() == ErrorCode.INVALID_ARG) {
                throw new CommandException("Failed to retrieve vCPU count from the guest", e);
            }
            throw e;
        }
    }

    private static void counts(Call call, Domain domain) {
        var json = new LinkedHashMap<String, Object>();
        boolean persistent = domain.isPersistent();
        boolean active = domain.isActive();
        for (var maximum : List.of(true, false)) {
            var what = maximum ? EnumSet.of(Count.MAXIMUM) : EnumSet.noneOf(Count.class);
            var numbers = new LinkedHashMap<String, Object>();
            if (persistent) {
                numbers.put("config", domain.processors().count(what, Flag.Impact.CONFIG));
            }
            if (active) {
                numbers.put("live", domain.processors().count(what, Flag.Impact.LIVE));
            }
            var word = maximum ? "maximum" : "current";
            json.put(word, numbers);
            if (!call.json()) {
                numbers.forEach((where, count) ->
                        call.println(padded(word, WHAT_WIDTH) + " " + padded(where, WHERE_WIDTH) + padded(count)));
            }
        }
        if (call.json()) {
            call.printJson(json);
        }
    }

    private static String padded(Object number) {
        var text = number.toString();
        return " ".repeat(Math.max(0, 4 - text.length())) + text;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    static Command vcpuinfo() {
        return Command.named("vcpuinfo")
                .summary("show what a domain's virtual processors do")
                .options(Domains.option(), Option.flag("pretty", "with lists that people read"))
                .action(Processors::vcpuinfo);
    }

    private static void vcpuinfo(Call call) {
        var domain = Domains.of(call);
        var processors = domain.processors();
        int hostCpus = processors.hostCpus();
        var list = new ArrayList<Map<String, Object>>();
        int count = domain.info().vcpus();
        try {
            for (var vcpu : processors.vcpus(count, hostCpus)) {
                list.add(running(vcpu));
            }
        } catch (PosadaException e) {
            if (e.code() != ErrorCode.OPERATION_INVALID) {
                throw e;
            }
            var pins = processors.pins(maximum(domain), hostCpus, Flag.Impact.CONFIG);
            for (int i = 0; i < Math.min(count, pins.size()); i++) {
                list.add(inactive(i, pins.get(i)));
            }
        }
        if (call.json()) {
            call.println(Json.text(list));
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            call.print(text(list.get(i), hostCpus, call.has("pretty")));
            if (i < list.size() - 1) {
                call.print("\n");
            }
        }
    }

    private static int maximum(Domain domain) {
        return DomainParts.document(domain, Flag.Xml.INACTIVE)
                .childText("vcpu")
                .map(text -> Words.decimal(text).orElse(0))
                .orElse(0);
    }

    private static Map<String, Object> running(Vcpu vcpu) {
        var object = new LinkedHashMap<String, Object>();
        object.put("vcpu", vcpu.number());
        object.put("cpu", vcpu.hostCpu());
        object.put("state", vcpu.state() >= 0 && vcpu.state() < STATES.size() ? STATES.get(vcpu.state()) : "no state");
        if (vcpu.timeNanos() != 0) {
            object.put("cpu-time", vcpu.timeNanos() / NANOS_PER_SECOND);
        }
        object.put("cpu-affinity", vcpu.affinity());
        return object;
    }

    private static Map<String, Object> inactive(int number, List<Integer> affinity) {
        var object = new LinkedHashMap<String, Object>();
        object.put("vcpu", number);
        object.put("cpu-affinity", affinity);
        return object;
    }

    private static String text(Map<String, Object> vcpu, int hostCpus, boolean pretty) {
        var out = new StringBuilder();
        line(out, "VCPU:", vcpu.getOrDefault("vcpu", ""));
        boolean running = vcpu.containsKey("state");
        var cpu = vcpu.get("cpu");
        line(out, "CPU:", cpu instanceof Integer number && number >= 0 ? number : "N/A");
        line(out, "State:", vcpu.getOrDefault("state", "N/A"));
        if (!running) {
            line(out, "CPU time", "N/A");
        } else if (vcpu.get("cpu-time") instanceof Double seconds) {
            line(out, "CPU time:", String.format(Locale.ROOT, "%.1fs", seconds));
        }
        var affinity = new ArrayList<Integer>();
        if (vcpu.get("cpu-affinity") instanceof List<?> numbers) {
            numbers.forEach(each -> affinity.add((Integer) each));
        }
        line(
                out,
                "CPU Affinity:",
                pretty ? CpuList.format(affinity) + " (out of " + hostCpus + ")" : CpuList.letters(affinity, hostCpus));
        return out.toString();
    }

    private static void line(StringBuilder out, String label, Object value) {
        out.append(padded(label, LABEL_WIDTH)).append(' ').append(value).append('\n');
    }
}
