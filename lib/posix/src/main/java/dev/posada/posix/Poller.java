package dev.posada.posix;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Waits for many descriptors with one platform thread, so that virtual threads need not block in a native call, which
 * would hold their carrier.
 *
 * <p>Rules: {@code lock} guards the registrations and the epoll set and is never held across anything that blocks. The
 * thread that polls runs no code of callers: it unparks threads that {@link #await} and starts a virtual thread for each
 * task given to {@link #watch}. Each registered descriptor is in use (see {@link Descriptor}), so its number cannot be
 * given to another file while the kernel still reports on it; and each registration has a token of its own, so that a
 * report that comes late is recognised.
 *
 * <p>The thread starts with the first registration. A program that ends without closing its poller ends 0.3 s later: that
 * long the JVM waits for threads inside native calls. Safe for use by several threads.
 */
public final class Poller implements AutoCloseable {
    /** Reports fetched from the kernel at once; more simply come with the next call. */
    private static final int EVENTS_PER_CALL_MAX = 256;

    private static final long STOP_TOKEN = 0;

    private static final System.Logger LOG = System.getLogger("posada.posix");

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Registration> byToken = new HashMap<>();
    private final Map<Descriptor, Registration> byDescriptor = new HashMap<>();
    private long lastToken = STOP_TOKEN;
    private @Nullable Kernel kernel;
    private boolean closed;

    /** What exists once the thread runs. */
    private record Kernel(Descriptor set, Descriptor stop, Thread thread) {}

    /** A descriptor in the epoll set and everybody who waits for it. */
    private static final class Registration {
        private final long token;
        private final Descriptor descriptor;
        private final int number;
        private final Runnable closeAction;
        private final List<Waiter> waiters = new ArrayList<>();

        private Registration(long token, Descriptor descriptor, int number, Runnable closeAction) {
            this.token = token;
            this.descriptor = descriptor;
            this.number = number;
            this.closeAction = closeAction;
        }

        private int mask() {
            int mask = PollCalls.EPOLLONESHOT;
            for (var waiter : waiters) {
                mask |= waiter.readiness.mask();
            }
            return mask;
        }
    }

    private enum Outcome {
        READY,
        DESCRIPTOR_CLOSED,
        POLLER_CLOSED
    }

    /** Somebody who waits: either a parked thread or a task to be started. */
    private static final class Waiter {
        private final Readiness readiness;
        private final @Nullable Thread thread;
        private final @Nullable Runnable task;
        private volatile @Nullable Outcome outcome;

        private Waiter(Readiness readiness, @Nullable Thread thread, @Nullable Runnable task) {
            this.readiness = readiness;
            this.thread = thread;
            this.task = task;
        }

        private void end(Outcome how) {
            outcome = how;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
            if (task != null && how == Outcome.READY) {
                Thread.ofVirtual().name("posada-watch").start(task);
            }
        }
    }

    /** A task that waits for its descriptor; closing it withdraws the task if it has not started yet. */
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Blocks the calling thread until the descriptor is ready, has hung up or is in error.
     *
     * @param timeout very long ones (centuries) mean for ever
     * @return false when the time is over
     * @throws AsynchronousCloseException when the descriptor or this poller is closed meanwhile
     * @throws ClosedByInterruptException when the thread is interrupted; the descriptor stays open, the interrupt status set
     * @throws ClosedChannelException when the descriptor or this poller was closed before
     * @throws PosixException when the descriptor cannot be polled, as a regular file cannot (EPERM)
     */
    public boolean await(Descriptor descriptor, Readiness readiness, Duration timeout) throws ClosedChannelException {
        long nanos = saturatedNanos(timeout);
        long deadline = System.nanoTime() + nanos;
        var waiter = new Waiter(readiness, Thread.currentThread(), null);
        if (!register(descriptor, waiter)) {
            throw new ClosedChannelException();
        }
        try {
            while (waiter.outcome == null) {
                if (nanos <= 0) {
                    return false;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new ClosedByInterruptException();
                }
                LockSupport.parkNanos(this, nanos);
                nanos = deadline - System.nanoTime();
            }
        } finally {
            withdraw(descriptor, waiter);
        }
        if (waiter.outcome != Outcome.READY) {
            throw new AsynchronousCloseException();
        }
        return true;
    }

    /**
     * Starts the task once, on a virtual thread of its own, when the descriptor becomes readable or hangs up. It never
     * starts if the descriptor, the watch or this poller is closed before that.
     *
     * @throws ClosedChannelException when the descriptor or this poller is closed
     */
    public Watch watch(Descriptor descriptor, Runnable task) throws ClosedChannelException {
        var waiter = new Waiter(Readiness.READABLE, null, task);
        if (!register(descriptor, waiter)) {
            throw new ClosedChannelException();
        }
        return () -> withdraw(descriptor, waiter);
    }

    /** Stops the thread and wakes everybody who waits. A second call does nothing. */
    @Override
    public void close() {
        var running = end();
        if (running != null) {
            PollCalls.signal(running.stop);
            joinUninterruptibly(running.thread);
            running.stop.close();
            running.set.close();
        }
    }

    /** Ends all waiting; the kernel's side, if it runs, is for the one caller who gets it to stop. */
    private @Nullable Kernel end() {
        lock.lock();
        try {
            var left = List.copyOf(byToken.values());
            left.forEach(registration -> dissolve(registration, Outcome.POLLER_CLOSED));
            left.forEach(Poller::letGo);
            var running = kernel;
            closed = true;
            kernel = null;
            return running;
        } finally {
            lock.unlock();
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean register(Descriptor descriptor, Waiter waiter) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            var set = kernel().set;
            var known = byDescriptor.get(descriptor);
            if (known != null) {
                known.waiters.add(waiter);
                arm(set, known);
                return true;
            }
            var fresh = newRegistration(descriptor);
            if (fresh == null) {
                return false;
            }
            fresh.waiters.add(waiter);
            int result = PollCalls.add(set.number(), fresh.number, fresh.mask(), fresh.token);
            if (result < 0) {
                descriptor.done();
                throw new PosixException("epoll_ctl", descriptor.toString(), -result);
            }
            byToken.put(fresh.token, fresh);
            byDescriptor.put(descriptor, fresh);
            // Runs right here, with the lock that this thread holds, if the descriptor was closed meanwhile.
            descriptor.onClose(fresh.closeAction);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Null when the descriptor is closed. */
    private @Nullable Registration newRegistration(Descriptor descriptor) {
        int number;
        try {
            number = descriptor.acquire();
        } catch (IllegalStateException closedBefore) {
            return null;
        }
        long token = ++lastToken;
        return new Registration(token, descriptor, number, () -> closed(token));
    }

    private void arm(Descriptor set, Registration registration) {
        PollCalls.change(set.number(), registration.number, registration.mask(), registration.token);
    }

    private void withdraw(Descriptor descriptor, Waiter waiter) {
        Registration gone = null;
        lock.lock();
        try {
            var registration = byDescriptor.get(descriptor);
            if (registration != null && registration.waiters.remove(waiter) && registration.waiters.isEmpty()) {
                dissolve(registration, Outcome.READY);
                gone = registration;
            }
        } finally {
            lock.unlock();
        }
        if (gone != null) {
            letGo(gone);
        }
    }

    private void closed(long token) {
        Registration gone;
        lock.lock();
        try {
            gone = byToken.get(token);
            if (gone != null) {
                dissolve(gone, Outcome.DESCRIPTOR_CLOSED);
            }
        } finally {
            lock.unlock();
        }
        if (gone != null) {
            letGo(gone);
        }
    }

    /** Takes a registration out of the set and ends all that wait for it. Called with the lock held. */
    private void dissolve(Registration registration, Outcome outcome) {
        byToken.remove(registration.token);
        byDescriptor.remove(registration.descriptor);
        if (kernel != null) {
            PollCalls.remove(kernel.set.number(), registration.number);
        }
        registration.waiters.forEach(waiter -> waiter.end(outcome));
        registration.waiters.clear();
    }

    /** What remains to be done for a dissolved registration without the lock: closing may be up to us. */
    private static void letGo(Registration registration) {
        registration.descriptor.forgetOnClose(registration.closeAction);
        registration.descriptor.done();
    }

    /** The kernel's side, begun at the first use. Called with the lock held. */
    private Kernel kernel() {
        var running = kernel;
        if (running == null) {
            var set = PollCalls.newSet();
            var stop = PollCalls.newEvent();
            PollCalls.add(set.number(), stop.number(), PollCalls.EPOLLIN, STOP_TOKEN);
            int number = set.number();
            var thread = Thread.ofPlatform().daemon().name("posada-poller").start(() -> poll(number));
            running = new Kernel(set, stop, thread);
            kernel = running;
        }
        return running;
    }

    private void poll(int set) {
        try (var arena = Arena.ofConfined()) {
            var events = arena.allocate((long) EVENTS_PER_CALL_MAX * PollCalls.EVENT_BYTES);
            while (true) {
                int count = PollCalls.await(set, events, EVENTS_PER_CALL_MAX);
                if (count < 0 && count != -Errno.EINTR) {
                    LOG.log(Level.ERROR, "cannot wait for descriptors any more: {0}", Errno.description(-count));
                    failed();
                    return;
                }
                for (int i = 0; i < count; i++) {
                    long token = PollCalls.token(events, i);
                    if (token == STOP_TOKEN) {
                        return;
                    }
                    ready(token, PollCalls.mask(events, i));
                }
            }
        }
    }

    private void failed() {
        var running = end();
        if (running != null) {
            running.stop.close();
            running.set.close();
        }
    }

    private void ready(long token, int mask) {
        Registration gone = null;
        lock.lock();
        try {
            var registration = byToken.get(token);
            if (registration == null) {
                return;
            }
            registration.waiters.removeIf(waiter -> {
                boolean answered = waiter.readiness.answeredBy(mask);
                if (answered) {
                    waiter.end(Outcome.READY);
                }
                return answered;
            });
            if (registration.waiters.isEmpty()) {
                dissolve(registration, Outcome.READY);
                gone = registration;
            } else if (kernel != null) {
                arm(kernel.set, registration);
            }
        } finally {
            lock.unlock();
        }
        if (gone != null) {
            letGo(gone);
        }
    }

    static long saturatedNanos(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException centuries) {
            return Long.MAX_VALUE >> 1;
        }
    }
}
