package dev.posada.jvm;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The way back from a change in several steps: each step adds how it is undone. Closing undoes them, the last first,
 * unless {@link #success} was called. For one thread.
 */
final class Undo implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.jvm");

    private final Deque<Runnable> steps = new ArrayDeque<>();

    void add(Runnable step) {
        steps.push(step);
    }

    /** Everything went well; there is nothing to undo. */
    void success() {
        steps.clear();
    }

    /** Runs the steps; one that fails does not keep the others from running. */
    @Override
    public void close() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a step of a failed start could not be undone", e);
            }
        }
    }
}
