package dev.posada.qemu;

import dev.posada.model.TypedParameter;
import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the kernel counts for a machine it runs, as QEMU passes it on ({@code query-stats}); an emulator that does not
 * know the command gives nothing. Safe for use by several threads.
 */
final class KvmStatistics {
    private final Monitor monitor;

    /** What kind of figure each name is, once it was asked; empty when it cannot be had. */
    private volatile Optional<Map<String, String>> kinds = Optional.empty();

    KvmStatistics(Monitor monitor) {
        this.monitor = monitor;
    }

    /** Time the virtual processors polled before they halted, with and without success; 0 for those that do not. */
    List<TypedParameter> haltPolling(boolean ask) {
        long success = 0;
        long fail = 0;
        var answer = !ask
                ? List.<Json>of()
                : query(Json.object()
                        .with("target", "vcpu")
                        .with(
                                "providers",
                                Json.array(List.of(Json.object()
                                        .with("provider", "kvm")
                                        .with(
                                                "names",
                                                Json.array(List.of(
                                                        Json.of("halt_poll_success_ns"),
                                                        Json.of("halt_poll_fail_ns"))))))));
        for (var vcpu : answer) {
            success += figure(vcpu, "halt_poll_success_ns");
            fail += figure(vcpu, "halt_poll_fail_ns");
        }
        return List.of(
                TypedParameter.ofUnsigned("cpu.haltpoll.success.time", success),
                TypedParameter.ofUnsigned("cpu.haltpoll.fail.time", fail));
    }

    private static long figure(Json vcpu, String name) {
        return vcpu.member("stats").stream()
                .flatMap(stats -> stats.elements().stream())
                .filter(stat -> QmpHappenings.text(stat, "name").equals(name))
                .mapToLong(stat -> QmpHappenings.number(stat, "value"))
                .sum();
    }

    /** The {@code vm} group of a bulk answer. */
    List<TypedParameter> machine() {
        var parameters = new ArrayList<TypedParameter>();
        for (var entry : query(Json.object().with("target", "vm"))) {
            for (var stat : entry.member("stats").map(Json::elements).orElse(List.of())) {
                var name = QmpHappenings.text(stat, "name");
                var suffix = suffix(kinds().getOrDefault(name, ""));
                if (suffix.isEmpty()) {
                    continue;
                }
                switch (stat.member("value").orElse(Json.object())) {
                    case Json.IntegerValue(long value) ->
                        parameters.add(TypedParameter.ofUnsigned("vm." + name + suffix, value));
                    case Json.BooleanValue(boolean value) ->
                        parameters.add(TypedParameter.ofBoolean("vm." + name + suffix, value));
                    default -> {}
                }
            }
        }
        return parameters;
    }

    private static String suffix(String kind) {
        return switch (kind) {
            case "cumulative" -> ".sum";
            case "instant" -> ".cur";
            case "peak" -> ".max";
            default -> "";
        };
    }

    private List<Json> query(Json.ObjectValue arguments) {
        return monitor.ask("query-stats", arguments).map(Json::elements).orElse(List.of());
    }

    private Map<String, String> kinds() {
        var known = kinds;
        if (known.isEmpty()) {
            known = monitor.ask("query-stats-schemas").map(KvmStatistics::kinds);
            kinds = known;
        }
        return known.orElse(Map.of());
    }

    private static Map<String, String> kinds(Json schemas) {
        var found = new HashMap<String, String>();
        for (var schema : schemas.elements()) {
            if (QmpHappenings.text(schema, "target").equals("vm")) {
                for (var stat : schema.required("stats").elements()) {
                    found.put(QmpHappenings.text(stat, "name"), QmpHappenings.text(stat, "type"));
                }
            }
        }
        return Map.copyOf(found);
    }
}
