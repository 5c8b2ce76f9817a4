package dev.posada.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Hands events to subscriptions; publishing never blocks. */
final class EventBus<E> {
    private final List<Subscription<E>> subscriptions = new CopyOnWriteArrayList<>();

    void publish(E event) {
        for (var subscription : subscriptions) {
            subscription.offer(event);
        }
    }

    Subscription<E> subscribe(Predicate<E> wanted, EventSink<E> sink, Consumer<Subscription<E>> whenClosed) {
        return subscribe(List.of(this), wanted, sink, whenClosed);
    }

    /** One subscription for what is published by all of several; what one of them publishes keeps its order. */
    static <E> Subscription<E> subscribe(
            List<EventBus<E>> buses, Predicate<E> wanted, EventSink<E> sink, Consumer<Subscription<E>> whenClosed) {
        var subscription = new Subscription<>(wanted, sink, closed -> {
            buses.forEach(bus -> bus.subscriptions.remove(closed));
            whenClosed.accept(closed);
        });
        buses.forEach(bus -> bus.subscriptions.add(subscription));
        return subscription;
    }
}
