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
        var subscription = new Subscription<>(wanted, sink, closed -> {
            subscriptions.remove(closed);
            whenClosed.accept(closed);
        });
        subscriptions.add(subscription);
        return subscription;
    }
}
