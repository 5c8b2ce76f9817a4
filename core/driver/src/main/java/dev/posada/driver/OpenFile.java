package dev.posada.driver;

/**
 * A file, socket or pipe that this process holds open, as the kernel numbers it. It belongs to whoever closes it; who is
 * only shown one and wants to keep it makes a copy.
 */
public interface OpenFile extends AutoCloseable {
    /**
     * The number, good until {@link #close}.
     *
     * @throws IllegalStateException when closed
     */
    int number();

    /**
     * The same open file once more, under another number and to be closed apart.
     *
     * @throws IllegalStateException when closed
     */
    OpenFile copy();

    /** Lets go of it; a second call does nothing. */
    @Override
    void close();
}
