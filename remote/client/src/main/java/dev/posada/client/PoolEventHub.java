package dev.posada.client;

import dev.posada.model.PoolChange;
import dev.posada.model.PoolEvent;
import dev.posada.model.PoolIdentity;
import dev.posada.model.PosadaException;
import dev.posada.protocol.RemoteConnectStoragePoolEventDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectStoragePoolEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectStoragePoolEventRegisterAnyRet;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.RemoteStoragePoolEventLifecycleMsg;
import dev.posada.protocol.RemoteStoragePoolEventRefreshMsg;
import dev.posada.protocol.StoragePoolRef;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Brings events of storage pools to their subscribers. The daemon is asked for all of them when the first comes, and no
 * longer when the last has gone; registrations have numbers of their own, apart from those of domains' events.
 *
 * <p>{@code changing} puts changes of subscriptions in order, and is held while the daemon is told; the reader never
 * takes it.
 */
final class PoolEventHub {
    /** Lifecycle and refresh ({@code virStoragePoolEventID}). */
    private static final List<Integer> EVENT_IDS = List.of(0, 1);

    private final ReentrantLock changing = new ReentrantLock();
    private final List<EventSubscription> subscribers = new CopyOnWriteArrayList<>();
    private final Set<Integer> registrations = ConcurrentHashMap.newKeySet();
    private final int queueLength;

    PoolEventHub(int queueLength) {
        this.queueLength = queueLength;
    }

    EventSubscription subscribe(Link link, Consumer<PoolEvent> listener) {
        EventSubscription subscription = EventSubscription.start(
                queueLength, leaving -> leave(link, leaving), event -> listener.accept((PoolEvent) event));
        link.onLoss(_ -> subscription.finish());
        try {
            join(link, subscription);
        } catch (RuntimeException e) {
            subscription.close();
            throw e;
        }
        return subscription;
    }

    /** Takes an event message, of whatever kind; called by the reader. */
    void receive(RemoteEvent message) {
        switch (message) {
            case RemoteStoragePoolEventLifecycleMsg m ->
                deliver(m.callbackId(), m.pool(), new PoolEvent.Lifecycle(PoolChange.of(m.event())));
            case RemoteStoragePoolEventRefreshMsg m -> deliver(m.callbackId(), m.pool(), new PoolEvent.Refresh());
            default -> {
                // About something else.
            }
        }
    }

    private void deliver(int callbackId, StoragePoolRef pool, PoolEvent.Happening happening) {
        if (registrations.contains(callbackId)) {
            var event = new PoolEvent(new PoolIdentity(pool.name(), pool.uuid()), happening);
            subscribers.forEach(subscriber -> subscriber.offer(event));
        }
    }

    private void join(Link link, EventSubscription subscription) {
        changing.lock();
        try {
            subscribers.add(subscription);
            if (registrations.isEmpty()) {
                for (int id : EVENT_IDS) {
                    // The reader notes the number itself: the first event may be the very next message.
                    link.callAndNote(
                            RemoteProcedure.CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY,
                            new RemoteConnectStoragePoolEventRegisterAnyArgs(id, null),
                            reply -> registrations.add(RemoteConnectStoragePoolEventRegisterAnyRet.decode(reply)
                                    .callbackId()));
                }
            }
        } finally {
            changing.unlock();
        }
    }

    private void leave(Link link, EventSubscription subscription) {
        changing.lock();
        try {
            if (subscribers.remove(subscription) && subscribers.isEmpty()) {
                var numbers = List.copyOf(registrations);
                registrations.clear();
                for (int number : numbers) {
                    deregister(link, number);
                }
            }
        } finally {
            changing.unlock();
        }
    }

    private static void deregister(Link link, int number) {
        try {
            link.call(
                    RemoteProcedure.CONNECT_STORAGE_POOL_EVENT_DEREGISTER_ANY,
                    new RemoteConnectStoragePoolEventDeregisterAnyArgs(number));
        } catch (PosadaException e) {
            if (link.isAlive()) {
                throw e;
            }
        }
    }
}
