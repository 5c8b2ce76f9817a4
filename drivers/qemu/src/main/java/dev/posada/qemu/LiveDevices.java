package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.qmp.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Changes to what a running guest has: the pace of its disks, its cables, its I/O threads, what follows its endings. */
final class LiveDevices {
    /** libvirt's names for how an I/O thread looks for work, and QEMU's. */
    private static final Map<String, String> POLLING = Map.of(
            "poll_max_ns", "poll-max-ns",
            "poll_grow", "poll-grow",
            "poll_shrink", "poll-shrink",
            "thread_pool_min", "thread-pool-min",
            "thread_pool_max", "thread-pool-max");

    private final LiveState state;
    private final Monitor monitor;
    private final Processors processors;

    LiveDevices(LiveState state, Monitor monitor, Processors processors) {
        this.state = state;
        this.monitor = monitor;
        this.processors = processors;
    }

    void limitDisk(
            String target, Map<String, Long> limits, Optional<String> group, UnaryOperator<DomainDefinition> recorded) {
        var disk = state.definition().devices("disk").stream()
                .filter(one -> targetOf(one).has("dev", target))
                .findFirst()
                .orElseThrow(() -> invalid("disk '" + target + "' was not found in the domain"));
        monitor.execute(
                "block_set_io_throttle",
                DiskArguments.throttle(targetOf(disk).attribute("bus", ""), LiveEdits.alias(disk), limits, group));
        state.redefine(recorded);
    }

    private static Element targetOf(Element disk) {
        return disk.child("target").orElse(Element.of("target"));
    }

    void addIoThread(int number, UnaryOperator<DomainDefinition> recorded) {
        monitor.execute("object-add", Json.object().with("qom-type", "iothread").with("id", nameOf(number)));
        processors.learnIothreads(monitor.execute("query-iothreads"));
        state.redefine(recorded);
    }

    void removeIoThread(int number, UnaryOperator<DomainDefinition> recorded) {
        monitor.execute("object-del", Json.object().with("id", nameOf(number)));
        processors.learnIothreads(monitor.execute("query-iothreads"));
        state.redefine(recorded);
    }

    void tuneIoThread(int number, List<TypedParameter> parameters) {
        for (var parameter : parameters) {
            var property = Optional.ofNullable(POLLING.get(parameter.name()))
                    .orElseThrow(() -> new PosadaException(
                            ErrorCode.ARGUMENT_UNSUPPORTED,
                            ErrorOrigin.QEMU,
                            "parameter '" + parameter.name() + "' not supported"));
            long value = switch (parameter.value()) {
                case TypedParameter.UllongValue(long number64) -> number64;
                case TypedParameter.UintValue(int number32) -> Integer.toUnsignedLong(number32);
                case TypedParameter.IntValue(int number32) -> number32;
                case TypedParameter.LlongValue _,
                        TypedParameter.DoubleValue _,
                        TypedParameter.BooleanValue _,
                        TypedParameter.StringValue _ ->
                    throw invalid("parameter '" + parameter.name() + "' must be an unsigned number");
            };
            monitor.execute(
                    "qom-set",
                    Json.object()
                            .with("path", "/objects/" + nameOf(number))
                            .with("property", property)
                            .with("value", value));
        }
    }

    private static String nameOf(int iothread) {
        return "iothread" + iothread;
    }

    /** Says what follows an ending. QEMU itself decides only what a guest's reboot is. */
    void changeEnding(String ending, String action) {
        if (ending.equals("on_reboot")) {
            boolean stays = List.of("restart", "rename-restart").contains(action);
            monitor.execute("set-action", Json.object().with("reboot", stays ? "reset" : "shutdown"));
        }
        state.redefine(definition -> definition.withChild(Element.text(ending, action)));
    }

    private static PosadaException invalid(String detail) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, detail);
    }
}
