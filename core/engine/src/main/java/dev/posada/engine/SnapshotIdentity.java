package dev.posada.engine;

import dev.posada.model.DomainIdentity;

/**
 * What a snapshot is called, and whose it is.
 *
 * @param domain the domain, as it is called now
 * @param name no two snapshots of a domain share one
 */
public record SnapshotIdentity(DomainIdentity domain, String name) {}
