package dev.posada.terminal;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whether the user has had enough. Safe for use by several threads. */
public final class Cancellation {
    private final AtomicBoolean requested = new AtomicBoolean();

    /** Asks whoever checks to end. */
    public void request() {
        requested.set(true);
    }

    /**
     * To be called now and then by what takes long.
     *
     * @throws CancellationException when it is to end
     */
    public void check() {
        if (requested.get()) {
            throw new CancellationException("interrupted");
        }
    }
}
