package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.SnapshotDefinition;
import java.util.Optional;

/**
 * Everything a driver needs to take a snapshot.
 *
 * @param domain what runs, or is defined
 * @param snapshot what is written down of the snapshot: its name, its state, the definition of the domain in it
 * @param live the instance, if the domain runs
 * @param quiesce whether programs inside are brought to rest first; only asked of drivers that can
 * @param goesOn whether the domain goes on meanwhile ({@code VIR_DOMAIN_SNAPSHOT_CREATE_LIVE}), as far as that can be
 */
public record SnapshotRequest(
        DomainDefinition domain,
        SnapshotDefinition snapshot,
        Optional<LiveDomain> live,
        boolean quiesce,
        boolean goesOn) {}
