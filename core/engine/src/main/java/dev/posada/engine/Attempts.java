package dev.posada.engine;

import dev.posada.model.PosadaException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Things done for many objects when the daemon comes up: none of them may keep the others from theirs. */
final class Attempts {
    private static final System.Logger LOG = System.getLogger("posada.engine");

    private Attempts() {}

    /**
     * Does something for one object. Whatever goes wrong with it, the others are to come up: this is the one place where
     * any failure is told in the log and left at that.
     *
     * @param what the beginning of the message when it fails
     */
    static void attempt(String what, Runnable act) {
        try {
            act.run();
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, what + ": " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, what, e);
        }
    }

    /**
     * Does something with each, all at once: one whose server hangs must not keep the others waiting. Returns when all are
     * done.
     */
    static <T> void together(List<T> all, Consumer<T> act) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var one : all) {
                var _ = threads.submit(() -> act.accept(one));
            }
        }
    }
}
