package dev.posada.qemu;

import dev.posada.model.DomainEvent.AgentLifecycle;
import dev.posada.model.DomainEvent.BalloonChange;
import dev.posada.model.DomainEvent.BlockThreshold;
import dev.posada.model.DomainEvent.DeviceRemovalFailed;
import dev.posada.model.DomainEvent.DeviceRemoved;
import dev.posada.model.DomainEvent.Graphics;
import dev.posada.model.DomainEvent.GraphicsAddress;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainEvent.IoError;
import dev.posada.model.DomainEvent.MemoryDeviceSizeChange;
import dev.posada.model.DomainEvent.MemoryFailure;
import dev.posada.model.DomainEvent.MonitorEvent;
import dev.posada.model.DomainEvent.PmSuspend;
import dev.posada.model.DomainEvent.PmSuspendDisk;
import dev.posada.model.DomainEvent.PmWakeup;
import dev.posada.model.DomainEvent.Reboot;
import dev.posada.model.DomainEvent.RtcChange;
import dev.posada.model.DomainEvent.Subject;
import dev.posada.model.DomainEvent.TrayChange;
import dev.posada.model.DomainEvent.Watchdog;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Tells in libvirt's terms what QEMU reports, where the domain's status has no part in it. Pure. */
final class QmpHappenings {
    private static final long BYTES_PER_KIB = 1024;

    private QmpHappenings() {}

    /**
     * Finds what a device is called outside QEMU.
     *
     * <p>Disks are known to QEMU by block nodes, and their events name those.
     */
    interface Disks {
        /** The alias and source of the disk with this QEMU device name or block node, whichever is not empty. */
        Optional<Disk> find(String device, String node);
    }

    /** A disk as clients know it. */
    record Disk(String alias, String target, String source) {}

    /** What an event means to clients; empty for one that means nothing to them, or is told as a change of status. */
    static Optional<Happening> of(QmpEvent event, Disks disks) {
        var data = event.data();
        return switch (event.name()) {
            case "RESET" -> Optional.of(new Reboot());
            case "RTC_CHANGE" -> Optional.of(new RtcChange(number(data, "offset")));
            case "WATCHDOG" -> Optional.of(new Watchdog(watchdogAction(text(data, "action"))));
            case "BLOCK_IO_ERROR" -> Optional.of(ioError(data, disks));
            case "BALLOON_CHANGE" -> Optional.of(new BalloonChange(number(data, "actual") / BYTES_PER_KIB));
            case "VNC_CONNECTED", "SPICE_CONNECTED" -> Optional.of(graphics(0, data));
            case "VNC_INITIALIZED", "SPICE_INITIALIZED" -> Optional.of(graphics(1, data));
            case "VNC_DISCONNECTED", "SPICE_DISCONNECTED" -> Optional.of(graphics(2, data));
            case "DEVICE_TRAY_MOVED" ->
                Optional.of(new TrayChange(deviceAlias(text(data, "id")), truth(data, "tray-open") ? 0 : 1));
            case "SUSPEND" -> Optional.of(new PmSuspend(0));
            case "SUSPEND_DISK" -> Optional.of(new PmSuspendDisk(0));
            case "WAKEUP" -> Optional.of(new PmWakeup(0));
            case "MEMORY_FAILURE" -> Optional.of(memoryFailure(data));
            case "DEVICE_DELETED" ->
                text(data, "device").isEmpty()
                        ? Optional.empty()
                        : Optional.of(new DeviceRemoved(text(data, "device")));
            case "DEVICE_UNPLUG_GUEST_ERROR" -> Optional.of(new DeviceRemovalFailed(text(data, "device")));
            case "BLOCK_WRITE_THRESHOLD" -> threshold(data, disks);
            case "MEMORY_DEVICE_SIZE_CHANGE" ->
                Optional.of(new MemoryDeviceSizeChange(text(data, "id"), number(data, "size") / BYTES_PER_KIB));
            default -> Optional.empty();
        };
    }

    /** The event in the monitor's own words. */
    static Happening asItIs(QmpEvent event) {
        var when = event.when();
        long seconds = when.getEpochSecond();
        int micros = (int) TimeUnit.NANOSECONDS.toMicros(when.getNano());
        return new MonitorEvent(
                event.name(),
                seconds,
                micros,
                event.data().members().isEmpty() ? "" : event.data().toString());
    }

    /** What becomes of the agent when its port is opened or closed in the guest. */
    static Happening agent(boolean connected, boolean atStart) {
        return new AgentLifecycle(connected ? 1 : 2, atStart ? 1 : 2);
    }

    private static int watchdogAction(String action) {
        return switch (action) {
            case "pause" -> 1;
            case "reset" -> 2;
            case "poweroff" -> 3;
            case "shutdown" -> 4;
            case "debug" -> 5;
            case "inject-nmi" -> 6;
            default -> 0;
        };
    }

    private static Happening ioError(Json.ObjectValue data, Disks disks) {
        var disk = disks.find(text(data, "device"), text(data, "node-name"));
        int action = switch (text(data, "action")) {
            case "stop" -> 1;
            case "report" -> 2;
            default -> 0;
        };
        return new IoError(
                disk.map(Disk::source).orElse(""),
                disk.map(Disk::alias).orElseGet(() -> text(data, "device")),
                action,
                truth(data, "nospace") ? "enospc" : "");
    }

    private static Happening graphics(int phase, Json.ObjectValue data) {
        var subjects = new ArrayList<Subject>();
        var client = data.member("client").orElse(Json.object());
        var server = data.member("server").orElse(Json.object());
        client.member("x509_dname").ifPresent(name -> subjects.add(new Subject("x509dname", name.text())));
        client.member("sasl_username").ifPresent(name -> subjects.add(new Subject("saslUsername", name.text())));
        return new Graphics(phase, address(server), address(client), text(server, "auth"), List.copyOf(subjects));
    }

    private static GraphicsAddress address(Json end) {
        int family = switch (text(end, "family")) {
            case "ipv6" -> 1;
            case "unix" -> 2;
            default -> 0;
        };
        var service = text(end, "service");
        return new GraphicsAddress(family, text(end, "host"), service.isEmpty() ? text(end, "port") : service);
    }

    private static Happening memoryFailure(Json.ObjectValue data) {
        int recipient = text(data, "recipient").equals("guest") ? 1 : 0;
        int action = switch (text(data, "action")) {
            case "inject" -> 1;
            case "fatal" -> 2;
            case "reset" -> 3;
            default -> 0;
        };
        var flags = data.member("flags").orElse(Json.object());
        return new MemoryFailure(
                recipient, action, (truth(flags, "action-required") ? 1 : 0) | (truth(flags, "recursive") ? 2 : 0));
    }

    private static Optional<Happening> threshold(Json.ObjectValue data, Disks disks) {
        return disks.find("", text(data, "node-name"))
                .map(disk -> new BlockThreshold(
                        disk.target(),
                        disk.source(),
                        number(data, "write-threshold"),
                        number(data, "amount-exceeded")));
    }

    /** The alias in a device's name or its path among the machine's objects. */
    static String deviceAlias(String idOrPath) {
        var prefix = "/machine/peripheral/";
        if (!idOrPath.startsWith(prefix)) {
            return idOrPath;
        }
        var rest = idOrPath.substring(prefix.length());
        int end = rest.indexOf('/');
        return end < 0 ? rest : rest.substring(0, end);
    }

    static String text(Json object, String member) {
        return object.member(member)
                .map(value -> value instanceof Json.TextValue(String text) ? text : "")
                .orElse("");
    }

    static boolean truth(Json object, String member) {
        return object.member(member).filter(Json.of(true)::equals).isPresent();
    }

    static long number(Json object, String member) {
        return object.member(member)
                .map(value -> value instanceof Json.IntegerValue(long number) ? number : 0L)
                .orElse(0L);
    }
}
