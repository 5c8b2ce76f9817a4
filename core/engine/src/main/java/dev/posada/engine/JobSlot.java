package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps those who would change one domain out of each other's way while the hypervisor is spoken to.
 *
 * <p>The lock in here guards only the few fields below and is never held while anything is done to a domain; what lasts
 * is the {@link Job} one gets. Rules:
 * <ul>
 *   <li>one {@code MODIFY} or {@code ASYNC} job at a time;
 *   <li>{@code QUERY} jobs ask the hypervisor something: any number together, also beside an {@code ASYNC} job, but not
 *       beside {@code MODIFY}, and not past a change that waits;
 *   <li>{@code DESTROY} waits for nobody: it takes the slot when that is free and goes past it when not, because its
 *       purpose is to end what hangs.
 * </ul>
 */
final class JobSlot {
    enum Kind {
        QUERY,
        MODIFY,
        DESTROY,
        ASYNC
    }

    /** Who holds the slot: kind, public function's name and since when ({@link System#nanoTime}). */
    record Holder(Kind kind, String api, long sinceNanos) {}

    /** The right to go on; given back by closing, once. */
    final class Job implements AutoCloseable {
        private final Kind kind;
        private final boolean holding;
        private boolean open = true;

        private Job(Kind kind, boolean holding) {
            this.kind = kind;
            this.holding = holding;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (open && holding) {
                    if (kind == Kind.QUERY) {
                        queries--;
                    } else {
                        holder = Optional.empty();
                    }
                    changed.signalAll();
                }
                open = false;
            } finally {
                lock.unlock();
            }
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Optional<Holder> holder = Optional.empty();
    private String lastQuery = "";
    private int queries;
    private int waitingWriters;

    /**
     * Waits for the slot and takes it.
     *
     * @param api the public function that asks; whoever waits in vain is told it
     * @throws PosadaException {@code OPERATION_TIMEOUT} when the wait is over, {@code OPERATION_ABORTED} when interrupted
     */
    Job begin(Kind kind, String api, Duration wait, ErrorOrigin origin) {
        long nanos = wait.toNanos();
        boolean writer = kind == Kind.MODIFY || kind == Kind.ASYNC;
        lock.lock();
        try {
            if (kind == Kind.DESTROY) {
                return tryNow(kind, api).orElseGet(() -> new Job(kind, false));
            }
            waitingWriters += writer ? 1 : 0;
            try {
                while (!free(kind)) {
                    if (nanos <= 0) {
                        throw timedOut(origin);
                    }
                    nanos = changed.awaitNanos(nanos);
                }
            } finally {
                waitingWriters -= writer ? 1 : 0;
                if (writer && waitingWriters == 0) {
                    changed.signalAll(); // questions that stood back for this writer may go on, whatever became of it
                }
            }
            return take(kind, api);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new PosadaException(
                    ErrorCode.OPERATION_ABORTED, origin, "interrupted while waiting for a domain's job");
        } finally {
            lock.unlock();
        }
    }

    /** Takes the slot if that needs no waiting. */
    Optional<Job> tryBegin(Kind kind, String api) {
        lock.lock();
        try {
            return tryNow(kind, api);
        } finally {
            lock.unlock();
        }
    }

    /** Who changes the domain now, if anybody does. */
    Optional<Holder> holder() {
        lock.lock();
        try {
            return holder;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Job> tryNow(Kind kind, String api) {
        return free(kind) ? Optional.of(take(kind, api)) : Optional.empty();
    }

    private boolean free(Kind kind) {
        return switch (kind) {
            case QUERY -> holder.filter(held -> held.kind() != Kind.ASYNC).isEmpty() && waitingWriters == 0;
            case MODIFY, DESTROY, ASYNC -> holder.isEmpty() && queries == 0;
        };
    }

    private Job take(Kind kind, String api) {
        if (kind == Kind.QUERY) {
            queries++;
            lastQuery = api;
        } else {
            holder = Optional.of(new Holder(kind, api, System.nanoTime()));
        }
        return new Job(kind, true);
    }

    private PosadaException timedOut(ErrorOrigin origin) {
        var held = holder.map(Holder::api).orElse(lastQuery);
        return new PosadaException(
                ErrorCode.OPERATION_TIMEOUT, origin, "cannot acquire state change lock (held by " + held + ")");
    }
}
