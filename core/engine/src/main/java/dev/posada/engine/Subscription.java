package dev.posada.engine;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A standing wish to hear of events; closing ends it, and closing twice is closing once.
 *
 * @param <E> what happens
 */
public final class Subscription<E> implements AutoCloseable {
    /** How many events may wait for a sink. */
    public static final int QUEUE_LIMIT = 4096;

    private final Predicate<E> wanted;
    private final EventSink<E> sink;
    private final Consumer<Subscription<E>> whenClosed;
    // An empty entry wakes the thread when the subscription is closed. It is not interrupted: a sink may be in the
    // middle of a write, and an interrupt would close the sink's channel.
    private final BlockingQueue<Optional<E>> waiting = new LinkedBlockingQueue<>(QUEUE_LIMIT);
    private final AtomicLong lost = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    Subscription(Predicate<E> wanted, EventSink<E> sink, Consumer<Subscription<E>> whenClosed) {
        this.wanted = wanted;
        this.sink = sink;
        this.whenClosed = whenClosed;
        Thread.ofVirtual().name("events").start(this::deliver);
    }

    /** Queues an event that concerns this subscription; one for which there is no room is counted as lost. */
    void offer(E event) {
        if (closed.get() || !wanted.test(event)) {
            return;
        }
        // Once events are missing none may follow before the sink knows of the gap.
        if (lost.get() > 0 || !waiting.offer(Optional.of(event))) {
            lost.incrementAndGet();
        }
    }

    /** Ends the subscription; a delivery under way is not waited for, and none follows it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            waiting.clear();
            waiting.offer(Optional.empty());
            whenClosed.accept(this);
        }
    }

    private void deliver() {
        try {
            while (!closed.get()) {
                var event = waiting.take();
                if (!closed.get()) {
                    event.ifPresent(sink::event);
                }
                if (waiting.isEmpty() && lost.get() > 0 && !closed.get()) {
                    sink.lost(lost.getAndSet(0));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            close(); // a sink that throws is not told anything more
        }
    }
}
