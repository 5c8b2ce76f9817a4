package dev.posada.server;

import dev.posada.engine.Connection;
import dev.posada.engine.EventSink;
import dev.posada.engine.Subscription;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainEvent.MonitorEvent;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NodeDeviceEvent;
import dev.posada.model.PoolEvent;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretEvent;
import dev.posada.protocol.QemuDomainMonitorEventMsg;
import dev.posada.protocol.QemuEvent;
import dev.posada.protocol.RemoteEvent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The events one client wants to hear of.
 *
 * <p>Each registration has a number, counted per class of objects from 0 and never used again. The events of a class come
 * from one subscription at the engine, which exists while there is a registration for them, and are sorted here. Networks,
 * node devices and secrets have no events yet: registering for them works, and nothing comes.
 *
 * <p>An event is held back until the reply that told the registration's number is on its way, because clients throw
 * away events of numbers they do not know.
 *
 * <p>{@code this} guards the lists; it is not held while sending or while the engine is asked.
 */
final class Registrations implements AutoCloseable {
    /** Registrations of one client; libvirt's own clients make at most one per event and domain. */
    static final int REGISTRATIONS_MAX = 4096;

    /** What takes events: the connection to the client. */
    interface Receiver {
        /** Sends an event, waiting for the client to read if need be. */
        void send(RemoteEvent event);

        /** Sends an event of the program for QEMU alone. */
        void send(QemuEvent event);

        /** The client is so far behind that events were lost. */
        void lost(long count);
    }

    /**
     * Something that happened, as far as registrations care.
     *
     * @param ids the events it is
     * @param object whom it concerns
     * @param messages makes the message for one of the ids and a registration's number
     */
    private record Occurrence(
            List<Integer> ids, String object, BiFunction<Integer, OptionalInt, RemoteEvent> messages) {
        static Occurrence of(DomainEvent event) {
            return new Occurrence(
                    DomainEventMessages.ids(event.happening()),
                    event.domain().uuid().toString(),
                    (id, number) -> DomainEventMessages.message(event, id, number));
        }

        static Occurrence of(PoolEvent event) {
            return new Occurrence(
                    List.of(PoolEventMessages.id(event.happening())),
                    event.pool().uuid().toString(),
                    (_, number) -> PoolEventMessages.message(event, number.orElseThrow()));
        }

        static Occurrence of(SecretEvent event) {
            return new Occurrence(
                    List.of(SecretEventMessages.id(event.happening())),
                    event.secret().uuid().toString(),
                    (_, number) -> SecretEventMessages.message(event, number.orElseThrow()));
        }

        static Occurrence of(NetworkEvent event) {
            return new Occurrence(
                    List.of(NetworkEventMessages.id(event.happening())),
                    event.network().uuid().toString(),
                    (_, number) -> NetworkEventMessages.message(event, number.orElseThrow()));
        }

        static Occurrence of(NodeDeviceEvent event) {
            return new Occurrence(
                    List.of(NodeDeviceEventMessages.id(event.happening())),
                    event.device(),
                    (_, number) -> NodeDeviceEventMessages.message(event, number.orElseThrow()));
        }
    }

    /** What tells a registration's second coming: what it is about, and for monitors' events what they are called. */
    private record Wish(int eventId, String object, MonitorWish names) {
        Wish(int eventId, String object) {
            this(eventId, object, MonitorWish.ALL);
        }
    }

    private record Registration(int callbackId, Wish wish, boolean numbered, CountDownLatch told) {}

    private final Receiver receiver;
    private final Map<EventClass, List<Registration>> lists = new EnumMap<>(EventClass.class);
    private final Map<EventClass, Integer> nextIds = new EnumMap<>(EventClass.class);
    private final Map<EventClass, Subscription<?>> subscriptions = new EnumMap<>(EventClass.class);
    private boolean closed;

    Registrations(Receiver receiver) {
        this.receiver = receiver;
        for (var objects : EventClass.values()) {
            lists.put(objects, List.of());
            nextIds.put(objects, 0);
        }
    }

    /** What a registration was given: its number, and what is to be run when the client knows the number. */
    record Registered(int callbackId, Runnable told) {}

    /**
     * Registers a client's wish.
     *
     * @param object the one object it is about, empty for all; domains by uuid, others by what names them
     * @param numbered whether events carry the registration's number
     * @throws PosadaException when there is no such event, or the wish was registered before
     */
    Registered register(Connection connection, EventClass objects, int eventId, String object, boolean numbered) {
        if (eventId < 0 || eventId >= objects.events()) {
            throw Failures.internal("unsupported event ID " + eventId);
        }
        return register(connection, objects, new Wish(eventId, object), numbered);
    }

    /** Registers a client's wish for what QEMU's monitors say themselves; of one domain, or of all for an empty uuid. */
    Registered registerMonitor(Connection connection, String domain, MonitorWish names) {
        return register(connection, EventClass.QEMU_MONITOR, new Wish(0, domain, names), true);
    }

    private Registered register(Connection connection, EventClass objects, Wish wish, boolean numbered) {
        Registration registration;
        boolean subscribe;
        synchronized (this) {
            var list = lists.getOrDefault(objects, List.of());
            if (list.stream().anyMatch(known -> known.wish.equals(wish))) {
                throw Failures.invalidArgument("event callback already tracked");
            }
            if (list.size() >= REGISTRATIONS_MAX) {
                throw Failures.internal("a client can have " + REGISTRATIONS_MAX + " event callbacks of a kind");
            }
            int callbackId = nextIds.merge(objects, 1, Integer::sum) - 1;
            registration = new Registration(callbackId, wish, numbered, new CountDownLatch(1));
            var longer = new ArrayList<>(list);
            longer.add(registration);
            lists.put(objects, List.copyOf(longer));
            subscribe = !subscriptions.containsKey(objects) && !closed;
        }
        if (subscribe) {
            try {
                subscribe(connection, objects);
            } catch (PosadaException e) {
                deregister(objects, registration);
                throw e;
            }
        }
        return new Registered(registration.callbackId, registration.told::countDown);
    }

    /**
     * Takes a registration back by its number.
     *
     * @throws PosadaException when there is none
     */
    void deregister(EventClass objects, int callbackId) {
        remove(
                objects,
                list -> list.removeIf(known -> known.callbackId == callbackId && known.numbered),
                objects.noun() + " event callback " + callbackId + " not registered");
    }

    /**
     * Takes back a registration without a number.
     *
     * @throws PosadaException when there is none
     */
    void deregisterEvent(int eventId) {
        remove(
                EventClass.DOMAIN,
                list -> list.removeIf(known -> known.wish.eventId == eventId && !known.numbered),
                "domain event " + eventId + " not registered");
    }

    /** Ends all registrations; those that come later have no effect. */
    @Override
    public void close() {
        List<Subscription<?>> ending;
        synchronized (this) {
            closed = true;
            lists.values().forEach(list -> list.forEach(known -> known.told.countDown()));
            lists.replaceAll((objects, list) -> List.of());
            ending = List.copyOf(subscriptions.values());
            subscriptions.clear();
        }
        ending.forEach(Subscription::close);
    }

    private synchronized void deregister(EventClass objects, Registration registration) {
        var shorter = new ArrayList<>(lists.getOrDefault(objects, List.of()));
        shorter.remove(registration);
        lists.put(objects, List.copyOf(shorter));
    }

    private interface Removal {
        boolean from(List<Registration> list);
    }

    private void remove(EventClass objects, Removal removal, String otherwise) {
        Subscription<?> ending = null;
        synchronized (this) {
            var shorter = new ArrayList<>(lists.getOrDefault(objects, List.of()));
            if (!removal.from(shorter)) {
                throw Failures.internal(otherwise);
            }
            lists.put(objects, List.copyOf(shorter));
            if (shorter.isEmpty()) {
                ending = subscriptions.remove(objects);
            }
        }
        if (ending != null) {
            ending.close();
        }
    }

    private void subscribe(Connection connection, EventClass objects) {
        var made = switch (objects) {
            case DOMAIN -> Optional.<Subscription<?>>of(connection.events().subscribe(sink(objects, Occurrence::of)));
            case STORAGE_POOL -> connection.poolEvents().map(events -> events.subscribe(sink(objects, Occurrence::of)));
            case QEMU_MONITOR ->
                Optional.<Subscription<?>>of(connection.events().subscribeToMonitors(monitorSink()));
            case SECRET -> connection.secretEvents().map(events -> events.subscribe(sink(objects, Occurrence::of)));
            case NETWORK -> connection.networkEvents().map(events -> events.subscribe(sink(objects, Occurrence::of)));
            case NODE_DEVICE ->
                connection.nodeDeviceEvents().map(events -> events.subscribe(sink(objects, Occurrence::of)));
        };
        if (made.isEmpty()) {
            return;
        }
        var fresh = made.get();
        boolean unwanted;
        synchronized (this) {
            unwanted = closed || subscriptions.containsKey(objects);
            if (!unwanted) {
                subscriptions.put(objects, fresh);
            }
        }
        if (unwanted) {
            fresh.close();
        }
    }

    private <E> EventSink<E> sink(EventClass objects, Function<E, Occurrence> reading) {
        return new EventSink<>() {
            @Override
            public void event(E event) {
                deliver(objects, reading.apply(event));
            }

            @Override
            public void lost(long count) {
                receiver.lost(count);
            }
        };
    }

    private EventSink<DomainEvent> monitorSink() {
        return new EventSink<>() {
            @Override
            public void event(DomainEvent event) {
                if (event.happening() instanceof MonitorEvent said) {
                    deliver(event, said);
                }
            }

            @Override
            public void lost(long count) {
                receiver.lost(count);
            }
        };
    }

    private void deliver(DomainEvent event, MonitorEvent said) {
        List<Registration> list;
        synchronized (this) {
            list = lists.getOrDefault(EventClass.QEMU_MONITOR, List.of());
        }
        var domain = event.domain().uuid().toString();
        for (var registration : list) {
            var wish = registration.wish;
            if ((wish.object.isEmpty() || wish.object.equals(domain)) && wish.names.admits(said.name())) {
                awaitUninterruptibly(registration.told);
                receiver.send(new QemuDomainMonitorEventMsg(
                        registration.callbackId,
                        Conversions.ref(event.domain()),
                        said.name(),
                        said.seconds(),
                        said.micros(),
                        said.details().isEmpty() ? null : said.details()));
            }
        }
    }

    private void deliver(EventClass objects, Occurrence event) {
        List<Registration> list;
        synchronized (this) {
            list = lists.getOrDefault(objects, List.of());
        }
        for (var registration : list) {
            var wish = registration.wish;
            if (event.ids().contains(wish.eventId) && (wish.object.isEmpty() || wish.object.equals(event.object()))) {
                awaitUninterruptibly(registration.told);
                receiver.send(event.messages()
                        .apply(
                                wish.eventId,
                                registration.numbered ? OptionalInt.of(registration.callbackId) : OptionalInt.empty()));
            }
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** For the tests: how many registrations there are of a class. */
    synchronized int count(EventClass objects) {
        return Optional.ofNullable(lists.get(objects)).map(List::size).orElse(0);
    }
}
