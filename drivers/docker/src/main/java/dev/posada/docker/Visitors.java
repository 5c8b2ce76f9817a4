package dev.posada.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.posada.dockerengine.EngineEvent;
import dev.posada.dockerengine.EngineException;
import dev.posada.driver.Arrivals;
import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Takes in the containers that others made, and notices what others do to those that do not run: one thing after the
 * other, on a thread of its own, since the engine of domains may have each wait for a job.
 *
 * <p>Too many events at once are not kept: everything is looked at instead.
 */
final class Visitors implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.docker");

    private static final int EVENTS_MAX = 1000;
    private static final Set<String> RUNS = Set.of("running", "paused", "restarting");

    private final Machinery machinery;
    private final Arrivals arrivals;
    private final Forgotten forgotten;
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>(EVENTS_MAX);
    private final AtomicBoolean sweepWanted = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean closed;

    Visitors(Machinery machinery, Arrivals arrivals) {
        this.machinery = machinery;
        this.arrivals = arrivals;
        this.forgotten = machinery.forgotten();
        this.thread = Thread.ofVirtual().name("docker-visitors").start(this::work);
    }

    /** Has everything looked at. */
    void sweep() {
        sweepWanted.set(true);
        var _ = tasks.offer(() -> {}); // a full queue means that the thread is awake
    }

    void heard(EngineEvent event) {
        if (Labels.foreign(event.attributes(), machinery.home())) {
            return;
        }
        if (!tasks.offer(() -> handle(event))) {
            sweepWanted.set(true);
        }
    }

    private void work() {
        while (!closed) {
            try {
                var task = tasks.take();
                if (sweepWanted.getAndSet(false)) {
                    attempt("the engine's containers cannot be looked at", this::lookAtAll);
                }
                attempt("an event of the engine was not taken", task);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void attempt(String what, Runnable task) {
        try {
            task.run();
        } catch (EngineException | PosadaException e) {
            if (!closed) {
                LOG.log(Level.WARNING, "{0}: {1}", what, e.getMessage());
            }
        }
    }

    private void handle(EngineEvent event) {
        var uuid = Labels.uuid(event.subject(), event.attributes());
        boolean ours = Labels.labelled(event.attributes()).isPresent();
        switch (event.action()) {
            case "create" -> {
                if (!ours) {
                    machinery.engine().containers().find(event.subject()).ifPresent(this::stands);
                }
            }
            case "start", "restart" -> {
                var before = machinery.roster().find(uuid);
                if (before.filter(domain -> !domain.state().ended()).isEmpty()) {
                    before.ifPresent(DockerDomain::awaitGone);
                    machinery.engine().containers().find(event.subject()).ifPresent(this::runs);
                }
            }
            case "destroy" -> {
                if (!ours) {
                    machinery.roster().find(uuid).ifPresent(DockerDomain::awaitGone);
                    arrivals.gone(uuid);
                }
            }
            case "rename" -> renamed(uuid, event);
            default -> {} // domains hear of it themselves
        }
    }

    private void renamed(UUID uuid, EngineEvent event) {
        boolean known =
                arrivals.known().stream().anyMatch(one -> one.identity().uuid().equals(uuid));
        // While a container is made anew, the old one has another name for a moment.
        var now = known
                        && machinery
                                .roster()
                                .find(uuid)
                                .filter(one -> one.container().isEmpty())
                                .isEmpty()
                ? machinery.engine().containers().find(event.subject())
                : Optional.<InspectContainerResponse>empty();
        now.map(ContainerStore::name)
                .filter(name -> name.equals(event.attribute("name").replaceFirst("^/", "")))
                .filter(name -> !ContainerStore.isPutAside(name))
                .ifPresent(name -> named(name, event.subject(), free -> arrivals.renamed(uuid, free)));
    }

    private void lookAtAll() {
        var there = new HashSet<UUID>();
        for (var container : machinery.engine().containers().all()) {
            var labels = Optional.ofNullable(container.getLabels()).orElse(Map.of());
            if (!Labels.foreign(labels, machinery.home())) {
                var uuid = Labels.uuid(container.getId(), labels);
                there.add(uuid);
                attempt(
                        "container " + ContainerStore.shortId(container.getId()),
                        () -> lookAt(container, uuid, labels));
            }
        }
        for (var known : arrivals.known()) {
            var uuid = known.identity().uuid();
            if (known.persistent()
                    && !known.active()
                    && !there.contains(uuid)
                    && arrivals.stored(uuid).filter(Visitors::wasFound).isPresent()) {
                attempt("domain " + known.identity().name(), () -> arrivals.gone(uuid));
            }
        }
    }

    private static boolean wasFound(DomainDefinition definition) {
        return Words.container(definition).child("docker:found").isPresent();
    }

    private void lookAt(Container container, UUID uuid, Map<String, String> labels) {
        boolean known =
                arrivals.known().stream().anyMatch(one -> one.identity().uuid().equals(uuid));
        boolean leftover = !known && "yes".equals(labels.get(Labels.TRANSIENT)) && !RUNS.contains(container.getState());
        var running = machinery.roster().find(uuid);
        if (known) {
            attempt(
                    "container " + ContainerStore.shortId(container.getId()),
                    () -> settleName(container, uuid, labels, running.isPresent()));
        }
        if (running.isPresent()) {
            return;
        }
        if (leftover || forgotten.holds(uuid)) {
            machinery.containers().remove(uuid);
            forgotten.remove(uuid);
            return;
        }
        if (RUNS.contains(container.getState())) {
            machinery.engine().containers().find(container.getId()).ifPresent(this::runs);
        } else if (!known) {
            machinery.engine().containers().find(container.getId()).ifPresent(this::stands);
        }
    }

    /**
     * A domain and its container were given different names while one of the two daemons was away. A domain of ours that
     * does not run can have been renamed here; whatever else was renamed there.
     */
    private void settleName(Container container, UUID uuid, Map<String, String> labels, boolean running) {
        var id = container.getId();
        var there = Optional.ofNullable(container.getNames()).stream()
                .flatMap(Arrays::stream)
                .map(name -> name.replaceFirst("^/", ""))
                .filter(name -> name.indexOf('/') < 0)
                .findFirst();
        var here = arrivals.known().stream()
                .filter(one -> one.identity().uuid().equals(uuid))
                .map(one -> one.identity().name())
                .findFirst();
        if (there.isEmpty()
                || here.isEmpty()
                || there.equals(here)
                || here.get().equals(suffixed(there.get(), id))) {
            return;
        }
        if (labels.containsKey(Labels.UUID_KEY) && !running) {
            machinery.engine().containers().rename(id, here.get());
        } else {
            named(there.get(), id, name -> arrivals.renamed(uuid, name));
        }
    }

    private static String suffixed(String name, String container) {
        return name + "-" + ContainerStore.shortId(container);
    }

    /** A container is there and does not run. */
    private void stands(InspectContainerResponse seen) {
        if (Boolean.TRUE.equals(seen.getHostConfig().getAutoRemove())) {
            return;
        }
        var uuid = Labels.uuid(seen.getId(), ContainerStore.labels(seen));
        named(
                ContainerStore.name(seen),
                seen.getId(),
                name -> arrivals.stopped(
                        FoundDefinition.of(seen, name, uuid, machinery.context().host())));
    }

    /** A container runs that nobody here has started. */
    private void runs(InspectContainerResponse seen) {
        if (!Sight.of(seen).running()) {
            stands(seen);
            return;
        }
        var uuid = Labels.uuid(seen.getId(), ContainerStore.labels(seen));
        boolean persistent = !Boolean.TRUE.equals(seen.getHostConfig().getAutoRemove());
        var stored = arrivals.stored(uuid);
        if (stored.isPresent()) {
            runs(stored.get(), seen, true);
        } else {
            named(
                    ContainerStore.name(seen),
                    seen.getId(),
                    name -> runs(
                            FoundDefinition.of(
                                    seen, name, uuid, machinery.context().host()),
                            seen,
                            persistent));
        }
    }

    private void runs(DomainDefinition definition, InspectContainerResponse seen, boolean persistent) {
        try {
            arrivals.running(definition, persistent, (id, listener, journal) -> {
                var domain =
                        new DockerDomain(machinery, LiveDefinition.of(definition, id), listener, journal, persistent);
                machinery.roster().add(definition.uuid(), domain);
                var now = machinery.engine().containers().find(seen.getId());
                if (now.filter(one -> Sight.of(one).running()).isEmpty()) {
                    domain.abandon();
                    throw Refusal.of(ErrorCode.OPERATION_INVALID, "it has ended already");
                }
                domain.take(now.get(), Optional.empty(), LifecycleChange.STARTED_BOOTED);
                return domain;
            });
            machinery.roster().find(definition.uuid()).ifPresent(domain -> domain.look(Optional.empty()));
        } catch (PosadaException e) {
            if (e.code() != ErrorCode.OPERATION_INVALID) {
                throw e;
            }
            LOG.log(Level.DEBUG, "container {0} is not taken over: {1}", definition.name(), e.getMessage());
        }
    }

    /** Tells of something by its name, or by another one when that is taken. */
    private static void named(String name, String container, Consumer<String> tell) {
        try {
            tell.accept(name);
        } catch (PosadaException e) {
            if (e.code() != ErrorCode.OPERATION_FAILED) {
                throw e;
            }
            tell.accept(suffixed(name, container));
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
