package dev.posada.process;

import dev.posada.posix.ProcessDescriptor;
import dev.posada.posix.Signals;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A process we started, or found again. Whatever becomes of this object and of us, the process goes on.
 *
 * <p>Safe for use by several threads.
 */
public final class Child {
    private final ProcessIdentity identity;
    private final ProcessDescriptor process;
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();

    Child(ProcessIdentity identity, ProcessDescriptor process) {
        this.identity = identity;
        this.process = process;
    }

    /** Which process it is, also after its end; to be written down for {@link Children#adopt}. */
    public ProcessIdentity identity() {
        return identity;
    }

    public int pid() {
        return identity.pid();
    }

    /** Whether its end has not been noticed yet; that takes about a millisecond. */
    public boolean isRunning() {
        return !ending.isDone();
    }

    /** How it ended; empty while it runs. */
    public Optional<Ending> ending() {
        return ending.state() == Future.State.SUCCESS ? Optional.of(ending.resultNow()) : Optional.empty();
    }

    /**
     * Waits for its end.
     *
     * @return empty when it still runs after that time
     * @throws ProcessException CLOSED when its {@link Children} is closed; INTERRUPTED
     */
    public Optional<Ending> awaitEnd(Duration timeout) {
        try {
            return Optional.of(ending.get(Math.max(0, saturatedNanos(timeout)), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (CancellationException | ExecutionException e) {
            throw new ProcessException(ProcessException.Kind.CLOSED, "nobody watches " + this + " any more", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessException(ProcessException.Kind.INTERRUPTED, "interrupted waiting for " + this, e);
        }
    }

    /**
     * Has the action run once when the process has ended, at once if it has, on a virtual thread of its own. It never runs if
     * {@link Children} is closed before.
     */
    public void onEnd(Consumer<Ending> action) {
        // A thread rather than an executor of the future: that would keep to itself what the action throws.
        var _ = ending.thenAccept(
                how -> Thread.ofVirtual().name("child-end-" + pid()).start(() -> action.accept(how)));
    }

    /**
     * Sends a signal; see {@link Signals}.
     *
     * @return false when the process has ended
     */
    public boolean signal(int number) {
        // Closing the descriptor and using it exclude each other; neither blocks.
        synchronized (process) {
            return process.descriptor().isOpen() && process.signal(number);
        }
    }

    /** Ends the process at once, by SIGKILL; does not wait. False when it has ended before. */
    public boolean kill() {
        return signal(Signals.KILL);
    }

    ProcessDescriptor process() {
        return process;
    }

    void ended(Ending how) {
        closeDescriptor();
        ending.complete(how);
    }

    void abandoned() {
        closeDescriptor();
        ending.cancel(false);
    }

    private void closeDescriptor() {
        synchronized (process) {
            process.close();
        }
    }

    private static long saturatedNanos(Duration timeout) {
        long nanosMax = Long.MAX_VALUE >> 1;
        return timeout.compareTo(Duration.ofNanos(nanosMax)) > 0 ? nanosMax : timeout.toNanos();
    }

    @Override
    public String toString() {
        return "process " + pid();
    }
}
