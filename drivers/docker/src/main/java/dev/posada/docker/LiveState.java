package dev.posada.docker;

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
 * What an instance is now, and the one place that tells the engine of domains when that changes.
 *
 * <p>{@code lock} guards everything and is held while the listener is told, so that reports go out one at a time and in
 * order; the listener is quick and never calls back. Nothing else is called with the lock held. After {@link #end}
 * nothing is reported any more.
 */
final class LiveState {
    private final ReentrantLock lock = new ReentrantLock();
    private final LiveListener listener;

    /** Read without the lock; written with it. */
    private volatile DomainDefinition definition;

    private volatile DomainStatus status = DomainStatus.PAUSED_STARTING_UP;
    private volatile boolean ended;
    private boolean silent = true;

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

    boolean paused() {
        return status.state() == DomainState.PAUSED;
    }

    boolean ended() {
        return ended;
    }

    LiveListener listener() {
        return listener;
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

    /** The last report: the instance is gone. Later calls change and report nothing. */
    void end(DomainStatus how, LifecycleChange change, Optional<String> reason) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            status = how;
            if (reason.isPresent()) {
                listener.ended(how, change, reason.get());
            } else {
                listener.ended(how, change);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The instance came to nothing before anybody was told of it. */
    void drop() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }
}
