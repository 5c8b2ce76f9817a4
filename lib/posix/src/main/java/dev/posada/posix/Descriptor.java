package dev.posada.posix;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Owns one file descriptor of this process.
 *
 * <p>Closing is idempotent and safe while other threads use the descriptor: the number is handed back to the kernel only
 * when the last use has ended, so that no thread ever acts on a number that meanwhile belongs to somebody else. Threads
 * that wait on it through a {@link Poller} are woken at once.
 *
 * <p>Safe for use by several threads.
 */
public final class Descriptor implements AutoCloseable {
    private final int number;
    private final List<Runnable> closeActions = new ArrayList<>();
    private int uses;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        CLOSED,
        RELEASED
    }

    private Descriptor(int number) {
        this.number = number;
    }

    /**
     * Takes ownership of a number that nobody else will close.
     *
     * @throws IllegalArgumentException when negative
     */
    public static Descriptor adopt(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("a descriptor is not negative: " + number);
        }
        return new Descriptor(number);
    }

    /**
     * A second descriptor for what this process has open under a number, closed on exec; the number stays whose it was.
     *
     * @throws PosixException when nothing is open there
     */
    public static Descriptor copyOf(int number) {
        return adopt(FileCalls.duplicate(number, 0));
    }

    /**
     * Opens a file; the descriptor is closed on exec.
     *
     * @param mode permission bits of a file that is created, before the umask
     * @throws PosixException when the file cannot be opened
     */
    public static Descriptor open(Path path, Set<OpenFlag> flags, int mode) {
        return adopt(FileCalls.open(path, OpenFlag.bits(flags), mode));
    }

    /** Opens an existing file; the descriptor is closed on exec. */
    public static Descriptor open(Path path, OpenFlag... flags) {
        return open(path, Set.of(flags), 0);
    }

    /**
     * The number, good for as long as the caller knows that nobody closes this descriptor.
     *
     * @throws IllegalStateException when closed or released
     */
    public synchronized int number() {
        requireOpen();
        return number;
    }

    /** Whether neither {@link #close} nor {@link #release} was called. */
    public synchronized boolean isOpen() {
        return state == State.OPEN;
    }

    /**
     * A second descriptor for the same open file, closed on exec, to be closed by the caller.
     *
     * @throws IllegalStateException when closed or released
     */
    public Descriptor duplicate() {
        return duplicateAbove(0);
    }

    /** A second descriptor for the same open file with at least the given number. */
    Descriptor duplicateAbove(int lowestNumber) {
        int from = acquire();
        try {
            return adopt(FileCalls.duplicate(from, lowestNumber));
        } finally {
            done();
        }
    }

    /**
     * Gives up ownership: the number stays open and the caller must close it.
     *
     * @throws IllegalStateException when closed, released before, or in use by another thread
     */
    public synchronized int release() {
        requireOpen();
        if (uses > 0) {
            throw new IllegalStateException("descriptor " + number + " is in use and cannot be released");
        }
        state = State.RELEASED;
        return number;
    }

    /** Closes the descriptor, or has the last thread that uses it do so. A second call does nothing. */
    @Override
    public void close() {
        List<Runnable> actions;
        boolean last;
        synchronized (this) {
            if (state != State.OPEN) {
                return;
            }
            state = State.CLOSED;
            last = uses == 0;
            actions = List.copyOf(closeActions);
            closeActions.clear();
        }
        actions.forEach(Runnable::run);
        if (last) {
            FileCalls.close(number);
        }
    }

    /** Announces a use, to be ended by {@link #done}; the number stays ours until then. */
    synchronized int acquire() {
        requireOpen();
        uses++;
        return number;
    }

    void done() {
        boolean last;
        synchronized (this) {
            uses--;
            last = uses == 0 && state == State.CLOSED;
        }
        if (last) {
            FileCalls.close(number);
        }
    }

    /** Has the action run when the descriptor is closed: at once if it is already. The action must not block. */
    void onClose(Runnable action) {
        synchronized (this) {
            if (state == State.OPEN) {
                closeActions.add(action);
                return;
            }
        }
        action.run();
    }

    synchronized void forgetOnClose(Runnable action) {
        closeActions.remove(action);
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
    }

    @Override
    public String toString() {
        return "descriptor " + number;
    }
}
