package dev.posada.simulator;

import dev.posada.driver.SnapshotDriver;
import dev.posada.driver.SnapshotRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.SnapshotDefinition;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Snapshots of domains that have nothing to remember but their definitions. */
final class SimulatedSnapshots implements SnapshotDriver {
    @Override
    public Set<Feature> features() {
        return EnumSet.of(Feature.MEMORY, Feature.QUIESCE);
    }

    @Override
    public Optional<Element> take(SnapshotRequest request) {
        return Optional.empty();
    }

    @Override
    public void revert(DomainDefinition domain, SnapshotDefinition snapshot) {
        // The engine starts it by the definition of the snapshot, and that is all there is.
    }

    @Override
    public void delete(DomainDefinition domain, SnapshotDefinition snapshot) {
        // There is no data.
    }
}
