package dev.posada.engine;

import dev.posada.driver.SnapshotDriver;
import dev.posada.driver.Undo;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.LifecycleChange;
import dev.posada.model.SnapshotDefinition;
import dev.posada.model.SnapshotState;
import java.util.Optional;
import java.util.UUID;

/**
 * Returns domains to snapshots ({@code virDomainRevertToSnapshot}): what runs is ended, the driver puts the data back, the
 * definition of the snapshot becomes that of the domain, and the domain is started if the snapshot or the caller says so.
 */
final class SnapshotReturn {
    private static final int RUNNING = 1;
    private static final int PAUSED = 1 << 1;
    private static final int FORCE = 1 << 2;

    private static final String FLAG = "VIR_DOMAIN_SNAPSHOT_REVERT_";

    private final Hypervisor hypervisor;
    private final Launcher launcher;

    SnapshotReturn(Hypervisor hypervisor, Launcher launcher) {
        this.hypervisor = hypervisor;
        this.launcher = launcher;
    }

    void revert(UUID uuid, String name, int flags, String api) {
        Snapshots.exclusive(flags, RUNNING, FLAG + "RUNNING", PAUSED, FLAG + "PAUSED");
        var driver = hypervisor.driver().snapshots().orElseThrow(() -> hypervisor.lacking(SnapshotDriver.class, api));
        // Nothing here is too risky to be done without FORCE: no instance goes on in place.
        hypervisor.checkFlags(flags, RUNNING | PAUSED | FORCE, api);
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.ASYNC, api)) {
            var snapshot = hypervisor.snapshot(domain, name);
            boolean runs = snapshot.state().online() || Flags.has(flags, RUNNING | PAUSED);
            boolean paused = Flags.has(flags, PAUSED)
                    || (snapshot.state() == SnapshotState.PAUSED && !Flags.has(flags, RUNNING));
            boolean persistent = domain.view().persistent();
            if (!persistent && !runs) {
                throw hypervisor.invalid(
                        "transient domain needs to request run or pause to revert to inactive snapshot");
            }
            var definition = hypervisor.driver().complete(definition(snapshot, domain.view()));
            var stored = StoredDefinition.of(definition);
            try (var undo = new Undo()) {
                if (!persistent) {
                    // A transient domain would be gone with its instance, and its snapshots with it.
                    domain.change(view -> view.withConfig(stored));
                    undo.add(() -> transientAgain(domain));
                }
                back(domain, driver, definition, snapshot, api);
                if (persistent) {
                    redefine(domain, stored);
                }
                if (runs) {
                    launcher.launch(
                            domain, definition, paused ? Flags.START_PAUSED : 0, Optional.empty(), StartFrom.SNAPSHOT);
                }
                hypervisor.snapshots().current(uuid, Optional.of(name));
                undo.done();
            }
            if (!persistent) {
                transientAgain(domain);
            }
        }
    }

    /** A domain that was renamed since keeps its name. */
    private static DomainDefinition definition(SnapshotDefinition snapshot, DomainView view) {
        return snapshot.domain().orElseThrow().withName(view.name());
    }

    private void back(
            Domain domain,
            SnapshotDriver driver,
            DomainDefinition definition,
            SnapshotDefinition snapshot,
            String api) {
        if (domain.view().active()) {
            launcher.end(domain, Ending.FROM_SNAPSHOT, api);
        }
        driver.revert(definition, snapshot);
    }

    private void redefine(Domain domain, StoredDefinition stored) {
        var before = domain.view().config();
        if (before.isPresent() && before.get().text(true).equals(stored.text(true))) {
            return;
        }
        hypervisor.storage().replace(stored);
        Happening[] told = {Domain.step(LifecycleChange.DEFINED_FROM_SNAPSHOT)};
        domain.change(view -> view.withConfig(stored), told);
    }

    private void transientAgain(Domain domain) {
        var definition = domain.view().config().orElseThrow().definition();
        boolean running = domain.view().live().isPresent();
        hypervisor.driver().keeper().ifPresent(keeper -> keeper.undefined(definition, running));
        domain.change(DomainView::withoutConfig);
        launcher.giveBack(domain);
    }
}
