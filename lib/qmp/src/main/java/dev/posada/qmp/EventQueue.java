package dev.posada.qmp;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Events between the thread that reads them and the listener's.
 *
 * <p>The reader must never wait for the listener, who may itself wait for a reply; and a guest must not fill our memory by
 * making QEMU report the same thing over and over. So a full queue loses events: the oldest one of the kind that is there most
 * often. What happens rarely, a shutdown among ten thousand disk errors, is never lost.
 */
final class EventQueue {
    private static final System.Logger LOG = System.getLogger("posada.qmp");

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<QmpEvent> events = new ArrayDeque<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private long lost;
    private @Nullable QmpException end;

    /** What the listener hears next. */
    sealed interface Item {
        record Happened(QmpEvent event) implements Item {}

        record Ended(QmpException reason) implements Item {}
    }

    EventQueue(int capacity) {
        this.capacity = capacity;
    }

    void add(QmpEvent event) {
        lock.lock();
        try {
            if (events.size() == capacity) {
                dropOne();
            }
            events.add(event);
            counts.merge(event.name(), 1, Integer::sum);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing comes after what is queued now. */
    void end(QmpException reason) {
        lock.lock();
        try {
            end = reason;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The next event, waiting for it; after the last one the end, again and again. */
    Item take() {
        lock.lock();
        try {
            while (true) {
                var event = events.poll();
                if (event != null) {
                    counts.merge(event.name(), -1, EventQueue::sumOrNothing);
                    return new Item.Happened(event);
                }
                if (end != null) {
                    return new Item.Ended(end);
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void dropOne() {
        String most = "";
        int count = 0;
        for (var entry : counts.entrySet()) {
            if (entry.getValue() > count) {
                most = entry.getKey();
                count = entry.getValue();
            }
        }
        for (Iterator<QmpEvent> each = events.iterator(); each.hasNext(); ) {
            if (each.next().name().equals(most)) {
                each.remove();
                break;
            }
        }
        counts.merge(most, -1, EventQueue::sumOrNothing);
        lost++;
        // Powers of two, so that a flood does not go on in the log.
        if (Long.bitCount(lost) == 1) {
            LOG.log(
                    Level.WARNING,
                    "a listener is too slow for its monitor: {0} events lost, the last one {1}",
                    lost,
                    most);
        }
    }

    private static @Nullable Integer sumOrNothing(Integer a, Integer b) {
        int sum = a + b;
        return sum == 0 ? null : sum;
    }
}
