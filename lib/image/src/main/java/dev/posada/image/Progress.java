package dev.posada.image;

/** Hears how far a long operation has come. */
@FunctionalInterface
public interface Progress {
    /** Nobody listens. */
    Progress NONE = (done, total) -> {};

    /**
     * Called now and then, by one thread at a time, though not always the same. What it throws ends the operation, which undoes what
     * it began; so this is the place to cancel.
     *
     * @param doneBytes how much is done, of the guest's disk
     * @param totalBytes size of the guest's disk
     */
    void at(long doneBytes, long totalBytes);
}
