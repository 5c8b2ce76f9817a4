package dev.posada.server;

import dev.posada.model.NodeDeviceEvent;
import dev.posada.model.NodeDeviceEvent.Happening;
import dev.posada.model.NodeDeviceEvent.Lifecycle;
import dev.posada.model.NodeDeviceEvent.Update;
import dev.posada.protocol.NodeDeviceRef;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.RemoteNodeDeviceEventLifecycleMsg;
import dev.posada.protocol.RemoteNodeDeviceEventUpdateMsg;

/** Turns what happened to a device of the host into messages. */
final class NodeDeviceEventMessages {
    /** {@code VIR_NODE_DEVICE_EVENT_CREATED} and {@code VIR_NODE_DEVICE_EVENT_DELETED}. */
    private static final int CREATED = 0;

    private static final int DELETED = 1;

    private NodeDeviceEventMessages() {}

    /** The id of the event a happening is ({@code virNodeDeviceEventID}). */
    static int id(Happening happening) {
        return switch (happening) {
            case Lifecycle _ -> 0;
            case Update _ -> 1;
        };
    }

    /** The message, with the number of a registration. */
    static RemoteEvent message(NodeDeviceEvent event, int number) {
        var device = new NodeDeviceRef(event.device());
        return switch (event.happening()) {
            case Lifecycle(boolean created) ->
                new RemoteNodeDeviceEventLifecycleMsg(number, device, created ? CREATED : DELETED, 0);
            case Update _ -> new RemoteNodeDeviceEventUpdateMsg(number, device);
        };
    }
}
