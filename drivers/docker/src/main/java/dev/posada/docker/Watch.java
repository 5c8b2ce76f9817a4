package dev.posada.docker;

import dev.posada.dockerengine.EngineEvent;
import dev.posada.dockerengine.EngineWatcher;
import dev.posada.dockerengine.EventWatch;
import dev.posada.driver.Arrivals;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hears of what happens in the engine and passes it on: to the domains whose containers it concerns, and to those who look
 * for containers of others. Where there is no engine, nothing is loaded or connected: its socket is looked for.
 */
final class Watch implements EngineWatcher, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.docker");

    /** How often one looks for the socket of an engine that is not installed, and for processes of one that is away. */
    private static final Duration SOCKET_PAUSE = Duration.ofSeconds(5);

    private static final Duration ABSENCE_PAUSE = Duration.ofSeconds(1);

    private static final Set<String> CONCERNING =
            Set.of("create", "start", "restart", "die", "kill", "oom", "pause", "unpause", "stop", "destroy", "rename");

    private final Machinery machinery;
    private final Visitors visitors;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable EventWatch events;
    private volatile Optional<CountDownLatch> absence = Optional.empty();

    Watch(Machinery machinery, Arrivals arrivals) {
        this.machinery = machinery;
        this.visitors = new Visitors(machinery, arrivals);
        this.thread = Thread.ofVirtual().name("docker-watch").start(this::begin);
    }

    private void begin() {
        while (!Files.exists(machinery.socket())) {
            if (within(closed, SOCKET_PAUSE)) {
                return;
            }
        }
        synchronized (this) {
            if (closed.getCount() > 0) {
                events = machinery.engine().watch(this);
            }
        }
    }

    @Override
    public void back() {
        var away = absence;
        absence = Optional.empty();
        if (away.isPresent()) {
            away.get().countDown();
            LOG.log(Level.INFO, "the engine at {0} answers again", machinery.socket());
        }
        machinery
                .roster()
                .all()
                .forEach(domain -> Thread.ofVirtual().name("docker-look").start(() -> domain.look(Optional.empty())));
        visitors.sweep();
    }

    @Override
    public void lost(String why) {
        if (closed.getCount() == 0) {
            return;
        }
        LOG.log(Level.WARNING, "the engine at {0} does not answer, and is looked for: {1}", machinery.socket(), why);
        var away = new CountDownLatch(1);
        absence = Optional.of(away);
        Thread.ofVirtual().name("docker-absence").start(() -> {
            do {
                machinery.roster().all().forEach(DockerDomain::withoutEngine);
            } while (!within(away, ABSENCE_PAUSE));
        });
    }

    @Override
    public void event(EngineEvent event) {
        if (!event.type().equals("container") || !CONCERNING.contains(event.action())) {
            return;
        }
        machinery.roster().ofContainer(event.subject()).ifPresent(domain -> domain.heard(event));
        visitors.heard(event);
    }

    private static boolean within(CountDownLatch latch, Duration patience) {
        try {
            return latch.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        EventWatch watching;
        synchronized (this) {
            watching = events;
        }
        if (watching != null) {
            watching.close();
        }
        absence.ifPresent(CountDownLatch::countDown);
        visitors.close();
        thread.interrupt();
    }
}
