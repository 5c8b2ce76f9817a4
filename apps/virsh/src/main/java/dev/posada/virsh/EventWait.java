package dev.posada.virsh;

import dev.posada.client.EventSubscription;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Waits for events and prints them: one, or all until the time is over or the user has had enough.
 *
 * <p>Subscriptions hand events over on threads of their own; the command's thread prints them.
 */
final class EventWait {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSxx", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** A subscriber that does not keep up loses the newest in the client library; more need not wait here. */
    private static final int MOST_WAITING = 65_536;

    /** What came: the lines to print and the same as values; or why nothing more will. */
    private record Arrival(Kind kind, String text, Map<String, Object> json, Instant time) {
        private enum Kind {
            EVENT,
            INTERRUPT,
            LOSS
        }

        private static Arrival end(Kind kind) {
            return new Arrival(kind, "", Map.of(), Instant.EPOCH);
        }
    }

    private final Call call;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>(MOST_WAITING);

    /** Set and read by the command's thread alone. */
    private boolean lost;

    EventWait(Call call) {
        this.call = call;
    }

    /** Takes what is to be printed of an event; safe to be called by any thread. */
    void arrived(String text, Map<String, Object> json) {
        // Full: the user sees tens of thousands already, and a terminal that is not read must not fill the memory.
        boolean kept = arrivals.offer(new Arrival(Arrival.Kind.EVENT, text, json, Instant.now()));
        assert kept || arrivals.remainingCapacity() == 0;
    }

    /**
     * Subscribes, waits and prints.
     *
     * @param subscriptions made in the order given, each told of this
     * @throws CommandException without a word when nothing came
     */
    void run(List<Function<EventWait, EventSubscription>> subscriptions) {
        var timeout = call.timeout();
        var open = new ArrayList<EventSubscription>();
        int received = 0;
        call.connection().onClose(_ -> end(Arrival.Kind.LOSS));
        try (var _ = call.session().console().cancellation().heed(() -> end(Arrival.Kind.INTERRUPT))) {
            for (var subscription : subscriptions) {
                open.add(subscription.apply(this));
            }
            received = printAll(timeout);
        } finally {
            open.forEach(EventSubscription::close);
        }
        if (!call.json()) {
            call.print("events received: " + received + "\n");
        }
        if (lost) {
            throw new CommandException("internal error: client socket is closed");
        }
        if (received == 0) {
            throw CommandException.silent();
        }
    }

    /** Events that wait to be printed are dropped: whoever interrupts wants no more of them. */
    private void end(Arrival.Kind kind) {
        if (kind == Arrival.Kind.INTERRUPT) {
            arrivals.clear();
        }
        boolean told = arrivals.offer(Arrival.end(kind));
        assert told || arrivals.remainingCapacity() == 0;
    }

    private int printAll(Optional<Duration> timeout) {
        long deadline = System.nanoTime() + timeout.map(Duration::toNanos).orElse(Long.MAX_VALUE / 2);
        int received = 0;
        while (true) {
            var arrival = next(deadline - System.nanoTime());
            if (arrival.isEmpty()) {
                say("event loop timed out");
                return received;
            }
            switch (arrival.get().kind()) {
                case INTERRUPT -> {
                    say("event loop interrupted");
                    return received;
                }
                case LOSS -> {
                    lost = true;
                    return received;
                }
                case EVENT -> {
                    received++;
                    print(arrival.get());
                    if (!call.has("loop")) {
                        return received;
                    }
                }
            }
        }
    }

    private void say(String line) {
        if (!call.json()) {
            call.println(line);
        }
    }

    private void print(Arrival arrival) {
        if (call.json()) {
            var object = new LinkedHashMap<String, Object>();
            object.put("time", arrival.time().toString());
            object.putAll(arrival.json());
            call.printJson(object);
        } else {
            call.print((call.has("timestamp") ? TIME.format(arrival.time()) + ": " : "") + arrival.text() + "\n");
        }
        call.session().console().out().flush();
    }

    private Optional<Arrival> next(long nanos) {
        try {
            return Optional.ofNullable(arrivals.poll(nanos, TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
