package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Devices that leave a running machine. That needs the guest: it is asked, and may let go at any later time, or say no.
 *
 * <p>{@code lock} guards {@code awaited}: the aliases somebody waits for, and what became of them.
 */
final class Departures {
    /** How long a guest is waited for before the caller is told that it has been asked. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Monitor monitor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();
    private final Map<String, Answer> awaited = new HashMap<>();

    private enum Answer {
        NONE,
        GONE,
        REFUSED
    }

    Departures(Monitor monitor) {
        this.monitor = monitor;
    }

    /**
     * Asks the guest to let go of a device.
     *
     * @return whether it has; it may do so later
     * @throws PosadaException {@code OPERATION_FAILED} when the guest says no
     */
    boolean ask(String alias) {
        note(alias, Answer.NONE);
        Answer answer;
        try {
            monitor.execute("device_del", Json.object().with("id", alias));
            await(alias);
        } finally {
            lock.lock();
            try {
                // Also of one that left when we had just given up: nobody else was told of it.
                answer = Optional.ofNullable(awaited.remove(alias)).orElse(Answer.NONE);
            } finally {
                lock.unlock();
            }
        }
        return switch (answer) {
            case GONE -> true;
            case NONE -> false;
            case REFUSED ->
                throw new PosadaException(
                        ErrorCode.OPERATION_FAILED, ErrorOrigin.QEMU, "unplug of device was rejected by the guest");
        };
    }

    private void note(String alias, Answer answer) {
        lock.lock();
        try {
            awaited.put(alias, answer);
        } finally {
            lock.unlock();
        }
    }

    private void await(String alias) {
        long nanos = PATIENCE.toNanos();
        lock.lock();
        try {
            while (awaited.get(alias) == Answer.NONE && nanos > 0) {
                nanos = heard.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** A device has left the machine; answers whether somebody waits for that, who sees to the rest. */
    boolean left(String alias) {
        return heard(alias, Answer.GONE);
    }

    /** The guest does not let go of a device. */
    void refused(String alias) {
        heard(alias, Answer.REFUSED);
    }

    private boolean heard(String alias, Answer answer) {
        lock.lock();
        try {
            boolean waiting = awaited.computeIfPresent(alias, (_, _) -> answer) != null;
            heard.signalAll();
            return waiting;
        } finally {
            lock.unlock();
        }
    }
}
