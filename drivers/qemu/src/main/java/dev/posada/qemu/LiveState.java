package dev.posada.qemu;

import dev.posada.driver.LiveListener;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.LifecycleChange;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * What an instance is now, and the one place that tells the engine when that changes.
 *
 * <p>{@code lock} guards everything and is held while the listener is told, so that reports go out one at a time and in
 * order; the listener is quick and never calls back. Nothing else is called with the lock held. After {@link #end}
 * nothing is reported any more.
 */
final class LiveState {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LiveListener listener;

    /** Read without the lock; written with it. */
    private volatile DomainDefinition definition;

    private volatile DomainStatus status = DomainStatus.PAUSED_STARTING_UP;
    private boolean silent = true;
    private boolean ended;
    private long stops;
    private long resumes;
    private DomainStatus stopStatus = DomainStatus.PAUSED_UNKNOWN;
    private DomainStatus resumeStatus = DomainStatus.RUNNING_UNPAUSED;

    /** A state that nobody hears of before {@link #announce}. */
    LiveState(DomainDefinition definition, LiveListener listener) {
        this.definition = definition;
        this.listener = listener;
    }

    DomainDefinition definition() {
        return definition;
    }

    DomainStatus status() {
        return status;
    }

    boolean running() {
        return status.state() == DomainState.RUNNING;
    }

    /** Tells of the instance for the first time: how it is defined, and each of the steps that brought it here. */
    void announce(DomainStatus now, LifecycleChange... steps) {
        lock.lock();
        try {
            silent = false;
            status = now;
            if (ended) {
                return;
            }
            listener.changed(definition);
            if (steps.length == 0) {
                listener.status(now, Optional.empty());
            }
            for (var step : steps) {
                listener.status(now, Optional.of(step));
            }
        } finally {
            lock.unlock();
        }
    }

    /** The instance has another status. */
    void enter(DomainStatus next, Optional<LifecycleChange> change) {
        lock.lock();
        try {
            status = next;
            changed.signalAll();
            if (!silent && !ended) {
                listener.status(next, change);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Something happened that leaves the status as it is. */
    void happened(Happening happening) {
        lock.lock();
        try {
            if (!silent && !ended) {
                listener.happened(happening);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Changes the live definition; the engine hears of it when it is another one afterwards. */
    void redefine(UnaryOperator<DomainDefinition> change) {
        lock.lock();
        try {
            var next = change.apply(definition);
            if (next.equals(definition)) {
                return;
            }
            definition = next;
            if (!silent && !ended) {
                listener.changed(next);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has an interface's link guarded before packets pass it; not under the lock, since that takes its time. */
    void plugged(Element nic) {
        listener.plugged(nic);
    }

    /** An interface is gone for good. */
    void unplugged(Element nic) {
        listener.unplugged(nic);
    }

    /** What the next stop of the guest's processors will be called, and the next start. */
    void expect(DomainStatus onStop, DomainStatus onResume) {
        lock.lock();
        try {
            stopStatus = onStop;
            resumeStatus = onResume;
        } finally {
            lock.unlock();
        }
    }

    /**
     * QEMU stopped the guest's processors. When the guest was running, somebody stopped it: the one who said so by
     * {@link #expect}, or somebody unknown. Otherwise the reason has been told already.
     */
    void stopped() {
        lock.lock();
        try {
            stops++;
            if (running()) {
                enter(stopStatus, Optional.of(changeFor(stopStatus)));
            }
            stopStatus = DomainStatus.PAUSED_UNKNOWN;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** QEMU set the guest's processors going. */
    void resumed() {
        lock.lock();
        try {
            resumes++;
            if (status.state() == DomainState.PAUSED || status.state() == DomainState.CRASHED) {
                enter(resumeStatus, Optional.of(LifecycleChange.RESUMED_UNPAUSED));
            }
            resumeStatus = DomainStatus.RUNNING_UNPAUSED;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long stops() {
        lock.lock();
        try {
            return stops;
        } finally {
            lock.unlock();
        }
    }

    long resumes() {
        lock.lock();
        try {
            return resumes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until QEMU's own word of a stop has been heard, since its events come on another thread than its answers.
     *
     * @param before what {@link #stops} was before the command
     * @return false when the time is over
     */
    boolean awaitStop(long before, Duration patience) {
        return await(patience, () -> stops > before);
    }

    /** As {@link #awaitStop}, for the guest's processors being set going. */
    boolean awaitResume(long before, Duration patience) {
        return await(patience, () -> resumes > before);
    }

    /** The last report: the instance is gone. Later calls change and report nothing. */
    void end(DomainStatus how, LifecycleChange change) {
        lock.lock();
        try {
            status = how;
            changed.signalAll();
            if (!silent && !ended) {
                listener.ended(how, change);
            }
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    private interface Fulfilled {
        boolean now();
    }

    private boolean await(Duration patience, Fulfilled condition) {
        long nanos = patience.toNanos();
        boolean interrupted = false;
        lock.lock();
        try {
            while (!condition.now() && !ended && nanos > 0) {
                try {
                    nanos = changed.awaitNanos(nanos);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return condition.now();
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static LifecycleChange changeFor(DomainStatus paused) {
        return switch (paused) {
            case PAUSED_IOERROR -> LifecycleChange.SUSPENDED_IOERROR;
            case PAUSED_WATCHDOG -> LifecycleChange.SUSPENDED_WATCHDOG;
            default -> LifecycleChange.SUSPENDED_PAUSED;
        };
    }
}
