package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * What an instance is now, and the one place that tells a {@link LiveListener} when that changes: one report at a time, in
 * order, nothing before {@link #announce} and nothing after {@link #end}. For drivers; safe for use by several threads.
 *
 * <p>{@code lock} guards everything and is held while the listener is told; the listener is quick and never calls back.
 * Nothing else is called with the lock held.
 */
public final class InstanceState {
    private final ReentrantLock lock = new ReentrantLock();
    private final LiveListener listener;

    /** Read without the lock; written with it. */
    private volatile DomainDefinition definition;

    private volatile DomainStatus status = DomainStatus.PAUSED_STARTING_UP;
    private volatile boolean ended;
    private boolean silent = true;
    /** Tells of an end that came before anybody knew of the instance. */
    private Optional<Runnable> untold = Optional.empty();

    /** A state that nobody hears of before {@link #announce}. */
    public InstanceState(DomainDefinition definition, LiveListener listener) {
        this.definition = definition;
        this.listener = listener;
    }

    /** The definition as it is live. */
    public DomainDefinition definition() {
        return definition;
    }

    /** State and reason, as last entered. */
    public DomainStatus status() {
        return status;
    }

    /** Whether it runs. */
    public boolean running() {
        return status.state() == DomainState.RUNNING;
    }

    /** Whether it is paused. */
    public boolean paused() {
        return status.state() == DomainState.PAUSED;
    }

    /** Whether it is gone. */
    public boolean ended() {
        return ended;
    }

    /** Who is told. */
    public LiveListener listener() {
        return listener;
    }

    /** Tells of the instance for the first time: how it is defined, and each of the steps that brought it here. */
    public void announce(DomainStatus now, LifecycleChange... steps) {
        lock.lock();
        try {
            silent = false;
            if (ended && untold.isEmpty()) {
                return;
            }
            if (!ended) {
                status = now;
            }
            listener.changed(definition);
            if (steps.length == 0) {
                listener.status(now, Optional.empty());
            }
            for (var step : steps) {
                listener.status(now, Optional.of(step));
            }
            untold.ifPresent(Runnable::run);
        } finally {
            lock.unlock();
        }
    }

    /** The instance has another status; without a change nobody but the listener need know. */
    public void enter(DomainStatus next, Optional<LifecycleChange> change) {
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

    /** As {@link #enter(DomainStatus, Optional)}, with a change that everybody is told of. */
    public void enter(DomainStatus next, LifecycleChange change) {
        enter(next, Optional.of(change));
    }

    /** Something happened that leaves the status as it is. */
    public void happened(Happening happening) {
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
    public void redefine(UnaryOperator<DomainDefinition> change) {
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
    public void end(DomainStatus how, LifecycleChange change, Optional<String> reason) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            status = how;
            Runnable told = () -> tell(how, change, reason);
            if (silent) {
                untold = Optional.of(told);
            } else {
                told.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private void tell(DomainStatus how, LifecycleChange change, Optional<String> reason) {
        if (reason.isPresent()) {
            listener.ended(how, change, reason.get());
        } else {
            listener.ended(how, change);
        }
    }

    /** The instance came to nothing before anybody was told of it; nobody will be. */
    public void drop() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }
}
