package dev.posada.driver;

import dev.posada.model.DomainDefinition;

/**
 * What a driver that keeps something of a domain while it does not run is told of the domain's definition. Each call
 * comes before the engine makes the change true: one that throws refuses it. No other change of the domain is under way.
 */
public interface DefinitionKeeper {
    /**
     * A domain gets a stored definition, or another one; it may be running.
     *
     * @return the definition as it is stored: the same, unless the driver has done once and for all what it asked for
     */
    default DomainDefinition defined(DomainDefinition definition) {
        return definition;
    }

    /**
     * A domain's stored definition is to be forgotten, and with it what the driver keeps.
     *
     * @param running whether it runs on, as a transient domain, and all goes when it ends
     */
    void undefined(DomainDefinition definition, boolean running);

    /** A domain that does not run gets another name. */
    void renamed(DomainDefinition before, String name);

    /** A domain is to start with the host, or no more. */
    default void autostart(DomainDefinition definition, boolean autostart) {}
}
