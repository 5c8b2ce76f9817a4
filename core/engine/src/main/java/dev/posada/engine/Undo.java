package dev.posada.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What to take back when a change of several steps does not come to its end: steps are added as they are made, and
 * closing runs them in reverse unless {@link #done} was called. A step that fails keeps none of the others from running.
 */
final class Undo implements AutoCloseable {
    private final Deque<Runnable> steps = new ArrayDeque<>();

    void add(Runnable step) {
        steps.push(step);
    }

    /** The change came to its end: there is nothing to take back. */
    void done() {
        steps.clear();
    }

    @Override
    public void close() {
        if (steps.isEmpty()) {
            return;
        }
        try {
            steps.pop().run();
        } finally {
            close();
        }
    }
}
