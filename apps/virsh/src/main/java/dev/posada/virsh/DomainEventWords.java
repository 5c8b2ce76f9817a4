package dev.posada.virsh;

import dev.posada.client.DomainEventType;
import dev.posada.model.DomainEvent;
import dev.posada.model.LifecycleChange;
import dev.posada.model.TypedParameter;
import java.util.List;
import java.util.Locale;

/** The lines that libvirt's virsh prints for domain events. */
final class DomainEventWords {
    private static final List<String> STEPS = List.of(
            "Defined", "Undefined", "Started", "Suspended", "Resumed", "Stopped", "Shutdown", "PMSuspended", "Crashed");

    private static final List<List<String>> DETAILS = List.of(
            List.of("Added", "Updated", "Renamed", "Snapshot"),
            List.of("Removed", "Renamed"),
            List.of("Booted", "Migrated", "Restored", "Snapshot", "Event wakeup", "Recreated"),
            List.of(
                    "Paused",
                    "Migrated",
                    "I/O Error",
                    "Watchdog",
                    "Restored",
                    "Snapshot",
                    "API error",
                    "Post-copy",
                    "Post-copy Error",
                    "Guest shutdown"),
            List.of("Unpaused", "Migrated", "Snapshot", "Post-copy", "Post-copy Error"),
            List.of("Shutdown", "Destroyed", "Crashed", "Migrated", "Saved", "Failed", "Snapshot", "Recreated"),
            List.of("Finished", "Finished after guest request", "Finished after host request"),
            List.of("Memory", "Disk"),
            List.of("Panicked", "Crashloaded"));

    private static final List<String> WATCHDOG =
            List.of("none", "pause", "reset", "poweroff", "shutdown", "debug", "inject-nmi");
    private static final List<String> IO_ERROR = List.of("none", "pause", "report");
    private static final List<String> PHASES = List.of("connect", "initialize", "disconnect");
    private static final List<String> FAMILIES = List.of("IPv4", "IPv6", "unix");
    private static final List<String> BLOCK_JOBS =
            List.of("unknown", "Block Pull", "Block Copy", "Block Commit", "Active Block Commit", "Backup");
    private static final List<String> BLOCK_JOB_ENDS = List.of("completed", "failed", "canceled", "ready");
    private static final List<String> DISK_CHANGES = List.of("changed", "dropped");
    private static final List<String> TRAYS = List.of("opened", "closed");
    private static final List<String> AGENT_STATES = List.of("unknown", "connected", "disconnected");
    private static final List<String> AGENT_REASONS = List.of("unknown", "domain started", "channel event");
    private static final List<String> METADATA = List.of("description", "title", "element");
    private static final List<String> RECIPIENTS = List.of("hypervisor", "guest");
    private static final List<String> MEMORY_ACTIONS = List.of("ignore", "inject", "fatal", "reset");

    private DomainEventWords() {}

    /** An event type's name, as {@code event --list} shows it. */
    static String name(DomainEventType type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The line or lines for an event, without the end of the last. */
    static String text(DomainEventType type, DomainEvent event) {
        var begin = "event '" + name(type) + "' for domain '" + event.domain().name() + "'";
        var rest = rest(event.happening());
        return begin + rest;
    }

    private static String rest(DomainEvent.Happening happening) {
        return switch (happening) {
            case DomainEvent.Lifecycle e -> ": " + step(e.change()) + " " + detail(e.change());
            case DomainEvent.RtcChange e -> ": " + e.offsetSeconds();
            case DomainEvent.Watchdog e -> ": " + word(WATCHDOG, e.action());
            case DomainEvent.IoError e -> ioError(e);
            case DomainEvent.Graphics e -> graphics(e);
            case DomainEvent.BlockJob e ->
                ": " + word(BLOCK_JOBS, e.type()) + " for " + e.disk() + " " + word(BLOCK_JOB_ENDS, e.status());
            case DomainEvent.DiskChange e ->
                " disk " + e.deviceAlias() + ": " + e.oldSource() + " -> " + e.newSource() + ": "
                        + word(DISK_CHANGES, e.reason());
            case DomainEvent.TrayChange e -> " disk " + e.deviceAlias() + ": " + word(TRAYS, e.reason());
            case DomainEvent.BalloonChange e -> ": " + e.actualKib() + "KiB";
            case DomainEvent.DeviceRemoved e -> ": " + e.deviceAlias();
            case DomainEvent.DeviceAdded e -> ": " + e.deviceAlias();
            case DomainEvent.DeviceRemovalFailed e -> ": " + e.deviceAlias();
            case DomainEvent.MigrationIteration e -> ": iteration: '" + e.iteration() + "'";
            case DomainEvent.Tunable e -> parameters(e.parameters());
            case DomainEvent.JobCompleted e -> parameters(e.parameters());
            case DomainEvent.AgentLifecycle e ->
                ": state: '" + word(AGENT_STATES, e.state()) + "' reason: '" + word(AGENT_REASONS, e.reason()) + "'";
            case DomainEvent.MetadataChange e ->
                ": type " + word(METADATA, e.type()) + ", uri " + (e.uri().isEmpty() ? "<null>" : e.uri());
            case DomainEvent.BlockThreshold e ->
                ": dev: " + e.device() + "(" + e.path() + ") " + e.thresholdBytes() + " " + e.excessBytes();
            case DomainEvent.MemoryFailure e -> memoryFailure(e);
            case DomainEvent.MemoryDeviceSizeChange e -> ":\nalias: " + e.deviceAlias() + "\nsize: " + e.sizeKib();
            case DomainEvent.MonitorEvent e -> ": " + e.name() + " " + e.details();
            case DomainEvent.Reboot _,
                    DomainEvent.ControlError _,
                    DomainEvent.PmWakeup _,
                    DomainEvent.PmSuspend _,
                    DomainEvent.PmSuspendDisk _ -> "";
        };
    }

    private static String step(LifecycleChange change) {
        return word(STEPS, change.type());
    }

    private static String detail(LifecycleChange change) {
        return word(DETAILS.get(change.type()), change.detail());
    }

    private static String ioError(DomainEvent.IoError error) {
        var text = ": " + error.sourcePath() + " (" + error.deviceAlias() + ") " + word(IO_ERROR, error.action());
        return error.reason().isEmpty() ? text : text + " due to " + error.reason();
    }

    private static String graphics(DomainEvent.Graphics event) {
        var out = new StringBuilder(": ").append(word(PHASES, event.phase()));
        out.append(" local[").append(address(event.local())).append(']');
        out.append(" remote[").append(address(event.remote())).append("] ").append(event.authScheme());
        for (var subject : event.subjects()) {
            out.append("\n\t").append(subject.type()).append('=').append(subject.name());
        }
        return out.toString();
    }

    private static String address(DomainEvent.GraphicsAddress address) {
        return word(FAMILIES, address.family()) + " " + address.node() + " " + address.service();
    }

    private static String parameters(List<TypedParameter> parameters) {
        var out = new StringBuilder(":");
        for (var parameter : parameters) {
            out.append("\n\t").append(parameter.name()).append(": ").append(Parameters.text(parameter));
        }
        return out.toString();
    }

    private static String memoryFailure(DomainEvent.MemoryFailure event) {
        return ":\nrecipient: " + word(RECIPIENTS, event.recipient()) + "\naction: "
                + word(MEMORY_ACTIONS, event.action()) + "\nflags:\n\taction required: " + (event.flags() & 1)
                + "\n\trecursive: " + (event.flags() >> 1 & 1);
    }

    /** The word of that number; numbers newer than the words are shown as they are. */
    private static String word(List<String> words, int number) {
        return number >= 0 && number < words.size() ? words.get(number) : "unknown (" + number + ")";
    }
}
