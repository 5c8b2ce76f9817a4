package dev.posada.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A listener's place in the flow of events: a bounded queue and a thread of its own that calls the listener.
 *
 * <p>A listener may take its time and may call the connection. When its queue is full, further events are dropped and
 * counted; a listener for whom that matters compares {@link #lostEvents()} with what it saw last and looks at the
 * domains afresh. What a listener throws goes to its thread's uncaught exception handler, and the next event follows.
 *
 * <p>The subscription ends with {@link #close}, which drops what waits, or with its connection, after what waits was
 * delivered.
 */
public final class EventSubscription implements AutoCloseable {

    private final int queueLength;
    private final Consumer<EventSubscription> cancellation;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Object> queue = new ArrayDeque<>();
    private long lostEvents;
    private boolean ended;
    private boolean closed;

    private EventSubscription(int queueLength, Consumer<EventSubscription> cancellation) {
        this.queueLength = queueLength;
        this.cancellation = cancellation;
    }

    /**
     * Starts the listener's thread.
     *
     * @param cancellation what ends the flow of events when the subscriber has enough
     */
    static EventSubscription start(
            int queueLength, Consumer<EventSubscription> cancellation, Consumer<Object> listener) {
        var subscription = new EventSubscription(queueLength, cancellation);
        Thread.ofVirtual().name("posada-client-events").start(() -> subscription.deliver(listener));
        return subscription;
    }

    /** How many events were dropped because the listener was behind. */
    public long lostEvents() {
        lock.lock();
        try {
            return lostEvents;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the subscription; events that wait are dropped. Does not wait for a listener that is running. A second
     * close does nothing.
     *
     * @throws dev.posada.model.PosadaException when the daemon could not be told although the connection lives
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            ended = true;
            queue.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
        cancellation.accept(this);
    }

    /** Takes an event; called by the connection's reader, never waits for the listener. */
    void offer(Object event) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            if (queue.size() < queueLength) {
                queue.addLast(event);
                changed.signal();
            } else {
                lostEvents++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets the waiting events be delivered and ends then; called when the connection is lost. */
    void finish() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Consumer<Object> listener) {
        for (var event = next(); event.isPresent(); event = next()) {
            try {
                listener.accept(event.get());
            } catch (RuntimeException | Error e) {
                Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), e);
            }
        }
    }

    private Optional<Object> next() {
        lock.lock();
        try {
            while (queue.isEmpty() && !ended) {
                changed.awaitUninterruptibly();
            }
            return Optional.ofNullable(queue.pollFirst());
        } finally {
            lock.unlock();
        }
    }
}
