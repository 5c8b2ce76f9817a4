package dev.posada.virsh;

import dev.posada.client.HostFigures;
import dev.posada.terminal.Json;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.LockSupport;

/** {@code nodecpumap}, {@code nodecpustats}. */
final class HostCpuFigures {
    private static final int LABEL_WIDTH = 15;
    private static final double PERCENT = 100;

    /** Between the two looks that percentages are made of. */
    private static final Duration SPAN = Duration.ofSeconds(1);

    /** A figure as daemons name it and as it is shown. */
    private record Figure(String wireName, String label) {}

    private static final List<Figure> FIGURES = List.of(
            new Figure("user", "user"),
            new Figure("kernel", "system"),
            new Figure("idle", "idle"),
            new Figure("iowait", "iowait"),
            new Figure("intr", "intr"));

    private static final String UTILIZATION = "utilization";

    private HostCpuFigures() {}

    static Command nodecpumap() {
        return Command.named("nodecpumap")
                .summary("show the host's processors and which are in use")
                .options(Option.flag("pretty", "as ranges"))
                .action(HostCpuFigures::nodecpumap);
    }

    private static void nodecpumap(Call call) {
        var map = call.attempt(
                "Unable to get cpu map", () -> call.connection().hostFigures().cpuMap());
        var online = map.online();
        call.print(Fields.plain()
                .add("CPUs present", map.present())
                .add("CPUs online", map.onlineCount())
                .add("CPU map", call.has("pretty") ? ranges(online) : letters(online, map.present())));
    }

    private static String letters(BitSet online, int present) {
        var text = new StringBuilder();
        for (int cpu = 0; cpu < present; cpu++) {
            text.append(online.get(cpu) ? 'y' : '-');
        }
        return text.toString();
    }

    private static String ranges(BitSet online) {
        var text = new StringBuilder();
        for (int first = online.nextSetBit(0); first >= 0; ) {
            int end = online.nextClearBit(first);
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (end - first > 1) {
                text.append('-').append(end - 1);
            }
            first = online.nextSetBit(end);
        }
        return text.toString();
    }

    static Command nodecpustats() {
        return Command.named("nodecpustats")
                .summary("show how busy the host's processors are")
                .description("Shows how many nanoseconds processors have spent on what.")
                .options(
                        Option.number("cpu", "of this processor alone"),
                        Option.flag("percent", "of a second from now, in percent"))
                .action(HostCpuFigures::nodecpustats);
    }

    private static void nodecpustats(Call call) {
        int cpu = call.integer("cpu").orElse(HostFigures.ALL);
        var figures = call.connection().hostFigures();
        int count = call.attempt("Unable to get number of cpu stats", () -> figures.cpuTimeCount(cpu));
        if (count == 0) {
            return;
        }
        var first = times(call, figures, cpu, count);
        if (!call.has("percent")) {
            absolute(call, first);
        } else if (first.containsKey(UTILIZATION)) {
            long usage = first.get(UTILIZATION);
            var shares = new LinkedHashMap<String, Double>();
            shares.put("usage", (double) usage);
            shares.put("idle", PERCENT - usage);
            shares(call, shares);
        } else {
            LockSupport.parkNanos(SPAN.toNanos());
            shares(call, shares(first, times(call, figures, cpu, count)));
        }
    }

    private static SequencedMap<String, Long> times(Call call, HostFigures figures, int cpu, int count) {
        return call.attempt("Unable to get node cpu stats", () -> figures.cpuTimes(cpu, count));
    }

    private static void absolute(Call call, Map<String, Long> times) {
        var json = new LinkedHashMap<String, Object>();
        for (var figure : FIGURES) {
            var nanos = times.get(figure.wireName());
            if (nanos != null) {
                json.put(figure.label() + "-nanos", nanos);
                if (!call.json()) {
                    call.println(label(figure.label()) + HostMemory.right(Long.toUnsignedString(nanos), 20));
                }
            }
        }
        if (call.json()) {
            call.println(Json.text(json));
        }
    }

    private static Map<String, Double> shares(Map<String, Long> before, Map<String, Long> after) {
        double total = 0;
        double busy = 0;
        var spent = new LinkedHashMap<String, Double>();
        for (var figure : FIGURES) {
            var from = before.get(figure.wireName());
            if (from != null) {
                double nanos = after.getOrDefault(figure.wireName(), from) - from;
                total += nanos;
                busy += figure.label().equals("user") || figure.label().equals("system") ? nanos : 0;
                spent.put(figure.label(), nanos);
            }
        }
        var shares = new LinkedHashMap<String, Double>();
        shares.put("usage", busy / total * PERCENT);
        for (var each : spent.entrySet()) {
            shares.put(each.getKey(), each.getValue() / total * PERCENT);
        }
        return shares;
    }

    private static void shares(Call call, Map<String, Double> shares) {
        if (call.json()) {
            var json = new LinkedHashMap<String, Object>();
            shares.forEach((label, share) -> json.put(label + "-percent", share));
            call.println(Json.text(json));
            return;
        }
        shares.forEach((label, share) -> call.println(label(label) + String.format(Locale.ROOT, "%5.1f%%", share)));
    }

    private static String label(String label) {
        return HostMemory.padded(label + ":", LABEL_WIDTH) + " ";
    }
}
