package dev.posada.jvm;

import dev.posada.driver.Abilities;
import dev.posada.driver.InstanceState;
import dev.posada.driver.LiveDomain;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.LifecycleChange;
import dev.posada.posix.Signals;
import dev.posada.process.Child;
import dev.posada.process.ProcessIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A Java virtual machine that somebody else started and that is looked after here: it is what it was, has no limits or console
 * of ours, and its end is its own. How it ended only its parent learns.
 *
 * <p>{@code wish} is set before the process is told to end, so that its end is called what it is.
 */
final class AdoptedJvm implements LiveDomain, Abilities.Suspends, Abilities.ShutsDown {
    /** What is written down of one: which process it is. */
    private static final String JOURNAL = "adopted";

    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(40);
    private static final int BY_SIGNAL = 8;

    private final InstanceState state;
    private final Child process;
    private final List<Object> parts;
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile EndReason wish = EndReason.UNKNOWN;
    private volatile boolean released;

    AdoptedJvm(Workshop workshop, InstanceState state, Child process) {
        this.state = state;
        this.process = process;
        var inside = new Inside(
                workshop,
                state,
                () -> Optional.of(process.identity()).filter(_ -> process.isRunning()),
                Optional.empty(),
                this::after);
        this.parts = List.of(
                inside,
                new Usage(
                        state,
                        Optional.empty(),
                        () -> Optional.of(process.pid()).filter(_ -> process.isRunning()),
                        inside));
    }

    static Element journal(ProcessIdentity process) {
        return Element.of(JOURNAL).withText(process.text());
    }

    /** Whether a journal is one of an adopted JVM. */
    static boolean wrote(Element journal) {
        return journal.name().equals(JOURNAL);
    }

    /** The process a journal speaks of. */
    static Optional<ProcessIdentity> process(Element journal) {
        return ProcessIdentity.parse(journal.text());
    }

    /** Reports it and begins to watch for its end. */
    void begin(DomainStatus status, LifecycleChange... steps) {
        state.announce(status, steps);
        process.onEnd(_ -> over());
    }

    private void over() {
        if (released) {
            return;
        }
        var how = wish;
        if (how == EndReason.UNKNOWN) {
            state.end(
                    DomainStatus.SHUTOFF_UNKNOWN,
                    LifecycleChange.STOPPED_SHUTDOWN,
                    Optional.of("process " + process.pid() + " has ended; how, only the one who started it knows"));
        } else {
            state.end(how.status(), how.change(), Optional.empty());
        }
        gone.countDown();
    }

    private Runnable after(Abilities.AfterDump then) {
        return switch (then) {
            case RESUME -> () -> {};
            case RESET -> throw Refusal.unsupported("a process that was adopted cannot be started again");
            case CRASH -> () -> end(EndReason.CRASHED, Signals.KILL, KILL_PATIENCE);
        };
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
    public void destroy(boolean graceful) {
        if (gone.getCount() == 0) {
            return;
        }
        if (graceful) {
            process.signal(Signals.CONT);
        }
        end(EndReason.DESTROYED, graceful ? Signals.TERM : Signals.KILL, graceful ? GRACE : KILL_PATIENCE);
    }

    /** A shutdown that was asked for is none any more once it is ended. */
    private synchronized void wishFor(EndReason reason) {
        if (reason != EndReason.SHUTDOWN || wish == EndReason.UNKNOWN) {
            wish = reason;
        }
    }

    private void end(EndReason reason, int signal, Duration patience) {
        wishFor(reason);
        process.signal(signal);
        try {
            if (!gone.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Refusal.failed("process " + process.pid() + " did not end within " + patience.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("interrupted while the domain is ended", e);
        }
    }

    @Override
    public void release() {
        released = true;
    }

    @Override
    public void suspend() {
        if (!state.paused()) {
            signal(Signals.STOP);
            state.enter(DomainStatus.PAUSED_USER, LifecycleChange.SUSPENDED_PAUSED);
        }
    }

    @Override
    public void resume() {
        signal(Signals.CONT);
        state.enter(DomainStatus.RUNNING_UNPAUSED, LifecycleChange.RESUMED_UNPAUSED);
    }

    @Override
    public void shutdown(int flags) {
        if ((flags & ~BY_SIGNAL) != 0) {
            throw Refusal.argument("unsupported flags (0x" + Integer.toHexString(flags & ~BY_SIGNAL)
                    + "): a Java program is asked by a signal");
        }
        wishFor(EndReason.SHUTDOWN);
        signal(Signals.TERM);
    }

    private void signal(int number) {
        if (!process.signal(number)) {
            throw Refusal.invalid("the process has ended");
        }
    }
}
