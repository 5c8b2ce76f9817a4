package dev.posada.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.posada.dockerengine.EngineEvent;
import dev.posada.dockerengine.EngineException;
import dev.posada.driver.InstanceState;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A domain whose container runs, or is about to run again.
 *
 * <p>What becomes of the container is found out by looking at it: whatever is heard of it, by an event or because a call
 * failed, leads to {@link #look}, which compares what is with what was told last. {@code acting} is held while the
 * container is changed or looked at together with the telling of it, so that a change of our own is never mistaken for
 * somebody else's. {@link #destroy} alone kills without it.
 */
final class DockerDomain implements LiveDomain {
    private static final System.Logger LOG = System.getLogger("posada.docker");

    /** How long a killed container may take to be gone. */
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(30);

    /** How long a graceful end is waited for. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** A run shorter than this is followed by a pause, twice as long each time, up to the longest. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    static final String TERMINATE = "TERM";

    private final Machinery machinery;
    private final InstanceState state;
    private final Consumer<Element> writer;
    private final List<Object> parts;
    private final Streams streams;
    private final ContainerLinks links;
    private final ReentrantLock acting = new ReentrantLock();
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile String container = "";
    private volatile Optional<Sight> run = Optional.empty();
    private volatile boolean kept;
    private volatile boolean complete;
    private volatile boolean destroying;
    private volatile boolean stopping;
    private volatile boolean rebooting;
    private volatile boolean released;
    private volatile boolean outOfMemory;

    /** Whether its process was seen on this host, so that its absence means something. */
    private volatile boolean onThisHost;

    private volatile Optional<String> killer = Optional.empty();

    /** The status the engine told of when the run ended. */
    private volatile Optional<String> died = Optional.empty();

    private Duration pause = FIRST_PAUSE;

    /**
     * A domain that is not told of yet.
     *
     * @param live with its number
     * @param writer takes the journal
     * @param kept whether its container stays when it ends
     */
    DockerDomain(
            Machinery machinery, DomainDefinition live, LiveListener listener, Consumer<Element> writer, boolean kept) {
        this.machinery = machinery;
        this.state = new InstanceState(live, listener);
        this.writer = writer;
        this.kept = kept;
        this.streams = new Streams(machinery, this);
        this.links = new ContainerLinks(machinery, state);
        this.parts = List.of(
                streams,
                new ContainerOrders(machinery, this, state),
                new ContainerTuning(machinery, this, state),
                new ContainerInterfaces(machinery, this, state, links),
                new Usage(machinery, this, state),
                new Namespaces(machinery, this));
    }

    /** The id of its container; empty while there is none. */
    String container() {
        return container;
    }

    /** The run it is in, as last seen. */
    Optional<Sight> run() {
        return run;
    }

    InstanceState state() {
        return state;
    }

    @Override
    public DomainDefinition definition() {
        return state.definition();
    }

    @Override
    public List<Object> parts() {
        return parts;
    }

    /** Takes the container it will be, before it is started. */
    void is(String id) {
        container = id;
        journal();
    }

    private void journal() {
        var now = run;
        writer.accept(new Journal(
                        container,
                        now.map(Sight::started).orElse(""),
                        now.map(Sight::pid).orElse(0L),
                        kept,
                        complete)
                .element());
    }

    /** Whether the container stays; changes when a definition is stored or forgotten while the domain runs. */
    void keep(boolean stays) {
        kept = stays;
        journal();
    }

    /** Starts the container it is and tells of it. */
    void start(boolean paused) {
        acting.lock();
        try {
            var now = begin();
            if (paused && now.running()) {
                machinery.engine().containers().pause(container);
            }
            complete = true;
            journal();
            if (paused) {
                state.announce(
                        DomainStatus.PAUSED_USER, LifecycleChange.STARTED_BOOTED, LifecycleChange.SUSPENDED_PAUSED);
            } else {
                state.announce(DomainStatus.RUNNING_BOOTED, LifecycleChange.STARTED_BOOTED);
            }
            if (!now.running()) {
                judge(now);
            }
        } finally {
            acting.unlock();
        }
    }

    /** Starts the program; the run is known when this returns. */
    Sight begin() {
        machinery.engine().containers().start(container);
        var now = Sight.of(machinery.engine().containers().inspect(container));
        entered(now);
        return now;
    }

    private void entered(Sight now) {
        run = Optional.of(now);
        outOfMemory = false;
        killer = Optional.empty();
        died = Optional.empty();
        stopping = false;
        rebooting = false;
        onThisHost = machinery.isOf(now.pid(), container);
        if (now.running()) {
            links.plug(now.pid());
        }
        journal();
    }

    /**
     * Tells of a container that runs already.
     *
     * @param status what it was told to be last, when that was before this daemon
     */
    void take(InspectContainerResponse seen, Optional<DomainStatus> status, LifecycleChange... steps) {
        acting.lock();
        try {
            var now = Sight.of(seen);
            container = now.id();
            run = Optional.of(now);
            complete = true;
            onThisHost = machinery.isOf(now.pid(), container);
            journal();
            links.adopt(now.pid());
            var running =
                    status.filter(last -> last.state() == DomainState.RUNNING).orElse(DomainStatus.RUNNING_BOOTED);
            state.announce(now.paused() ? DomainStatus.PAUSED_USER : running, steps);
            if (now.paused() && steps.length > 0) {
                state.enter(DomainStatus.PAUSED_USER, Optional.of(LifecycleChange.SUSPENDED_PAUSED));
            }
        } finally {
            acting.unlock();
        }
    }

    /** Tells of a container nobody can look at now; its process is there. */
    void takeUnseen(Journal journal, DomainStatus status) {
        container = journal.container();
        complete = true;
        onThisHost = true;
        run = Optional.of(
                new Sight(journal.container(), true, false, false, journal.pid(), journal.started(), 0, false, ""));
        state.announce(status);
    }

    /** Tells how a run that nobody watched ended, and does what is to follow. */
    void catchUp(InspectContainerResponse seen, DomainStatus last) {
        acting.lock();
        try {
            var now = Sight.of(seen);
            container = now.id();
            run = Optional.of(now);
            complete = true;
            // One that was about to be begun anew is looked at as if it had just ended.
            boolean preserved = state.definition().onCrash().equals("preserve")
                    || state.definition().onPoweroff().equals("preserve");
            boolean waited = last.state() == DomainState.CRASHED || last.state() == DomainState.SHUTDOWN;
            state.announce(waited && !preserved ? DomainStatus.RUNNING_UNKNOWN : last);
            judge(now);
        } finally {
            acting.unlock();
        }
    }

    /** Something was heard of the container; what it means is found out on a thread of its own. */
    void heard(EngineEvent event) {
        boolean ofThisRun = run.flatMap(Sight::startedAt)
                .filter(start -> event.at().isBefore(start))
                .isEmpty();
        switch (event.action()) {
            case "oom" -> outOfMemory |= ofThisRun;
            case "die" -> died = ofThisRun ? Optional.of(event.attribute("exitCode")) : died;
            case "kill" -> {
                if (ofThisRun && Ending.ends(event.attribute("signal"))) {
                    killer = Optional.of(event.attribute("signal"));
                }
            }
            default -> {}
        }
        var exit = event.action().equals("die") ? Optional.of(event.attribute("exitCode")) : Optional.<String>empty();
        Thread.ofVirtual().name("docker-look").start(() -> look(exit));
    }

    /** Compares what is with what was told. */
    void look(Optional<String> exit) {
        acting.lock();
        try {
            if (state.ended() || released || container.isEmpty() || !complete) {
                return;
            }
            var seen = machinery.engine().containers().find(container);
            if (seen.isPresent()) {
                judge(Sight.of(seen.get()));
            } else {
                // Removed with its end, as those made with --rm are.
                var status = exit.filter(text -> text.matches("\\d{1,4}")).map(Integer::valueOf);
                judge(new Sight(container, false, false, false, 0, "", status.orElse(-1), outOfMemory, ""));
            }
        } catch (EngineException e) {
            LOG.log(
                    Level.DEBUG,
                    "domain {0} cannot be looked at: {1}",
                    state.definition().name(),
                    e.getMessage());
        } finally {
            acting.unlock();
        }
    }

    private void judge(Sight now) {
        if (now.running()) {
            goesOn(now);
        } else if (now.restarting()) {
            if (!crashed()) {
                var ending = ending(now);
                LOG.log(Level.WARNING, "domain {0}: {1}; the engine begins it anew", name(), ending.words());
                state.enter(DomainStatus.CRASHED_UNKNOWN, Optional.of(LifecycleChange.CRASHED_PANICKED));
            }
        } else if (!stays()) {
            ended(now);
        }
    }

    private void goesOn(Sight now) {
        boolean another =
                run.filter(last -> last.started().equals(now.started())).isEmpty();
        if (another) {
            boolean failed =
                    died.filter(exit -> !exit.equals("0")).isPresent() && killer.isEmpty() && !stopping && !rebooting;
            if (failed && !stays()) {
                // It was begun anew before anybody looked.
                state.enter(DomainStatus.CRASHED_UNKNOWN, Optional.of(LifecycleChange.CRASHED_PANICKED));
            }
            boolean crashed = crashed();
            boolean stood = stays();
            entered(now);
            if (crashed || stood) {
                state.enter(
                        crashed ? DomainStatus.RUNNING_CRASHED : DomainStatus.RUNNING_BOOTED,
                        Optional.of(LifecycleChange.RESUMED_UNPAUSED));
            } else {
                state.happened(new DomainEvent.Reboot());
            }
        }
        if (now.paused() && state.running()) {
            state.enter(DomainStatus.PAUSED_USER, Optional.of(LifecycleChange.SUSPENDED_PAUSED));
        } else if (!now.paused() && state.paused()) {
            state.enter(DomainStatus.RUNNING_UNPAUSED, Optional.of(LifecycleChange.RESUMED_UNPAUSED));
        }
    }

    private boolean crashed() {
        return state.status().state() == DomainState.CRASHED;
    }

    /** Whether the program has ended and the instance was kept for people to look at. */
    boolean stays() {
        return crashed() || state.status().state() == DomainState.SHUTDOWN;
    }

    private Ending ending(Sight now) {
        return Ending.of(
                now.exit(),
                now.error(),
                now.outOfMemory() || outOfMemory,
                ContainerLimits.of(state.definition()).memoryBytes(),
                stopping || rebooting,
                killer);
    }

    /** The program has ended and the engine does nothing more about it. */
    private void ended(Sight now) {
        if (destroying) {
            over(DomainStatus.SHUTOFF_DESTROYED, LifecycleChange.STOPPED_DESTROYED, Optional.empty());
            return;
        }
        if (rebooting && Words.restarts(state.definition().onReboot())) {
            again(DomainStatus.RUNNING_BOOTED, Optional.empty());
            return;
        }
        if (now.exit() < 0) {
            over(
                    DomainStatus.SHUTOFF_DESTROYED,
                    LifecycleChange.STOPPED_DESTROYED,
                    Optional.of("somebody removed its container"));
            return;
        }
        var ending = ending(now);
        switch (ending.kind()) {
            case KILLED ->
                over(DomainStatus.SHUTOFF_DESTROYED, LifecycleChange.STOPPED_DESTROYED, Optional.of(ending.words()));
            case GOOD -> finished();
            case BAD -> failed(ending);
        }
    }

    private void finished() {
        var action = state.definition().onPoweroff();
        if (Words.restarts(action) && killer.isEmpty()) {
            again(DomainStatus.RUNNING_BOOTED, Optional.empty());
        } else if (action.equals("preserve")) {
            state.enter(DomainStatus.SHUTDOWN_UNKNOWN, Optional.of(LifecycleChange.SHUTDOWN_GUEST));
        } else {
            over(DomainStatus.SHUTOFF_SHUTDOWN, LifecycleChange.STOPPED_SHUTDOWN, Optional.empty());
        }
    }

    private void failed(Ending ending) {
        boolean engines =
                !ContainerPlan.of(state.definition()).restart().policy().equals("no");
        switch (state.definition().onCrash()) {
            case "preserve" -> {
                LOG.log(Level.WARNING, "domain {0}: {1}", name(), ending.words());
                state.enter(DomainStatus.CRASHED_UNKNOWN, Optional.of(LifecycleChange.CRASHED_PANICKED));
            }
            case "restart", "rename-restart" -> {
                if (engines) {
                    // It has given up, or did not live to do it.
                    over(
                            DomainStatus.SHUTOFF_CRASHED,
                            LifecycleChange.STOPPED_CRASHED,
                            Optional.of(ending.words() + ", and the engine begins it no more"));
                } else {
                    again(DomainStatus.RUNNING_CRASHED, Optional.of(ending));
                }
            }
            default -> over(DomainStatus.SHUTOFF_CRASHED, LifecycleChange.STOPPED_CRASHED, Optional.of(ending.words()));
        }
    }

    /** Begins the program anew in place: at once when it ran for a while, after a pause otherwise. */
    private void again(DomainStatus afterwards, Optional<Ending> crash) {
        boolean settled = run.flatMap(Sight::startedAt)
                .map(at -> Duration.between(at, machinery.now()).compareTo(SETTLED) > 0)
                .orElse(true);
        if (crash.isPresent()) {
            LOG.log(
                    Level.WARNING,
                    "domain {0}: {1}; it is begun anew",
                    name(),
                    crash.get().words());
            state.enter(DomainStatus.CRASHED_UNKNOWN, Optional.of(LifecycleChange.CRASHED_PANICKED));
        }
        if (settled || rebooting) {
            pause = FIRST_PAUSE;
            anew(afterwards, crash.isPresent());
            return;
        }
        var wait = pause;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        if (crash.isEmpty()) {
            state.enter(DomainStatus.SHUTDOWN_UNKNOWN, Optional.empty());
        }
        Thread.ofVirtual().name("docker-again").start(() -> {
            if (!isGoneWithin(wait)) {
                acting.lock();
                try {
                    if (!state.ended() && !destroying && !released && stays()) {
                        anew(afterwards, crash.isPresent());
                    }
                } finally {
                    acting.unlock();
                }
            }
        });
    }

    private void anew(DomainStatus afterwards, boolean crashed) {
        try {
            var now = begin();
            if (crashed) {
                state.enter(afterwards, Optional.of(LifecycleChange.RESUMED_UNPAUSED));
            } else {
                state.enter(afterwards, Optional.empty());
                state.happened(new DomainEvent.Reboot());
            }
            if (!now.running()) {
                judge(now);
            }
        } catch (EngineException | PosadaException e) {
            over(
                    DomainStatus.SHUTOFF_FAILED,
                    LifecycleChange.STOPPED_FAILED,
                    Optional.of("it could not be begun anew: " + e.getMessage()));
        }
    }

    /** The last step: clears away what belongs to the instance and tells. */
    private void over(DomainStatus status, LifecycleChange change, Optional<String> reason) {
        links.unplug();
        streams.close();
        if (!kept) {
            try {
                machinery.containers().remove(state.definition().uuid());
            } catch (EngineException e) {
                LOG.log(Level.WARNING, "the container of domain {0} is left behind: {1}", name(), e.getMessage());
            }
        }
        // In the roster until the end is told: who finds nothing there may take it for over.
        state.end(status, change, reason);
        machinery.roster().remove(state.definition().uuid(), this);
        gone.countDown();
    }

    /** Takes back a start that came to nothing; nobody is told. */
    void abandon() {
        released = true;
        links.unplug();
        streams.close();
        machinery.roster().remove(state.definition().uuid(), this);
        state.drop();
        gone.countDown();
    }

    /** The engine is not there. Its containers may go on without it, or have ended with it; their processes tell. */
    void withoutEngine() {
        var process = run.map(Sight::pid).orElse(0L);
        if (!onThisHost || machinery.isOf(process, container) || stays()) {
            return;
        }
        acting.lock();
        try {
            if (!state.ended() && !released && complete) {
                over(
                        DomainStatus.SHUTOFF_CRASHED,
                        LifecycleChange.STOPPED_CRASHED,
                        Optional.of("it ended while the engine at " + machinery.socket() + " was away"));
            }
        } finally {
            acting.unlock();
        }
    }

    /** It is asked to end: what ends now does so because it was told. */
    void stopping(boolean anew) {
        rebooting = anew;
        stopping = true;
    }

    /** Changes the container, with everybody else kept out; what somebody else did meanwhile is looked at afterwards. */
    void changing(Runnable change) {
        acting.lock();
        try {
            change.run();
        } catch (EngineException e) {
            Thread.ofVirtual().name("docker-look").start(() -> look(Optional.empty()));
            throw EngineErrors.of(name(), e);
        } finally {
            acting.unlock();
        }
    }

    @Override
    public void destroy(boolean graceful) {
        if (gone.getCount() == 0 || released) {
            return;
        }
        destroying = true;
        try {
            kill(graceful);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.CONFLICT && e.kind() != EngineException.Kind.NOT_FOUND) {
                destroying = false;
                throw EngineErrors.of(name(), e);
            }
        }
        Thread.ofVirtual().name("docker-destroy").start(this::awaitEnd);
        if (!isGoneWithin(graceful ? GRACE : KILL_PATIENCE)) {
            destroying = false;
            throw Refusal.of(
                    ErrorCode.OPERATION_FAILED,
                    "domain '" + name() + "' did not end within "
                            + (graceful ? GRACE : KILL_PATIENCE).toSeconds() + " seconds"
                            + (graceful ? "; destroy it without --graceful" : ""));
        }
    }

    private void kill(boolean graceful) {
        if (stays()) {
            // A stop also keeps the engine from beginning it anew.
            machinery.engine().containers().stop(container, Duration.ZERO);
        } else {
            machinery.engine().containers().kill(container, graceful ? TERMINATE : "KILL");
        }
    }

    private void awaitEnd() {
        try {
            machinery.engine().containers().await(container);
        } catch (EngineException e) {
            LOG.log(Level.DEBUG, "domain {0}: {1}", name(), e.getMessage());
        }
        acting.lock();
        try {
            if (!state.ended() && destroying && stays()) {
                over(DomainStatus.SHUTOFF_DESTROYED, LifecycleChange.STOPPED_DESTROYED, Optional.empty());
                return;
            }
        } finally {
            acting.unlock();
        }
        look(Optional.empty());
    }

    /** Waits a moment for the end of an instance that is ending. */
    void awaitGone() {
        var _ = isGoneWithin(GRACE);
    }

    private boolean isGoneWithin(Duration patience) {
        try {
            return gone.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String name() {
        return state.definition().name();
    }

    @Override
    public void release() {
        released = true;
        links.release();
        streams.close();
        machinery.roster().remove(state.definition().uuid(), this);
    }
}
