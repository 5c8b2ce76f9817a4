package dev.posada.server;

import dev.posada.model.NetworkEvent;
import dev.posada.model.NetworkEvent.Happening;
import dev.posada.model.NetworkEvent.Lifecycle;
import dev.posada.model.NetworkEvent.MetadataChange;
import dev.posada.protocol.NetworkRef;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.RemoteNetworkEventCallbackMetadataChangeMsg;
import dev.posada.protocol.RemoteNetworkEventLifecycleMsg;

/** Turns what happened to a virtual network into messages. */
final class NetworkEventMessages {
    private NetworkEventMessages() {}

    /** The id of the event a happening is ({@code virNetworkEventID}). */
    static int id(Happening happening) {
        return switch (happening) {
            case Lifecycle _ -> 0;
            case MetadataChange _ -> 1;
        };
    }

    /** The message, with the number of a registration. */
    static RemoteEvent message(NetworkEvent event, int number) {
        var network = new NetworkRef(event.network().name(), event.network().uuid());
        return switch (event.happening()) {
            case Lifecycle(var change) -> new RemoteNetworkEventLifecycleMsg(number, network, change.number(), 0);
            case MetadataChange(var type, var namespace) ->
                new RemoteNetworkEventCallbackMetadataChangeMsg(number, network, type, namespace.orElse(null));
        };
    }
}
