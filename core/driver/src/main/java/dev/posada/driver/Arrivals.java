package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainIdentity;
import dev.posada.model.Element;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * How a driver tells the engine of domains that nobody defined here: a container somebody ran by another tool, a Java
 * process that is to be adopted. A driver calls this from threads of its own, never from within a call of the engine to
 * one of its domains; a call may wait for a job of the domain.
 *
 * <p>A domain is known by its uuid, which must be the same each time the same thing is told of. A name that is taken is
 * refused with {@code OPERATION_FAILED}; the driver then tells of it by another.
 */
public interface Arrivals {
    /** What the engine knows of: to be compared with what is there. */
    List<Known> known();

    /** The stored definition of a persistent domain; nothing when it has none. */
    Optional<DomainDefinition> stored(UUID domain);

    /**
     * An instance runs that the engine has not started.
     *
     * @param definition complete, as it is live
     * @param persistent whether the domain stays when the instance ends; its definition is kept then, unless there is one
     * @param taking makes the live domain; called once, and what it reports is what clients see
     * @throws dev.posada.model.PosadaException when the name is another's, or the domain runs already
     */
    void running(DomainDefinition definition, boolean persistent, Taking taking);

    /**
     * A persistent domain is there and does not run.
     *
     * @throws dev.posada.model.PosadaException when the name is another's
     */
    void stopped(DomainDefinition definition);

    /** A persistent domain that does not run is there no more. Nothing happens when it is not known or runs. */
    void gone(UUID domain);

    /** A domain, running or not, is called otherwise now. */
    void renamed(UUID domain, String name);

    /** Makes the live domain of an instance that runs already. */
    @FunctionalInterface
    interface Taking {
        /**
         * Begins to watch the instance and reports its status.
         *
         * @param id the number of the instance, from 1
         * @param listener hears what becomes of it
         * @param journal takes the driver's own record of the instance, as {@link StartRequest#journal}
         */
        LiveDomain take(int id, LiveListener listener, Consumer<Element> journal);
    }

    /**
     * A domain the engine knows.
     *
     * @param identity its name, uuid and id
     * @param persistent whether it has a stored definition
     * @param active whether it has an instance
     */
    record Known(DomainIdentity identity, boolean persistent, boolean active) {}
}
