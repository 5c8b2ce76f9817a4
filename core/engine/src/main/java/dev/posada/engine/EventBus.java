package dev.posada.engine;

import dev.posada.model.DomainEvent;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Hands events to subscriptions; publishing never blocks. */
final class EventBus {
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    void publish(DomainEvent event) {
        for (var subscription : subscriptions) {
            subscription.offer(event);
        }
    }

    Subscription subscribe(Optional<UUID> domain, EventSink sink, Consumer<Subscription> whenClosed) {
        var subscription = new Subscription(domain, sink, closed -> {
            subscriptions.remove(closed);
            whenClosed.accept(closed);
        });
        subscriptions.add(subscription);
        return subscription;
    }
}
