package dev.posada.model;

import java.util.UUID;

/**
 * What names a domain: unique name, unique and lasting uuid, and the number of its running instance.
 *
 * @param name unique among the domains of a connection
 * @param uuid unique, and the same for the domain's whole life
 * @param id the running instance's number, from 1; {@link #INACTIVE} when there is none
 */
public record DomainIdentity(String name, UUID uuid, int id) {
    /** The id of a domain that has no running instance. */
    public static final int INACTIVE = -1;

    /** Whether there is a running instance. */
    public boolean active() {
        return id != INACTIVE;
    }
}
