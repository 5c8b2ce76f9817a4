package dev.posada.virsh;

import dev.posada.client.EventSubscription;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NodeDeviceEvent;
import dev.posada.model.PoolEvent;
import dev.posada.model.SecretEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** {@code net-event}, {@code pool-event}, {@code nodedev-event} and {@code secret-event}. */
final class ObjectEventCommands {
    private static final String LIFECYCLE = "lifecycle";

    private ObjectEventCommands() {}

    static Command network() {
        return command(
                "net-event",
                "network",
                "a network's name or uuid",
                List.of(LIFECYCLE),
                Networks::of,
                (call, wait) -> call.connection().networks().subscribe(event -> {
                    if (event.happening() instanceof NetworkEvent.Lifecycle(var change)
                            && wanted(
                                    call,
                                    "network",
                                    event.network().name(),
                                    event.network().uuid())) {
                        arrived(
                                call,
                                wait,
                                LIFECYCLE,
                                "network",
                                event.network().name(),
                                Optional.of(word(change)));
                    }
                }));
    }

    static Command pool() {
        return command(
                "pool-event",
                "pool",
                "a pool's name or uuid",
                List.of(LIFECYCLE, "refresh"),
                Pools::of,
                (call, wait) -> call.connection().storage().subscribe(event -> {
                    var name = event.pool().name();
                    if (wanted(call, "pool", name, event.pool().uuid())) {
                        switch (event.happening()) {
                            case PoolEvent.Lifecycle(var change) ->
                                arrived(call, wait, LIFECYCLE, "storage pool", name, Optional.of(word(change)));
                            case PoolEvent.Refresh() ->
                                arrived(call, wait, "refresh", "storage pool", name, Optional.empty());
                        }
                    }
                }));
    }

    static Command nodeDevice() {
        return command(
                "nodedev-event",
                "device",
                "a device's name",
                List.of(LIFECYCLE, "update"),
                NodeDeviceLife::named,
                (call, wait) -> call.connection().subscribeToNodeDevices(event -> {
                    var name = event.device();
                    if (call.text("device").map(name::equals).orElse(true)) {
                        switch (event.happening()) {
                            case NodeDeviceEvent.Lifecycle(boolean created) ->
                                arrived(
                                        call,
                                        wait,
                                        LIFECYCLE,
                                        "node device",
                                        name,
                                        Optional.of(created ? "Created" : "Deleted"));
                            case NodeDeviceEvent.Update() ->
                                arrived(call, wait, "update", "node device", name, Optional.empty());
                        }
                    }
                }));
    }

    static Command secret() {
        return command(
                "secret-event",
                "secret",
                "a secret's uuid",
                List.of(LIFECYCLE, "value-changed"),
                Secrets::of,
                (call, wait) -> call.connection().secrets().subscribe(event -> {
                    var uuid = event.secret().uuid();
                    if (wanted(call, "secret", "", uuid)) {
                        switch (event.happening()) {
                            case SecretEvent.Lifecycle(boolean defined) ->
                                arrived(
                                        call,
                                        wait,
                                        LIFECYCLE,
                                        "secret",
                                        uuid.toString(),
                                        Optional.of(defined ? "Defined" : "Undefined"));
                            case SecretEvent.ValueChanged() ->
                                arrived(call, wait, "value-changed", "secret", uuid.toString(), Optional.empty());
                        }
                    }
                }));
    }

    private static Command command(
            String name,
            String object,
            String objectHelp,
            List<String> types,
            Consumer<Call> lookup,
            BiFunction<Call, EventWait, EventSubscription> subscription) {
        return Command.named(name)
                .summary("wait for events of such objects")
                .description("Waits for an event, or for many, and prints each; or lists the types there are.")
                .options(
                        Option.text(object, "of this one only: " + objectHelp),
                        Option.text("event", "the type to wait for").completing(_ -> types),
                        Option.flag("loop", "go on until the time is over or you interrupt"),
                        Option.number("timeout", "seconds to wait at most"),
                        Option.flag("list", "list the types"),
                        Option.flag("timestamp", "print the time of each"))
                .action(call -> run(call, types, object, lookup, subscription));
    }

    private static void run(
            Call call,
            List<String> types,
            String object,
            Consumer<Call> lookup,
            BiFunction<Call, EventWait, EventSubscription> subscription) {
        if (call.has("list")) {
            call.print("event", types);
            return;
        }
        var type = call.text("event");
        if (type.isEmpty()) {
            throw new CommandException("either --list or --event <type> is required");
        }
        if (!types.contains(type.get())) {
            throw new CommandException("unknown event type " + type.get());
        }
        call.timeout();
        if (call.has(object)) {
            // Nothing would come of an object that is not there, and nobody would know why.
            lookup.accept(call);
        }
        new EventWait(call).run(List.of(wait -> subscription.apply(call, wait)));
    }

    private static boolean wanted(Call call, String option, String name, UUID uuid) {
        return call.text(option)
                .map(word ->
                        word.equals(name) || Words.uuid(word).map(uuid::equals).orElse(false))
                .orElse(true);
    }

    private static void arrived(
            Call call, EventWait wait, String type, String kind, String name, Optional<String> detail) {
        if (!call.text("event").map(type::equals).orElse(false)) {
            return;
        }
        var object = new LinkedHashMap<String, Object>();
        object.put("event", type);
        object.put(kind.replace(' ', '-'), name);
        detail.ifPresent(text -> object.put("details", text));
        wait.arrived(
                "event '" + type + "' for " + kind + " " + name
                        + detail.map(text -> ": " + text).orElse(""),
                object);
    }

    /** {@code STARTED} as Started. */
    private static String word(Enum<?> change) {
        var name = change.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }
}
