package dev.posada.jvm;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.AfterDump;
import dev.posada.driver.InstanceState;
import dev.posada.driver.LiveDomain;
import dev.posada.jvm.InstanceJournal.Wish;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import dev.posada.posix.Signals;
import dev.posada.process.RunLog;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A running Java program. This class sees to its runs and its end; everything else is done by its {@code parts}.
 *
 * <p>A run ends, {@link #ended} is called once for it on a thread of its own, and either the next run begins in place or the
 * instance is over. What somebody wants to follow is {@code wish}: it is set before the program is told to end. Who destroys
 * sets it, kills the present run and waits; who starts the next run makes it the present one and then looks at the wish, so
 * that none of them is missed. No lock is held meanwhile.
 */
final class JvmDomain
        implements LiveDomain,
                Abilities.Suspends,
                Abilities.ShutsDown,
                Abilities.Reboots,
                Abilities.Resets,
                Abilities.ChangesEndings,
                Abilities.HasRemarks {
    private static final System.Logger LOG = System.getLogger("posada.jvm");

    /** How long a graceful end is waited for. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** How long the kernel may take to end a killed process, and we to clear away after it. */
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(40);

    /** A program that crashes again and again is started ever more slowly. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** A program that ran so long has not crashed at its start. */
    private static final Duration GOOD_RUN = Duration.ofSeconds(60);

    /** {@code VIR_DOMAIN_SHUTDOWN_SIGNAL} and {@code VIR_DOMAIN_REBOOT_SIGNAL}: by a signal, as it is always done here. */
    private static final int BY_SIGNAL = 8;

    private final Workshop workshop;
    private final InstanceState state;
    private final Ledger ledger;
    private final ResourceLimits limits;
    private final RunLog log;
    private final Inside inside;
    private final Console console;

    /** What this instance can do that needs nothing else of it. */
    private final List<Object> parts;

    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final CountDownLatch destroying = new CountDownLatch(1);

    /** Empty between two runs, and for a program that crashed and is kept. */
    private final AtomicReference<@Nullable Run> present = new AtomicReference<>();

    private final AtomicReference<Wish> wish;
    private volatile boolean released;
    private volatile boolean kept;
    private volatile long runStartNanos = System.nanoTime();
    private volatile Duration pause = FIRST_PAUSE;

    JvmDomain(Workshop workshop, InstanceState state, Ledger ledger, ResourceLimits limits) {
        this.workshop = workshop;
        this.state = state;
        this.ledger = ledger;
        this.limits = limits;
        this.log = workshop.log(state.definition().name());
        this.wish = new AtomicReference<>(ledger.journal().wish());
        this.inside = new Inside(
                workshop,
                state,
                () -> present().map(run -> run.program().identity()),
                Optional.of(ledger.journal().files().temporary()),
                this::afterDump);
        this.console =
                new Console(state, ledger, workshop.poller(), () -> present().map(Run::program));
        this.parts = List.of(
                new Usage(state, Optional.of(limits), this::pid, inside), inside, console, new Tuning(state, limits));
    }

    /** The Java virtual machine's process; nothing between two runs. */
    Optional<Integer> pid() {
        return present().map(run -> run.program().pid());
    }

    private Optional<Run> present() {
        return Optional.ofNullable(present.get());
    }

    InstanceState state() {
        return state;
    }

    /** Takes a run; its end is acted on after {@link #open}. */
    void begin(Run run) {
        runStartNanos = System.nanoTime();
        present.set(run);
        console.begin(run.program());
        run.watcher().onEnd(_ -> ended(run));
    }

    /** The instance has been announced: from now on its ends count. */
    void open() {
        opened.countDown();
    }

    /** Whether the instance has ended. */
    boolean isOver() {
        return gone.getCount() == 0;
    }

    /** Sets the log aside when it is full, with the program writing to it. */
    void boundLog() {
        log.emptyIfFull();
    }

    @Override
    public DomainDefinition definition() {
        return state.definition();
    }

    @Override
    public List<Object> parts() {
        return parts;
    }

    @Override
    public Optional<String> remark() {
        return pid().isEmpty() || limits.inForce() ? Optional.empty() : Optional.of(ResourceLimits.NOT_IN_FORCE);
    }

    @Override
    public void destroy(boolean graceful) {
        if (gone.getCount() == 0) {
            return;
        }
        if (released) {
            throw Refusal.invalid("the daemon has let go of the domain");
        }
        wishFor(Wish.DESTROY);
        destroying.countDown();
        var run = present();
        if (run.isPresent() && graceful) {
            letGoOn(run.get());
            run.get().terminate();
        } else if (run.isPresent()) {
            run.get().program().kill();
            limits.thaw();
        } else if (kept) {
            over(EndReason.DESTROYED, "");
        }
        if (!awaitGone(graceful ? GRACE : KILL_PATIENCE)) {
            throw Refusal.failed(
                    graceful
                            ? "the program did not end within " + GRACE.toSeconds()
                                    + " s of SIGTERM; destroy without --graceful kills it"
                            : "the program of domain '" + definition().name()
                                    + "' was killed but does not end: it waits for a device of the host");
        }
    }

    private boolean awaitGone(Duration patience) {
        try {
            return gone.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("interrupted while the domain is ended", e);
        }
    }

    @Override
    public void release() {
        released = true;
        console.close();
    }

    @Override
    public void suspend() {
        if (state.paused()) {
            return;
        }
        var run = running();
        if (!limits.freeze()) {
            run.program().signal(Signals.STOP);
        }
        state.enter(DomainStatus.PAUSED_USER, LifecycleChange.SUSPENDED_PAUSED);
    }

    @Override
    public void resume() {
        if (!state.paused()) {
            throw Refusal.invalid("domain is already running");
        }
        letGoOn(running());
        state.enter(DomainStatus.RUNNING_UNPAUSED, LifecycleChange.RESUMED_UNPAUSED);
    }

    private void letGoOn(Run run) {
        limits.thaw();
        run.program().signal(Signals.CONT);
    }

    @Override
    public void shutdown(int flags) {
        bySignal(flags);
        var run = running();
        wishFor(Wish.SHUTDOWN);
        run.terminate();
    }

    @Override
    public void reboot(int flags) {
        bySignal(flags);
        var run = running();
        wishFor(Wish.REBOOT);
        run.terminate();
    }

    @Override
    public void reset() {
        var run = running();
        wishFor(Wish.RESET);
        run.program().kill();
        limits.thaw();
    }

    private static void bySignal(int flags) {
        if ((flags & ~BY_SIGNAL) != 0) {
            throw Refusal.argument("unsupported flags (0x" + Integer.toHexString(flags & ~BY_SIGNAL)
                    + "): a Java program is asked by a signal");
        }
    }

    private Run running() {
        return present().orElseThrow(() -> Refusal.invalid("the program is not running just now"));
    }

    /** Nothing comes after a destruction; of other wishes the last one counts. */
    private void wishFor(Wish wanted) {
        if (wish.updateAndGet(before -> before == Wish.DESTROY ? before : wanted) == wanted) {
            ledger.write(journal -> journal.wishing(wanted));
        }
    }

    @Override
    public void changeEnding(String ending, String action) {
        Completion.ending(ending, action);
        state.redefine(definition -> definition.withChild(Element.text(ending, action)));
    }

    /** What is to follow a dump, once it is written. */
    private Runnable afterDump(AfterDump then) {
        return switch (then) {
            case RESUME -> () -> {};
            case RESET -> this::reset;
            case CRASH -> this::crash;
        };
    }

    private void crash() {
        var run = running();
        wishFor(Wish.CRASH);
        run.program().kill();
        if (!awaitGone(KILL_PATIENCE)) {
            throw Refusal.failed("the program was killed but does not end: it waits for a device of the host");
        }
    }

    /** A run is over: what follows? */
    private void ended(Run run) {
        awaitOpening();
        if (released || !present.compareAndSet(run, null)) {
            return;
        }
        // Whoever waits for a program's end may be killed itself; the program must not stay behind.
        run.program().kill();
        limits.thaw();
        run.sweep();
        var verdict = Verdict.of(ledger.journal(), definition(), limits, console.typed());
        // We were there: nothing but a failure ends a run without a word.
        follow(verdict.kind() == Verdict.Kind.UNKNOWN ? Verdict.crashed(verdict.reason()) : verdict);
    }

    private void awaitOpening() {
        boolean interrupted = false;
        while (opened.getCount() > 0) {
            try {
                opened.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what is to follow an end. */
    void follow(Verdict verdict) {
        var definition = definition();
        switch (Objects.requireNonNull(wish.get())) {
            case DESTROY -> over(EndReason.DESTROYED, "");
            case CRASH -> over(EndReason.CRASHED, "ended after its heap was dumped, as was asked for");
            case RESET -> again(DomainStatus.RUNNING_BOOTED);
            case REBOOT -> {
                if (definition.onReboot().equals("restart")) {
                    again(DomainStatus.RUNNING_BOOTED);
                } else {
                    over(EndReason.SHUTDOWN, "");
                }
            }
            case SHUTDOWN, NONE -> {
                switch (verdict.kind()) {
                    case SHUTDOWN -> {
                        if (definition.onPoweroff().equals("restart")) {
                            slowly();
                            again(DomainStatus.RUNNING_BOOTED);
                        } else {
                            over(EndReason.SHUTDOWN, "");
                        }
                    }
                    case CRASHED -> crashed(verdict);
                    case NEVER_RAN -> over(EndReason.FAILED, verdict.reason());
                    case UNKNOWN -> over(EndReason.UNKNOWN, verdict.reason());
                }
            }
        }
    }

    private void crashed(Verdict verdict) {
        log.note(verdict.reason());
        switch (definition().onCrash()) {
            case "preserve" -> {
                warn(verdict);
                state.enter(DomainStatus.CRASHED_PANICKED, LifecycleChange.CRASHED_PANICKED);
                keep();
            }
            case "restart", "coredump-restart" -> {
                warn(verdict);
                state.enter(DomainStatus.CRASHED_PANICKED, LifecycleChange.CRASHED_PANICKED);
                slowly();
                again(DomainStatus.RUNNING_CRASHED);
            }
            default -> over(EndReason.CRASHED, verdict.reason());
        }
    }

    /** Keeps the instance of a program that crashed until somebody destroys it. */
    void keep() {
        kept = true;
        // Whoever destroyed it just before has not seen that.
        if (wish.get() == Wish.DESTROY) {
            over(EndReason.DESTROYED, "");
        }
    }

    private void warn(Verdict verdict) {
        LOG.log(Level.WARNING, "domain {0}: {1}", definition().name(), verdict.reason());
    }

    /** Waits before the next run of a program that ends again and again; a destruction ends the waiting. */
    private void slowly() {
        if (Duration.ofNanos(System.nanoTime() - runStartNanos).compareTo(GOOD_RUN) > 0) {
            pause = FIRST_PAUSE;
        }
        var now = pause;
        pause = now.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : now.multipliedBy(2);
        try {
            var _ = destroying.await(now.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins the next run in place. */
    private void again(DomainStatus afterwards) {
        if (released) {
            return;
        }
        if (wish.get() == Wish.DESTROY) {
            over(EndReason.DESTROYED, "");
            return;
        }
        wish.compareAndSet(Wish.REBOOT, Wish.NONE);
        wish.compareAndSet(Wish.RESET, Wish.NONE);
        wish.compareAndSet(Wish.SHUTDOWN, Wish.NONE);
        try {
            var plan = Plan.of(workshop, definition(), ledger.journal().files());
            plan.check(workshop);
            begin(new Launch(workshop).run(plan, ledger, limits, false, "again"));
        } catch (PosadaException e) {
            over(EndReason.FAILED, "the program could not be started again: " + e.getMessage());
            return;
        }
        state.enter(afterwards, Optional.empty());
        state.happened(new DomainEvent.Reboot());
        if (wish.get() == Wish.DESTROY) {
            present().ifPresent(run -> run.program().kill());
        }
    }

    /** The instance is over. */
    private void over(EndReason reason, String why) {
        log.note("shutting down, reason=" + reason.word() + (why.isEmpty() ? "" : ": " + why));
        console.end();
        Launch.clearAway(ledger.journal().files());
        state.end(reason.status(), reason.change(), Optional.of(why).filter(line -> !line.isEmpty()));
        gone.countDown();
    }
}
