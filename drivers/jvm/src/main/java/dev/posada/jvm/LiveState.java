package dev.posada.jvm;

import dev.posada.driver.LiveListener;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * What an instance is now, and the one place that tells the engine when that changes.
 *
 * <p>{@code lock} guards everything and is held while the listener is told, so that reports go out one at a time and in
 * order; the listener is quick and never calls back. After {@link #end} nothing is reported any more.
 */
final class LiveState {
    private final ReentrantLock lock = new ReentrantLock();
    private final LiveListener listener;

    /** Read without the lock; written with it. */
    private volatile DomainDefinition definition;

    private volatile DomainStatus status = DomainStatus.PAUSED_STARTING_UP;
    private boolean silent = true;
    private boolean ended;

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

    boolean paused() {
        return status.state() == DomainState.PAUSED;
    }

    /** Tells of the instance for the first time: how it is defined, and each of the steps that brought it here. */
    void announce(DomainStatus now, LifecycleChange... steps) {
        lock.lock();
        try {
            silent = false;
            status = now;
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
    void enter(DomainStatus next, LifecycleChange change) {
        enter(next, Optional.of(change));
    }

    /** The instance has another status; without a change nobody but the engine need know. */
    void enter(DomainStatus next, Optional<LifecycleChange> change) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            status = next;
            if (!silent) {
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

    /** The last report: the instance is gone. Later calls change and report nothing. */
    void end(DomainStatus how, LifecycleChange change, String reason) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            status = how;
            if (!silent) {
                tell(how, change, reason);
            }
        } finally {
            lock.unlock();
        }
    }

    private void tell(DomainStatus how, LifecycleChange change, String reason) {
        if (reason.isEmpty()) {
            listener.ended(how, change);
        } else {
            listener.ended(how, change, reason);
        }
    }
}
