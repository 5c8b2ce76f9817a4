package dev.posada.client;

import dev.posada.model.DomainEvent;
import dev.posada.model.PosadaException;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.Frame;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.QemuEvent;
import dev.posada.protocol.QemuProcedure;
import dev.posada.protocol.RemoteConnectDomainEventCallbackDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectDomainEventCallbackRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectDomainEventCallbackRegisterAnyRet;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.XdrMessage;
import dev.posada.xdr.XdrException;
import dev.posada.xdr.XdrReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Brings events to their subscribers.
 *
 * <p>The daemon takes each event only once per connection and object, so subscribers who want the same share one
 * registration. The reader finds them by the registration's number, which it notes itself when the reply to the
 * registration passes: the first event may be the very next message.
 *
 * <p>{@code changing} puts changes of subscriptions in order, and is held while the daemon is told; the reader never
 * takes it.
 */
final class EventHub {

    /** What the daemon is asked for: an event of all domains, or of one. */
    private record Key(DomainEventType type, Optional<UUID> domain) {}

    private static final class Registration {
        private final List<EventSubscription> subscribers = new CopyOnWriteArrayList<>();
        private volatile int callbackId;
    }

    private final ReentrantLock changing = new ReentrantLock();
    private final Map<Key, Registration> registrations = new HashMap<>();
    private final Map<Integer, Registration> byCallbackId = new ConcurrentHashMap<>();
    private final List<EventSubscription> rawSubscribers = new CopyOnWriteArrayList<>();
    private final int queueLength;

    private final PoolEventHub pools;

    EventHub(int queueLength) {
        this.queueLength = queueLength;
        this.pools = new PoolEventHub(queueLength);
    }

    /** Events of storage pools. */
    PoolEventHub pools() {
        return pools;
    }

    /** Subscribes to events of all domains or of one. */
    EventSubscription subscribe(
            Link link, Set<DomainEventType> types, Optional<DomainRef> domain, Consumer<DomainEvent> listener) {
        var keys = types.stream()
                .map(type -> new Key(type, domain.map(DomainRef::uuid)))
                .toList();
        EventSubscription subscription = EventSubscription.start(
                queueLength, leaving -> leave(link, keys, leaving), event -> listener.accept((DomainEvent) event));
        link.onLoss(_ -> subscription.finish());
        try {
            join(link, keys, domain, subscription);
        } catch (RuntimeException e) {
            subscription.close();
            throw e;
        }
        return subscription;
    }

    /** Subscribes to every event message that arrives, whoever asked for it. */
    EventSubscription subscribeMessages(Link link, Consumer<XdrMessage> listener) {
        EventSubscription subscription = EventSubscription.start(
                queueLength, rawSubscribers::remove, event -> listener.accept((XdrMessage) event));
        rawSubscribers.add(subscription);
        link.onLoss(_ -> subscription.finish());
        return subscription;
    }

    /** Takes an event message; called by the reader. */
    void receive(Frame frame) {
        try {
            Optional<? extends XdrMessage> message = decode(frame);
            message.ifPresent(event -> rawSubscribers.forEach(subscriber -> subscriber.offer(event)));
            var remote = message.filter(RemoteEvent.class::isInstance).map(RemoteEvent.class::cast);
            remote.flatMap(DomainEvents::decode).ifPresent(this::deliver);
            remote.ifPresent(pools::receive);
        } catch (XdrException e) {
            Log.CLIENT.log(System.Logger.Level.WARNING, "dropped an event that cannot be decoded: {0}", e.getMessage());
        }
    }

    private static Optional<? extends XdrMessage> decode(Frame frame) {
        return frame.header().knownProcedure().flatMap(procedure -> switch (procedure) {
            case RemoteProcedure remote
            when isEvent(remote.traits().kind()) -> Optional.of(RemoteEvent.decode(remote, frame.reader()));
            case QemuProcedure qemu
            when isEvent(qemu.traits().kind()) -> Optional.of(QemuEvent.decode(qemu, frame.reader()));
            default -> Optional.empty();
        });
    }

    private static boolean isEvent(Procedure.Kind kind) {
        return kind == Procedure.Kind.EVENT;
    }

    private void deliver(DomainEvents.Numbered numbered) {
        Registration registration = byCallbackId.get(numbered.callbackId());
        if (registration != null) {
            registration.subscribers.forEach(subscriber -> subscriber.offer(numbered.event()));
        }
    }

    private void join(Link link, List<Key> keys, Optional<DomainRef> domain, EventSubscription subscription) {
        changing.lock();
        try {
            for (Key key : keys) {
                Registration existing = registrations.get(key);
                if (existing != null) {
                    existing.subscribers.add(subscription);
                } else {
                    var fresh = new Registration();
                    fresh.subscribers.add(subscription);
                    link.callAndNote(
                            RemoteProcedure.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY,
                            new RemoteConnectDomainEventCallbackRegisterAnyArgs(
                                    key.type().id(), domain.orElse(null)),
                            reply -> note(fresh, reply));
                    registrations.put(key, fresh);
                }
            }
        } finally {
            changing.unlock();
        }
    }

    private void note(Registration registration, XdrReader reply) {
        registration.callbackId =
                RemoteConnectDomainEventCallbackRegisterAnyRet.decode(reply).callbackId();
        byCallbackId.put(registration.callbackId, registration);
    }

    private void leave(Link link, List<Key> keys, EventSubscription subscription) {
        changing.lock();
        try {
            for (Key key : keys) {
                Registration registration = registrations.get(key);
                if (registration != null
                        && registration.subscribers.remove(subscription)
                        && registration.subscribers.isEmpty()) {
                    registrations.remove(key);
                    byCallbackId.remove(registration.callbackId);
                    deregister(link, registration);
                }
            }
        } finally {
            changing.unlock();
        }
    }

    private static void deregister(Link link, Registration registration) {
        try {
            link.call(
                    RemoteProcedure.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY,
                    new RemoteConnectDomainEventCallbackDeregisterAnyArgs(registration.callbackId));
        } catch (PosadaException e) {
            if (link.isAlive()) {
                throw e;
            }
        }
    }
}
