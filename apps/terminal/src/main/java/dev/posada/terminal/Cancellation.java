package dev.posada.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Whether the user has had enough: Ctrl-C, or a request to end.
 *
 * <p>A program is given time to remove what it has half made, unless it has said {@link #endAtOnce()}; then it is given
 * time only while somebody {@linkplain #heed heeds} the request. Safe for use by several threads.
 */
public final class Cancellation {
    private final List<Runnable> heeding = new ArrayList<>();
    private boolean requested;
    private boolean atOnce;

    /**
     * Asks whoever checks to end.
     *
     * @return whether the program will end by itself; otherwise nobody listens and it may be ended
     */
    public boolean request() {
        List<Runnable> wakers;
        boolean waits;
        synchronized (this) {
            requested = true;
            wakers = List.copyOf(heeding);
            waits = !atOnce || !wakers.isEmpty();
        }
        wakers.forEach(Runnable::run);
        return waits;
    }

    /** Whether it is to end. */
    public synchronized boolean requested() {
        return requested;
    }

    /**
     * To be called now and then by what takes long.
     *
     * @throws CancellationException when it is to end
     */
    public void check() {
        if (requested()) {
            throw new CancellationException("interrupted");
        }
    }

    /** From now on the program leaves nothing behind when it is ended in the middle, save while it heeds requests. */
    public synchronized void endAtOnce() {
        atOnce = true;
    }

    /** Until this is closed a request runs {@code waker} and leaves the program to end by itself. */
    public synchronized Heed heed(Runnable waker) {
        heeding.add(waker);
        return () -> forget(waker);
    }

    private synchronized void forget(Runnable waker) {
        heeding.remove(waker);
    }

    /** The time in which a request is heeded. */
    public interface Heed extends AutoCloseable {
        @Override
        void close();
    }
}
