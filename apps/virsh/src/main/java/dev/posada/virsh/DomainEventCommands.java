package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.DomainEventType;
import dev.posada.client.EventSubscription;
import dev.posada.client.MonitorFilter;
import dev.posada.model.DomainEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@code event} and {@code qemu-monitor-event}. */
final class DomainEventCommands {
    private DomainEventCommands() {}

    static Command event() {
        return Command.named("event")
                .summary("wait for events of domains")
                .description("Waits for an event, or for many, and prints each; or lists the types there are.")
                .options(
                        Option.text("domain", "of this domain only: name, id or uuid")
                                .completing(Proposals.domains()),
                        Option.text("event", "the type to wait for").completing(_ -> names()),
                        Option.flag("all", "wait for every type"),
                        Option.flag("loop", "go on until the time is over or you interrupt"),
                        Option.number("timeout", "seconds to wait at most"),
                        Option.flag("list", "list the types"),
                        Option.flag("timestamp", "print the time of each"))
                .action(DomainEventCommands::wait);
    }

    private static List<String> names() {
        var names = new ArrayList<String>();
        for (var type : DomainEventType.values()) {
            names.add(DomainEventWords.name(type));
        }
        return names;
    }

    private static void wait(Call call) {
        call.exclusive("all", "event");
        call.exclusive("list", "all");
        call.exclusive("list", "event");
        if (call.has("list")) {
            call.print("event", names());
            return;
        }
        if (!call.has("all") && !call.has("event")) {
            throw new CommandException("one of --list, --all, or --event <type> is required");
        }
        var types = types(call);
        call.timeout();
        var domain = call.text("domain").map(word -> Domains.named(call, word));
        var subscriptions = new ArrayList<Function<EventWait, EventSubscription>>();
        for (var type : types) {
            subscriptions.add(wait -> subscribe(call, domain, type, wait));
        }
        new EventWait(call).run(subscriptions);
    }

    private static Set<DomainEventType> types(Call call) {
        var wanted = call.text("event");
        if (wanted.isEmpty()) {
            return EnumSet.allOf(DomainEventType.class);
        }
        for (var type : DomainEventType.values()) {
            if (DomainEventWords.name(type).equals(wanted.get())) {
                return EnumSet.of(type);
            }
        }
        throw new CommandException("unknown event type " + wanted.get());
    }

    private static EventSubscription subscribe(
            Call call, Optional<Domain> domain, DomainEventType type, EventWait wait) {
        Consumer<DomainEvent> listener = event -> wait.arrived(DomainEventWords.text(type, event), json(type, event));
        return domain.isPresent()
                ? domain.get().subscribe(Set.of(type), listener)
                : call.connection().subscribe(Set.of(type), listener);
    }

    private static Map<String, Object> json(DomainEventType type, DomainEvent event) {
        var object = new LinkedHashMap<String, Object>();
        object.put("event", DomainEventWords.name(type));
        object.put("domain", event.domain().name());
        object.put("uuid", event.domain().uuid().toString());
        object.put("details", DomainEventWords.text(type, event));
        return object;
    }

    static Command monitorEvent() {
        return Command.named("qemu-monitor-event")
                .summary("wait for events of QEMU's monitors")
                .description("Waits for what QEMU itself says on the monitors of domains, and prints it.")
                .options(
                        Option.text("domain", "of this domain only: name, id or uuid")
                                .completing(Proposals.domains()),
                        Option.text("event", "with this name only, as QEMU has it"),
                        Option.flag("pretty", "lay out the details over lines"),
                        Option.flag("loop", "go on until the time is over or you interrupt"),
                        Option.number("timeout", "seconds to wait at most"),
                        Option.flag("regex", "the name is a regular expression"),
                        Option.flag("no-case", "capital and small letters are the same"),
                        Option.flag("timestamp", "print the time of each"))
                .action(DomainEventCommands::waitForMonitor);
    }

    private static void waitForMonitor(Call call) {
        var filter = EnumSet.noneOf(MonitorFilter.class);
        if (call.has("regex")) {
            filter.add(MonitorFilter.REGEX);
        }
        if (call.has("no-case")) {
            filter.add(MonitorFilter.NO_CASE);
        }
        call.timeout();
        var event = call.text("event");
        var domain = call.text("domain").map(word -> Domains.named(call, word));
        new EventWait(call)
                .run(List.of(wait -> call.connection()
                        .subscribeToMonitor(domain, event, filter, happened -> monitorArrived(call, wait, happened))));
    }

    private static void monitorArrived(Call call, EventWait wait, DomainEvent event) {
        if (!(event.happening() instanceof DomainEvent.MonitorEvent said)) {
            return;
        }
        var details = said.details();
        if (call.has("pretty") && !details.isEmpty()) {
            // With the end of its last line, so that an empty one follows, as in libvirt's.
            details = JsonText.parse(details).map(JsonText::pretty).orElse(details);
        }
        var name = event.domain().name();
        // As printf(3) writes what is not there.
        var shown = ": " + (details.isEmpty() ? "<null>" : details);
        // Here the time is QEMU's own, by which its events are put in order.
        var stamp = call.has("timestamp") ? "" : " at " + said.seconds() + "." + micros(said.micros());
        var object = new LinkedHashMap<String, Object>();
        object.put("event", said.name());
        object.put("domain", name);
        object.put("details", said.details());
        wait.arrived("event " + said.name() + stamp + " for domain '" + name + "'" + shown, object);
    }

    private static String micros(int micros) {
        var digits = Integer.toString(micros);
        return "0".repeat(Math.max(0, 6 - digits.length())) + digits;
    }
}
