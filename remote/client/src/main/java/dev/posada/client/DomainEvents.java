package dev.posada.client;

import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainIdentity;
import dev.posada.model.LifecycleChange;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainEventBlockJob2Msg;
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
import dev.posada.protocol.RemoteDomainEventDiskChangeMsg;
import dev.posada.protocol.RemoteDomainEventGraphicsAddress;
import dev.posada.protocol.RemoteDomainEventGraphicsMsg;
import dev.posada.protocol.RemoteDomainEventIoErrorMsg;
import dev.posada.protocol.RemoteDomainEventIoErrorReasonMsg;
import dev.posada.protocol.RemoteDomainEventMemoryDeviceSizeChangeMsg;
import dev.posada.protocol.RemoteDomainEventMemoryFailureMsg;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.WireParameters;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns event messages about domains into the model's events. */
final class DomainEvents {

    /** An event and the number of the subscription it was sent for. */
    record Numbered(int callbackId, DomainEvent event) {}

    private DomainEvents() {}

    /** The event of a message; empty for messages about something else or without a subscription's number. */
    static Optional<Numbered> decode(RemoteEvent message) {
        return lifeAndPower(message).or(() -> devices(message)).or(() -> figures(message));
    }

    private static Optional<Numbered> lifeAndPower(RemoteEvent message) {
        return switch (message) {
            case RemoteDomainEventCallbackLifecycleMsg m ->
                numbered(
                        m.callbackId(),
                        m.msg().dom(),
                        new DomainEvent.Lifecycle(
                                LifecycleChange.of(m.msg().event(), m.msg().detail())));
            case RemoteDomainEventCallbackRebootMsg m ->
                numbered(m.callbackId(), m.msg().dom(), new DomainEvent.Reboot());
            case RemoteDomainEventCallbackWatchdogMsg m ->
                numbered(
                        m.callbackId(),
                        m.msg().dom(),
                        new DomainEvent.Watchdog(m.msg().action()));
            case RemoteDomainEventCallbackControlErrorMsg m ->
                numbered(m.callbackId(), m.msg().dom(), new DomainEvent.ControlError());
            case RemoteDomainEventCallbackPmwakeupMsg m ->
                numbered(m.callbackId(), m.msg().dom(), new DomainEvent.PmWakeup(m.reason()));
            case RemoteDomainEventCallbackPmsuspendMsg m ->
                numbered(m.callbackId(), m.msg().dom(), new DomainEvent.PmSuspend(m.reason()));
            case RemoteDomainEventCallbackPmsuspendDiskMsg m ->
                numbered(m.callbackId(), m.msg().dom(), new DomainEvent.PmSuspendDisk(m.reason()));
            case RemoteDomainEventCallbackAgentLifecycleMsg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.AgentLifecycle(m.state(), m.reason()));
            case RemoteDomainEventCallbackMetadataChangeMsg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.MetadataChange(m.type(), orEmpty(m.nsuri())));
            default -> Optional.empty();
        };
    }

    private static Optional<Numbered> devices(RemoteEvent message) {
        return switch (message) {
            case RemoteDomainEventCallbackIoErrorMsg(int id, RemoteDomainEventIoErrorMsg m) ->
                numbered(id, m.dom(), new DomainEvent.IoError(m.srcPath(), m.devAlias(), m.action(), ""));
            case RemoteDomainEventCallbackIoErrorReasonMsg(int id, RemoteDomainEventIoErrorReasonMsg m) ->
                numbered(id, m.dom(), new DomainEvent.IoError(m.srcPath(), m.devAlias(), m.action(), m.reason()));
            case RemoteDomainEventCallbackGraphicsMsg(int id, RemoteDomainEventGraphicsMsg m) ->
                numbered(id, m.dom(), graphics(m));
            case RemoteDomainEventCallbackBlockJobMsg m ->
                numbered(
                        m.callbackId(),
                        m.msg().dom(),
                        new DomainEvent.BlockJob(
                                m.msg().path(), m.msg().type(), m.msg().status()));
            case RemoteDomainEventBlockJob2Msg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.BlockJob(m.dst(), m.type(), m.status()));
            case RemoteDomainEventCallbackDiskChangeMsg(int id, RemoteDomainEventDiskChangeMsg m) ->
                numbered(
                        id,
                        m.dom(),
                        new DomainEvent.DiskChange(
                                orEmpty(m.oldSrcPath()), orEmpty(m.newSrcPath()), m.devAlias(), m.reason()));
            case RemoteDomainEventCallbackTrayChangeMsg m ->
                numbered(
                        m.callbackId(),
                        m.msg().dom(),
                        new DomainEvent.TrayChange(m.msg().devAlias(), m.msg().reason()));
            case RemoteDomainEventCallbackDeviceRemovedMsg m ->
                numbered(
                        m.callbackId(),
                        m.msg().dom(),
                        new DomainEvent.DeviceRemoved(m.msg().devAlias()));
            case RemoteDomainEventCallbackDeviceAddedMsg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.DeviceAdded(m.devAlias()));
            case RemoteDomainEventCallbackDeviceRemovalFailedMsg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.DeviceRemovalFailed(m.devAlias()));
            case RemoteDomainEventBlockThresholdMsg m ->
                numbered(
                        m.callbackId(),
                        m.dom(),
                        new DomainEvent.BlockThreshold(m.dev(), orEmpty(m.path()), m.threshold(), m.excess()));
            default -> Optional.empty();
        };
    }

    private static Optional<Numbered> figures(RemoteEvent message) {
        return switch (message) {
            case RemoteDomainEventCallbackRtcChangeMsg m ->
                numbered(
                        m.callbackId(),
                        m.msg().dom(),
                        new DomainEvent.RtcChange(m.msg().offset()));
            case RemoteDomainEventCallbackBalloonChangeMsg m ->
                numbered(
                        m.callbackId(),
                        m.msg().dom(),
                        new DomainEvent.BalloonChange(m.msg().actual()));
            case RemoteDomainEventCallbackTunableMsg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.Tunable(WireParameters.decode(m.params())));
            case RemoteDomainEventCallbackJobCompletedMsg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.JobCompleted(WireParameters.decode(m.params())));
            case RemoteDomainEventCallbackMigrationIterationMsg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.MigrationIteration(m.iteration()));
            case RemoteDomainEventMemoryFailureMsg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.MemoryFailure(m.recipient(), m.action(), m.flags()));
            case RemoteDomainEventMemoryDeviceSizeChangeMsg m ->
                numbered(m.callbackId(), m.dom(), new DomainEvent.MemoryDeviceSizeChange(m.alias(), m.size()));
            default -> Optional.empty();
        };
    }

    private static DomainEvent.Graphics graphics(RemoteDomainEventGraphicsMsg message) {
        return new DomainEvent.Graphics(
                message.phase(),
                address(message.local()),
                address(message.remote()),
                message.authScheme(),
                message.subject().stream()
                        .map(subject -> new DomainEvent.Subject(subject.type(), subject.name()))
                        .toList());
    }

    private static DomainEvent.GraphicsAddress address(RemoteDomainEventGraphicsAddress address) {
        return new DomainEvent.GraphicsAddress(address.family(), address.node(), address.service());
    }

    private static Optional<Numbered> numbered(int callbackId, DomainRef domain, Happening happening) {
        return Optional.of(new Numbered(callbackId, new DomainEvent(identity(domain), happening)));
    }

    static DomainIdentity identity(DomainRef domain) {
        return new DomainIdentity(domain.name(), domain.uuid(), domain.id());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
