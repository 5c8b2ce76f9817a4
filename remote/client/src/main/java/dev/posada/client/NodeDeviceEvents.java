package dev.posada.client;

import dev.posada.model.NodeDeviceEvent;
import dev.posada.protocol.RemoteConnectNodeDeviceEventRegisterAnyArgs;
import dev.posada.protocol.RemoteNodeDeviceEventLifecycleMsg;
import dev.posada.protocol.RemoteNodeDeviceEventUpdateMsg;
import dev.posada.protocol.RemoteStubs;
import dev.posada.protocol.XdrMessage;
import java.util.Optional;

/** Turns event messages about devices of the host into the model's events. */
final class NodeDeviceEvents {
    /** {@code VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE} and {@code VIR_NODE_DEVICE_EVENT_ID_UPDATE}. */
    private static final int[] IDS = {0, 1};

    private NodeDeviceEvents() {}

    static void register(RemoteStubs<DataStream> remote) {
        for (int id : IDS) {
            remote.events()
                    .connectNodeDeviceEventRegisterAny(new RemoteConnectNodeDeviceEventRegisterAnyArgs(id, null));
        }
    }

    static Optional<NodeDeviceEvent> read(XdrMessage message) {
        return switch (message) {
            case RemoteNodeDeviceEventLifecycleMsg m ->
                Optional.of(new NodeDeviceEvent(m.dev().name(), new NodeDeviceEvent.Lifecycle(m.event() == 0)));
            case RemoteNodeDeviceEventUpdateMsg m ->
                Optional.of(new NodeDeviceEvent(m.dev().name(), new NodeDeviceEvent.Update()));
            default -> Optional.empty();
        };
    }
}
