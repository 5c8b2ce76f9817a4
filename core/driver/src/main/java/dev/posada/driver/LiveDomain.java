package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import java.util.Optional;

/**
 * One running instance of a domain. What it can do beyond being ended it says by implementing the interfaces nested in
 * {@link Abilities}; {@link #ability} asks for one.
 */
public interface LiveDomain {
    /** The definition as it is now: addresses, aliases, terminals and ports filled in. */
    DomainDefinition definition();

    /**
     * Ends the instance at once. May be called at any time, also while another call hangs; returns when the instance is
     * gone and has been reported so. Calling it on an instance that has ended does nothing.
     *
     * @param graceful ask with SIGTERM only and fail with {@code OPERATION_FAILED} rather than kill
     */
    void destroy(boolean graceful);

    /** This instance as something that can do {@code kind}, or nothing. */
    default <T> Optional<T> ability(Class<T> kind) {
        return kind.isInstance(this) ? Optional.of(kind.cast(this)) : Optional.empty();
    }

    /** Lets go of the instance without ending it: the daemon stops and the domain stays. */
    void release();
}
