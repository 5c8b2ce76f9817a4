package dev.posada.engine;

/**
 * What is known of an object while it is started.
 *
 * @param <D> how such objects are described
 */
interface Started<D> {
    /** What was started, with all that was changed since. */
    D definition();
}
