package dev.posada.engine;

import dev.posada.driver.Undo;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Brings a driver's domains back: definitions first, so that instances find theirs; then the instances, by looking at the
 * host; then what starts by itself, so that nothing that runs is started twice.
 */
final class Recovery {
    private final Hypervisor hypervisor;
    private final Launcher launcher;

    Recovery(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
        this.launcher = new Launcher(hypervisor);
    }

    /** Loads what was kept and finds running instances again. */
    void load() {
        var kept = hypervisor.storage().load();
        for (var definition : kept.definitions()) {
            var facts = definition.facts();
            boolean autostart = kept.autostart().contains(facts.name());
            hypervisor
                    .registry()
                    .claim(facts.uuid(), facts.name())
                    .change(view -> view.withConfig(definition).withAutostart(autostart));
            hypervisor.snapshots().load(facts.uuid());
        }
        for (var running : kept.live()) {
            hypervisor.snapshots().load(running.definition().uuid());
        }
        kept.live().forEach(document -> hypervisor.registry().passId(document.id()));
        together(kept.live(), this::recover);
        hypervisor.nics().releaseAllBut(running());
    }

    private Set<UUID> running() {
        return hypervisor.registry().running().stream().map(Domain::uuid).collect(Collectors.toSet());
    }

    /** Starts what is marked, once in a run of the host: what somebody stopped since then stays so. */
    void autostart(boolean wanted) {
        if (!hypervisor.storage().firstSinceBoot() || !wanted) {
            return;
        }
        var marked = hypervisor.registry().all().stream()
                .filter(domain -> domain.view().autostart() && !domain.view().active())
                .toList();
        together(
                marked,
                domain -> Attempts.attempt(
                        "cannot autostart domain '" + domain.view().name() + "'",
                        () -> launcher.start(domain.uuid(), 0, "virDomainCreate", Optional.empty())));
    }

    /** Puts domains in place that a driver has running from the start; nobody is told, for nothing happened. */
    void reside(List<DomainDefinition> residents) {
        for (var definition : residents) {
            var domain = hypervisor.registry().claim(definition.uuid(), definition.name());
            var stored = StoredDefinition.of(definition);
            domain.change(view -> view.withConfig(stored));
            launcher.launch(domain, definition, 0, Optional.empty());
            domain.change(view -> view.reported(view.id(), DomainStatus.RUNNING_UNKNOWN));
        }
    }

    private void recover(LiveDocument document) {
        var definition = document.definition();
        Attempts.attempt("cannot recover domain '" + definition.name() + "'", () -> {
            var domain = hypervisor.registry().claim(definition.uuid(), definition.name());
            var instance = new Instance(
                    hypervisor, domain, document.id(), document.autodestroy(), Optional.empty(), document.shown());
            instance.expect(definition);
            try (var undo = new Undo()) {
                // A driver that throws has made sure that nothing of the instance is left.
                undo.add(instance::failed);
                var found = hypervisor.driver().recover(instance.record(document), instance);
                if (found.isPresent()) {
                    instance.started(found.orElseThrow());
                } else if (!instance.over()) {
                    instance.ended(DomainStatus.SHUTOFF_UNKNOWN, LifecycleChange.STOPPED_SHUTDOWN);
                }
                undo.done();
            }
            if (document.autodestroy() && !instance.over()) {
                launcher.destroy(domain, false, "virConnectClose"); // its connection ended with the daemon before
            }
        });
    }

    /** Does something with each, a few at a time; returns when all are done. */
    private static <T> void together(List<T> all, Consumer<T> act) {
        var places = new Semaphore(2 * Runtime.getRuntime().availableProcessors());
        Attempts.together(all, one -> {
            places.acquireUninterruptibly();
            try {
                act.accept(one);
            } finally {
                places.release();
            }
        });
    }
}
