package dev.posada.dockerengine;

/** Hears of an engine. All is told by one thread, in the order of things. */
public interface EngineWatcher {
    /**
     * It answers: for the first time, or again. What happened while it did not, and what there was before, is not told: whoever
     * hears this looks. What happens from now on is told, and what happens while one looks is told afterwards.
     */
    void back();

    /**
     * It does not answer any more, or does not from the beginning.
     *
     * @param why one line
     */
    void lost(String why);

    /** Something happened. */
    void event(EngineEvent event);
}
