package dev.posada.engine;

import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.SnapshotDefinition;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;

/** Deletes snapshots ({@code virDomainSnapshotDelete}): their data, unless only what is written down is to go. */
final class SnapshotRemoval {
    private final Hypervisor hypervisor;
    private final boolean metadataOnly;

    SnapshotRemoval(Hypervisor hypervisor, boolean metadataOnly) {
        this.hypervisor = hypervisor;
        this.metadataOnly = metadataOnly;
    }

    /**
     * @param below whether those that grew from it are deleted
     * @param itself whether it is deleted; what grew from it and stays then belongs to its parent
     */
    void delete(UUID uuid, String name, boolean below, boolean itself, String api) {
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.ASYNC, api)) {
            var snapshots = hypervisor.snapshots();
            var snapshot = hypervisor.snapshot(domain, name);
            var tree = snapshots.of(uuid);
            var current = tree.current();
            if (below) {
                var going = new ArrayList<>(tree.descendants(name)).reversed(); // children go before their parents
                boolean at = going.stream()
                        .anyMatch(one -> current.filter(one.name()::equals).isPresent());
                if (at) {
                    // Said first: whatever the removal comes to, the domain is at one that is there.
                    snapshots.current(uuid, Optional.of(name));
                }
                going.forEach(one -> remove(domain, one));
            } else {
                for (var child : tree.children(name)) {
                    snapshots.put(uuid, child.withParent(snapshot.parent()));
                }
            }
            if (itself) {
                if (snapshots.of(uuid).current().filter(name::equals).isPresent()) {
                    snapshots.current(uuid, snapshot.parent().filter(tree.all()::containsKey));
                }
                remove(domain, snapshot);
            }
        }
    }

    private void remove(Domain domain, SnapshotDefinition snapshot) {
        if (!metadataOnly) {
            hypervisor
                    .driver()
                    .snapshots()
                    .ifPresent(driver -> driver.delete(definition(domain.view(), snapshot), snapshot));
        }
        hypervisor.snapshots().remove(domain.uuid(), snapshot.name());
    }

    private static DomainDefinition definition(DomainView view, SnapshotDefinition snapshot) {
        return view.live()
                .map(DomainView.Live::definition)
                .or(() -> view.config().map(StoredDefinition::definition))
                .orElseGet(() -> snapshot.domain().orElseThrow());
    }
}
