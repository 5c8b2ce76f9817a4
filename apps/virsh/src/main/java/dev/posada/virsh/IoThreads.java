package dev.posada.virsh;

import dev.posada.model.TypedParameter;
import dev.posada.terminal.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code iothreadinfo}, {@code iothreadpin}, {@code iothreadadd}, {@code iothreadset}, {@code iothreaddel}. */
final class IoThreads {
    private IoThreads() {}

    static Command info() {
        return Command.named("iothreadinfo")
                .summary("list a domain's threads for the work of disks")
                .options(Domains.option())
                .options(Impacts.options())
                .action(IoThreads::info);
    }

    private static void info(Call call) {
        var impact = Impacts.of(call);
        var domain = Domains.of(call);
        var threads = call.attempt(
                "Unable to get domain IOThreads information",
                () -> domain.processors().ioThreads(impact));
        if (call.json()) {
            var list = new ArrayList<Map<String, Object>>();
            for (var thread : threads) {
                var object = new LinkedHashMap<String, Object>();
                object.put("iothread", thread.id());
                object.put("cpu-affinity", thread.affinity());
                list.add(object);
            }
            call.println(Json.text(list));
            return;
        }
        if (threads.isEmpty()) {
            call.extra("No IOThreads found for the domain");
            return;
        }
        var table = Table.of("IOThread ID", "CPU Affinity");
        threads.forEach(thread -> table.row(thread.id(), CpuList.format(thread.affinity())));
        call.print(table);
    }

    static Command pin() {
        return Command.named("iothreadpin")
                .summary("set where a thread for the work of disks runs")
                .options(
                        Domains.option(),
                        Option.number("iothread", "the thread's number").required(),
                        Option.value("cpulist", "processors of the host, such as 0-3,^2, or r for all"))
                .options(Impacts.options())
                .action(IoThreads::pin);
    }

    private static void pin(Call call) {
        var impact = Impacts.of(call);
        var domain = Domains.of(call);
        int id = call.unsigned("iothread").orElseThrow(() -> new CommandException("missing option --iothread"));
        var list = call.required("cpulist");
        var processors = domain.processors();
        int hostCpus = processors.hostCpus();
        processors.pinIoThread(id, CpuList.of(list, hostCpus), hostCpus, impact);
    }

    static Command add() {
        return Command.named("iothreadadd")
                .summary("add a thread for the work of disks")
                .options(Domains.option(), id())
                .options(Impacts.options())
                .action(call -> {
                    var impact = Impacts.of(call);
                    var domain = Domains.of(call);
                    domain.processors().addIoThread(id(call), impact);
                });
    }

    static Command delete() {
        return Command.named("iothreaddel")
                .summary("take a thread for the work of disks away")
                .options(Domains.option(), id())
                .options(Impacts.options())
                .action(call -> {
                    var impact = Impacts.of(call);
                    var domain = Domains.of(call);
                    domain.processors().removeIoThread(id(call), impact);
                });
    }

    private static Option id() {
        return Option.number("id", "the thread's number").required();
    }

    private static int id(Call call) {
        int id = call.integer("id").orElseThrow(() -> new CommandException("missing option --id"));
        if (id <= 0) {
            throw new CommandException("Invalid IOThread id value: '" + id + "'");
        }
        return id;
    }

    static Command set() {
        return Command.named("iothreadset")
                .summary("change how a thread for the work of disks waits")
                .options(
                        Domains.option(),
                        id(),
                        Option.number("poll-max-ns", "how long it looks for work before it sleeps, in nanoseconds"),
                        Option.number("poll-grow", "the factor by which that time grows"),
                        Option.number("poll-shrink", "the divisor by which it shrinks"),
                        Option.number("thread-pool-min", "the fewest helpers it keeps"),
                        Option.number("thread-pool-max", "the most helpers it has"))
                .options(Impacts.options())
                .action(IoThreads::set);
    }

    private static void set(Call call) {
        var impact = Impacts.of(call);
        var domain = Domains.of(call);
        int id = id(call);
        var settings = new ArrayList<TypedParameter>();
        call.number("poll-max-ns", 0, Long.MAX_VALUE)
                .ifPresent(value -> settings.add(TypedParameter.ofUnsigned("poll_max_ns", value.longValue())));
        call.unsigned("poll-grow")
                .ifPresent(value -> settings.add(TypedParameter.ofUnsigned("poll_grow", value.intValue())));
        call.unsigned("poll-shrink")
                .ifPresent(value -> settings.add(TypedParameter.ofUnsigned("poll_shrink", value.intValue())));
        call.integer("thread-pool-min")
                .ifPresent(value -> settings.add(TypedParameter.ofInt("thread_pool_min", value)));
        call.integer("thread-pool-max")
                .ifPresent(value -> settings.add(TypedParameter.ofInt("thread_pool_max", value)));
        if (settings.isEmpty()) {
            throw new CommandException("Not enough arguments passed, nothing to set");
        }
        domain.processors().setIoThread(id, settings, impact);
    }
}
