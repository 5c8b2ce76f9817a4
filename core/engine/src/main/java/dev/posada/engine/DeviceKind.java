package dev.posada.engine;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;

/** What is particular to one kind of device that comes, goes and changes while a domain runs, and in its definition. */
interface DeviceKind {
    /** What a device is looked for: each call has its own words for one that is not there. */
    enum Purpose {
        DETACH,
        DETACH_LIVE,
        UPDATE,
        UPDATE_LIVE
    }

    /**
     * The device a client means.
     *
     * @param wanted canonical or as the client wrote it
     * @throws dev.posada.model.PosadaException when there is none
     */
    Element find(DomainDefinition definition, Element wanted, Purpose purpose);

    /** Refuses a device that a definition cannot take. */
    default void checkFree(DomainDefinition definition, Element device) {}

    /** Plugs a device into the running instance. */
    void attach(Domain domain, Element device, String api);

    /**
     * Has the running instance let go of a device.
     *
     * @param device as it stands in the live definition
     */
    void detach(Domain domain, Element device, String api);

    /** What stands in a definition in place of the device that is meant. */
    Element replacement(DomainDefinition definition, Element wanted);

    /**
     * Changes a device of the running instance.
     *
     * @param force whether what the guest holds is taken from it
     */
    void update(Domain domain, Element wanted, boolean force, String api);
}
