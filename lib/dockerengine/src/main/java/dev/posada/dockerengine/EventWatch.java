package dev.posada.dockerengine;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows an engine's events on a thread of its own, connecting again for as long as it is open. An engine keeps the events of
 * its last moments: each connection asks for those from just before it, so that nothing falls between being connected and being
 * listened to.
 */
public final class EventWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.dockerengine");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final DockerEngine engine;
    private final EngineWatcher watcher;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Exchange current;

    EventWatch(DockerEngine engine, EngineWatcher watcher) {
        this.engine = engine;
        this.watcher = watcher;
        this.thread = Thread.ofVirtual().name("engine-events").start(this::follow);
    }

    /** Ends it; nothing is told once this has returned, unless called from within the watcher. */
    @Override
    public void close() {
        closed.countDown();
        var exchange = current;
        if (exchange != null) {
            exchange.close();
        }
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        var pause = FIRST_PAUSE;
        boolean known = false;
        boolean there = false;
        while (closed.getCount() > 0) {
            var heard = new boolean[1];
            String why;
            try {
                connection(() -> heard[0] = true);
                why = "the engine at " + engine.socket() + " ended its events";
            } catch (EngineException e) {
                why = e.getMessage();
            } catch (RuntimeException e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "an event of the engine at " + engine.socket() + " was not taken",
                        e);
                why = "an event was not taken: " + e.getMessage();
            }
            if (closed.getCount() == 0) {
                return;
            }
            there |= heard[0];
            if (there || !known) {
                watcher.lost(why);
            }
            known = true;
            there = false;
            pause = heard[0] ? FIRST_PAUSE : pause.multipliedBy(2);
            if (pause.compareTo(LONGEST_PAUSE) > 0) {
                pause = LONGEST_PAUSE;
            }
            if (closedWithin(pause)) {
                return;
            }
        }
    }

    private void connection(Runnable connected) {
        var from = Instant.now();
        try (var exchange = engine.exchange("following events", DockerEngine.PATIENCE)) {
            current = exchange;
            if (closed.getCount() == 0) {
                return;
            }
            var head = exchange.expectSuccess(exchange.ask("GET", "/events?since=" + seconds(from), Map.of(), null));
            exchange.withoutDeadline();
            connected.run();
            watcher.back();
            try (var events = EngineJson.lines(head.body(exchange.input()))) {
                while (closed.getCount() > 0 && events.hasNextValue()) {
                    watcher.event(EngineEvent.of(events.nextValue()));
                }
            } catch (IOException e) {
                throw exchange.broken(e);
            }
        }
    }

    private boolean closedWithin(Duration pause) {
        try {
            return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** A moment as requests have it. */
    static String seconds(Instant moment) {
        return String.format(Locale.ROOT, "%d.%09d", moment.getEpochSecond(), moment.getNano());
    }
}
