package dev.posada.server;

import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.AgentLifecycle;
import dev.posada.model.DomainEvent.BalloonChange;
import dev.posada.model.DomainEvent.BlockJob;
import dev.posada.model.DomainEvent.BlockThreshold;
import dev.posada.model.DomainEvent.ControlError;
import dev.posada.model.DomainEvent.DeviceAdded;
import dev.posada.model.DomainEvent.DeviceRemovalFailed;
import dev.posada.model.DomainEvent.DeviceRemoved;
import dev.posada.model.DomainEvent.DiskChange;
import dev.posada.model.DomainEvent.Graphics;
import dev.posada.model.DomainEvent.GraphicsAddress;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainEvent.IoError;
import dev.posada.model.DomainEvent.JobCompleted;
import dev.posada.model.DomainEvent.Lifecycle;
import dev.posada.model.DomainEvent.MemoryDeviceSizeChange;
import dev.posada.model.DomainEvent.MemoryFailure;
import dev.posada.model.DomainEvent.MetadataChange;
import dev.posada.model.DomainEvent.MigrationIteration;
import dev.posada.model.DomainEvent.MonitorEvent;
import dev.posada.model.DomainEvent.PmSuspend;
import dev.posada.model.DomainEvent.PmSuspendDisk;
import dev.posada.model.DomainEvent.PmWakeup;
import dev.posada.model.DomainEvent.Reboot;
import dev.posada.model.DomainEvent.RtcChange;
import dev.posada.model.DomainEvent.TrayChange;
import dev.posada.model.DomainEvent.Tunable;
import dev.posada.model.DomainEvent.Watchdog;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainEventBalloonChangeMsg;
import dev.posada.protocol.RemoteDomainEventBlockJob2Msg;
import dev.posada.protocol.RemoteDomainEventBlockJobMsg;
import dev.posada.protocol.RemoteDomainEventBlockThresholdMsg;
import dev.posada.protocol.RemoteDomainEventCallbackAgentLifecycleMsg;
import dev.posada.protocol.RemoteDomainEventCallbackBalloonChangeMsg;
import dev.posada.protocol.RemoteDomainEventCallbackBlockJobMsg;
import dev.posada.protocol.RemoteDomainEventCallbackControlErrorMsg;
import dev.posada.protocol.RemoteDomainEventCallbackDeviceAddedMsg;
import dev.posada.protocol.RemoteDomainEventCallbackDeviceRemovalFailedMsg;
import dev.posada.protocol.RemoteDomainEventCallbackDeviceRemovedMsg;
import dev.posada.protocol.RemoteDomainEventCallbackDiskChangeMsg;
import dev.posada.protocol.RemoteDomainEventCallbackGraphicsMsg;
import dev.posada.protocol.RemoteDomainEventCallbackIoErrorMsg;
import dev.posada.protocol.RemoteDomainEventCallbackIoErrorReasonMsg;
import dev.posada.protocol.RemoteDomainEventCallbackJobCompletedMsg;
import dev.posada.protocol.RemoteDomainEventCallbackLifecycleMsg;
import dev.posada.protocol.RemoteDomainEventCallbackMetadataChangeMsg;
import dev.posada.protocol.RemoteDomainEventCallbackMigrationIterationMsg;
import dev.posada.protocol.RemoteDomainEventCallbackPmsuspendDiskMsg;
import dev.posada.protocol.RemoteDomainEventCallbackPmsuspendMsg;
import dev.posada.protocol.RemoteDomainEventCallbackPmwakeupMsg;
import dev.posada.protocol.RemoteDomainEventCallbackRebootMsg;
import dev.posada.protocol.RemoteDomainEventCallbackRtcChangeMsg;
import dev.posada.protocol.RemoteDomainEventCallbackTrayChangeMsg;
import dev.posada.protocol.RemoteDomainEventCallbackTunableMsg;
import dev.posada.protocol.RemoteDomainEventCallbackWatchdogMsg;
import dev.posada.protocol.RemoteDomainEventControlErrorMsg;
import dev.posada.protocol.RemoteDomainEventDeviceRemovedMsg;
import dev.posada.protocol.RemoteDomainEventDiskChangeMsg;
import dev.posada.protocol.RemoteDomainEventGraphicsAddress;
import dev.posada.protocol.RemoteDomainEventGraphicsIdentity;
import dev.posada.protocol.RemoteDomainEventGraphicsMsg;
import dev.posada.protocol.RemoteDomainEventIoErrorMsg;
import dev.posada.protocol.RemoteDomainEventIoErrorReasonMsg;
import dev.posada.protocol.RemoteDomainEventLifecycleMsg;
import dev.posada.protocol.RemoteDomainEventMemoryDeviceSizeChangeMsg;
import dev.posada.protocol.RemoteDomainEventMemoryFailureMsg;
import dev.posada.protocol.RemoteDomainEventPmsuspendDiskMsg;
import dev.posada.protocol.RemoteDomainEventPmsuspendMsg;
import dev.posada.protocol.RemoteDomainEventPmwakeupMsg;
import dev.posada.protocol.RemoteDomainEventRebootMsg;
import dev.posada.protocol.RemoteDomainEventRtcChangeMsg;
import dev.posada.protocol.RemoteDomainEventTrayChangeMsg;
import dev.posada.protocol.RemoteDomainEventWatchdogMsg;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.WireParameters;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns what happened to a domain into messages.
 *
 * <p>Most happenings are one event of libvirt; a failed disk and the end of a block job are two, of which the later one
 * says more. Events up to id 15 exist in two forms: wrapped with the number of a registration, and bare for clients
 * that register without numbers.
 */
final class DomainEventMessages {
    private static final int IO_ERROR = 4;
    private static final int IO_ERROR_REASON = 6;
    private static final int BLOCK_JOB = 8;
    private static final int BLOCK_JOB_2 = 16;

    /** Events from this id on have no bare form. */
    static final int FIRST_ALWAYS_NUMBERED = 16;

    private DomainEventMessages() {}

    /** The ids of the events a happening is ({@code virDomainEventID}). */
    static List<Integer> ids(Happening happening) {
        return switch (happening) {
            case Lifecycle _ -> List.of(0);
            case Reboot _ -> List.of(1);
            case RtcChange _ -> List.of(2);
            case Watchdog _ -> List.of(3);
            case IoError _ -> List.of(IO_ERROR, IO_ERROR_REASON);
            case Graphics _ -> List.of(5);
            case ControlError _ -> List.of(7);
            case BlockJob _ -> List.of(BLOCK_JOB, BLOCK_JOB_2);
            case DiskChange _ -> List.of(9);
            case TrayChange _ -> List.of(10);
            case PmWakeup _ -> List.of(11);
            case PmSuspend _ -> List.of(12);
            case BalloonChange _ -> List.of(13);
            case PmSuspendDisk _ -> List.of(14);
            case DeviceRemoved _ -> List.of(15);
            case Tunable _ -> List.of(17);
            case AgentLifecycle _ -> List.of(18);
            case DeviceAdded _ -> List.of(19);
            case JobCompleted _ -> List.of(21);
            case DeviceRemovalFailed _ -> List.of(22);
            case MigrationIteration _ -> List.of(20);
            case MetadataChange _ -> List.of(23);
            case BlockThreshold _ -> List.of(24);
            case MemoryFailure _ -> List.of(25);
            case MemoryDeviceSizeChange _ -> List.of(26);
            case MonitorEvent _ -> List.of();
        };
    }

    /**
     * The message for one of a happening's ids.
     *
     * @param number the registration's number; none for the bare form, which exists below {@link #FIRST_ALWAYS_NUMBERED}
     */
    static RemoteEvent message(DomainEvent event, int eventId, OptionalInt number) {
        var dom = Conversions.ref(event.domain());
        return eventId < FIRST_ALWAYS_NUMBERED
                ? either(dom, event.happening(), eventId, number)
                : numbered(dom, event.happening(), number.orElseThrow());
    }

    private static RemoteEvent either(DomainRef dom, Happening happening, int eventId, OptionalInt number) {
        return switch (happening) {
            case Lifecycle(var change) ->
                form(
                        number,
                        new RemoteDomainEventLifecycleMsg(dom, change.type(), change.detail()),
                        RemoteDomainEventCallbackLifecycleMsg::new);
            case Reboot() -> form(number, new RemoteDomainEventRebootMsg(dom), RemoteDomainEventCallbackRebootMsg::new);
            case RtcChange(long offset) ->
                form(
                        number,
                        new RemoteDomainEventRtcChangeMsg(dom, offset),
                        RemoteDomainEventCallbackRtcChangeMsg::new);
            case Watchdog(int action) ->
                form(number, new RemoteDomainEventWatchdogMsg(dom, action), RemoteDomainEventCallbackWatchdogMsg::new);
            case IoError error -> ioError(dom, error, eventId, number);
            case Graphics graphics -> form(number, graphics(dom, graphics), RemoteDomainEventCallbackGraphicsMsg::new);
            case ControlError() ->
                form(number, new RemoteDomainEventControlErrorMsg(dom), RemoteDomainEventCallbackControlErrorMsg::new);
            case BlockJob(var disk, int type, int status) ->
                form(
                        number,
                        new RemoteDomainEventBlockJobMsg(dom, disk, type, status),
                        RemoteDomainEventCallbackBlockJobMsg::new);
            case DiskChange(var oldSource, var newSource, var alias, int reason) ->
                form(
                        number,
                        new RemoteDomainEventDiskChangeMsg(
                                dom, absentIfEmpty(oldSource), absentIfEmpty(newSource), alias, reason),
                        RemoteDomainEventCallbackDiskChangeMsg::new);
            case TrayChange(var alias, int reason) ->
                form(
                        number,
                        new RemoteDomainEventTrayChangeMsg(dom, alias, reason),
                        RemoteDomainEventCallbackTrayChangeMsg::new);
            case PmWakeup(int reason) ->
                form(
                        number,
                        new RemoteDomainEventPmwakeupMsg(dom),
                        (id, msg) -> new RemoteDomainEventCallbackPmwakeupMsg(id, reason, msg));
            case PmSuspend(int reason) ->
                form(
                        number,
                        new RemoteDomainEventPmsuspendMsg(dom),
                        (id, msg) -> new RemoteDomainEventCallbackPmsuspendMsg(id, reason, msg));
            case PmSuspendDisk(int reason) ->
                form(
                        number,
                        new RemoteDomainEventPmsuspendDiskMsg(dom),
                        (id, msg) -> new RemoteDomainEventCallbackPmsuspendDiskMsg(id, reason, msg));
            case BalloonChange(long actual) ->
                form(
                        number,
                        new RemoteDomainEventBalloonChangeMsg(dom, actual),
                        RemoteDomainEventCallbackBalloonChangeMsg::new);
            case DeviceRemoved(var alias) ->
                form(
                        number,
                        new RemoteDomainEventDeviceRemovedMsg(dom, alias),
                        RemoteDomainEventCallbackDeviceRemovedMsg::new);
            case Tunable _,
                    AgentLifecycle _,
                    DeviceAdded _,
                    JobCompleted _,
                    DeviceRemovalFailed _,
                    MetadataChange _,
                    BlockThreshold _,
                    MemoryFailure _,
                    MemoryDeviceSizeChange _,
                    MigrationIteration _,
                    MonitorEvent _ -> throw misplaced(happening, eventId);
        };
    }

    private static RemoteEvent numbered(DomainRef dom, Happening happening, int number) {
        return switch (happening) {
            case BlockJob(var disk, int type, int status) ->
                new RemoteDomainEventBlockJob2Msg(number, dom, disk, type, status);
            case Tunable(var parameters) ->
                new RemoteDomainEventCallbackTunableMsg(number, dom, WireParameters.encode(parameters));
            case AgentLifecycle(int state, int reason) ->
                new RemoteDomainEventCallbackAgentLifecycleMsg(number, dom, state, reason);
            case DeviceAdded(var alias) -> new RemoteDomainEventCallbackDeviceAddedMsg(number, dom, alias);
            case JobCompleted(var parameters) ->
                new RemoteDomainEventCallbackJobCompletedMsg(number, dom, WireParameters.encode(parameters));
            case DeviceRemovalFailed(var alias) ->
                new RemoteDomainEventCallbackDeviceRemovalFailedMsg(number, dom, alias);
            case MetadataChange(int type, var uri) ->
                new RemoteDomainEventCallbackMetadataChangeMsg(number, dom, type, absentIfEmpty(uri));
            case BlockThreshold(var device, var path, long threshold, long excess) ->
                new RemoteDomainEventBlockThresholdMsg(number, dom, device, absentIfEmpty(path), threshold, excess);
            case MigrationIteration(int iteration) ->
                new RemoteDomainEventCallbackMigrationIterationMsg(number, dom, iteration);
            case MemoryFailure(int recipient, int action, int flags) ->
                new RemoteDomainEventMemoryFailureMsg(number, dom, recipient, action, flags);
            case MemoryDeviceSizeChange(var alias, long sizeKib) ->
                new RemoteDomainEventMemoryDeviceSizeChangeMsg(number, dom, alias, sizeKib);
            case Lifecycle _,
                    Reboot _,
                    RtcChange _,
                    Watchdog _,
                    IoError _,
                    Graphics _,
                    ControlError _,
                    DiskChange _,
                    TrayChange _,
                    PmWakeup _,
                    PmSuspend _,
                    PmSuspendDisk _,
                    BalloonChange _,
                    DeviceRemoved _,
                    MonitorEvent _ -> throw misplaced(happening, FIRST_ALWAYS_NUMBERED);
        };
    }

    private static RemoteEvent ioError(DomainRef dom, IoError error, int eventId, OptionalInt number) {
        return eventId == IO_ERROR
                ? form(
                        number,
                        new RemoteDomainEventIoErrorMsg(dom, error.sourcePath(), error.deviceAlias(), error.action()),
                        RemoteDomainEventCallbackIoErrorMsg::new)
                : form(
                        number,
                        new RemoteDomainEventIoErrorReasonMsg(
                                dom, error.sourcePath(), error.deviceAlias(), error.action(), error.reason()),
                        RemoteDomainEventCallbackIoErrorReasonMsg::new);
    }

    private static RemoteDomainEventGraphicsMsg graphics(DomainRef dom, Graphics graphics) {
        return new RemoteDomainEventGraphicsMsg(
                dom,
                graphics.phase(),
                address(graphics.local()),
                address(graphics.remote()),
                graphics.authScheme(),
                graphics.subjects().stream()
                        .map(subject -> new RemoteDomainEventGraphicsIdentity(subject.type(), subject.name()))
                        .toList());
    }

    private static RemoteDomainEventGraphicsAddress address(GraphicsAddress address) {
        return new RemoteDomainEventGraphicsAddress(address.family(), address.node(), address.service());
    }

    private static <M extends RemoteEvent> RemoteEvent form(
            OptionalInt number, M bare, BiFunction<Integer, M, RemoteEvent> wrap) {
        return number.isPresent() ? wrap.apply(number.getAsInt(), bare) : bare;
    }

    private static @Nullable String absentIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    private static IllegalStateException misplaced(Happening happening, int eventId) {
        return new IllegalStateException(happening + " is not event " + eventId);
    }
}
