package dev.posada.driver;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The way back from a change in several steps: each step adds how it is undone. Closing undoes them, the last first,
 * unless {@link #done} was called. A step that fails is told in the log and keeps none of the others from being undone,
 * nor the reason of the failed change from being told. For one thread.
 */
public final class Undo implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.driver");

    private final Deque<Runnable> steps = new ArrayDeque<>();

    /** Adds how the step just made is undone. */
    public void add(Runnable step) {
        steps.push(step);
    }

    /** The change came to its end: there is nothing to undo, but what is added from now on. */
    public void done() {
        steps.clear();
    }

    @Override
    public void close() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a step of a failed change could not be undone", e);
            }
        }
    }
}
