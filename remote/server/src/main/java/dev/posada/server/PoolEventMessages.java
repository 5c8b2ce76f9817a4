package dev.posada.server;

import dev.posada.model.PoolEvent;
import dev.posada.model.PoolEvent.Happening;
import dev.posada.model.PoolEvent.Lifecycle;
import dev.posada.model.PoolEvent.Refresh;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.RemoteStoragePoolEventLifecycleMsg;
import dev.posada.protocol.RemoteStoragePoolEventRefreshMsg;
import dev.posada.protocol.StoragePoolRef;

/** Turns what happened to a storage pool into messages. */
final class PoolEventMessages {
    private PoolEventMessages() {}

    /** The id of the event a happening is ({@code virStoragePoolEventID}). */
    static int id(Happening happening) {
        return switch (happening) {
            case Lifecycle _ -> 0;
            case Refresh _ -> 1;
        };
    }

    /** The message, with the number of a registration. */
    static RemoteEvent message(PoolEvent event, int number) {
        var pool = new StoragePoolRef(event.pool().name(), event.pool().uuid());
        return switch (event.happening()) {
            case Lifecycle(var change) -> new RemoteStoragePoolEventLifecycleMsg(number, pool, change.number(), 0);
            case Refresh _ -> new RemoteStoragePoolEventRefreshMsg(number, pool);
        };
    }
}
