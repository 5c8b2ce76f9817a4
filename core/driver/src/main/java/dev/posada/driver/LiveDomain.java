package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One running instance of a domain. What it can do beyond being ended it says by implementing the interfaces nested in
 * {@link Abilities}, itself or by one of its {@link #parts}; {@link #ability} asks for one.
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

    /** The objects that do what the instance can do but does not do itself; asked before it is. */
    default List<Object> parts() {
        return List.of();
    }

    /** This instance as something that can do {@code kind}, or nothing. */
    default <T> Optional<T> ability(Class<T> kind) {
        return Stream.concat(parts().stream(), Stream.of(this))
                .filter(kind::isInstance)
                .findFirst()
                .map(kind::cast);
    }

    /** Lets go of the instance without ending it: the daemon stops and the domain stays. */
    void release();
}
