package dev.posada.engine;

import dev.posada.driver.Arrivals;
import dev.posada.driver.Undo;
import dev.posada.engine.JobSlot.Job;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.LifecycleChange;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Takes in what a driver says of domains that nobody defined here, and of what others did to those that somebody did. */
final class Newcomers implements Arrivals {
    private static final String API = "virDomainDefineXML";

    private final Hypervisor hypervisor;
    private final Launcher launcher;

    Newcomers(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
        this.launcher = new Launcher(hypervisor);
    }

    @Override
    public List<Known> known() {
        return hypervisor.registry().all().stream()
                .map(Domain::view)
                .filter(DomainView::there)
                .map(view -> new Known(
                        view.identity(), view.persistent(), view.live().isPresent()))
                .toList();
    }

    @Override
    public Optional<DomainDefinition> stored(UUID domain) {
        return hypervisor
                .registry()
                .find(domain)
                .flatMap(found -> found.view().config())
                .map(StoredDefinition::definition);
    }

    @Override
    public void running(DomainDefinition definition, boolean persistent, Taking taking) {
        inJob(definition, domain -> {
            if (domain.view().live().isPresent()) {
                throw hypervisor.invalid("domain '" + definition.name() + "' is already active");
            }
            if (persistent) {
                keep(domain, definition);
            }
            var instance = new Instance(
                    hypervisor, domain, hypervisor.registry().nextId(), false, Optional.empty(), Shown.NOTHING);
            try (var undo = new Undo()) {
                undo.add(instance::failed);
                instance.intend(definition);
                instance.started(taking.take(instance.id(), instance, instance::writeJournal));
                undo.done();
            }
        });
    }

    @Override
    public void stopped(DomainDefinition definition) {
        inJob(definition, domain -> keep(domain, definition));
    }

    /** A definition that is there already stays: what is said of the domain here counts more than what can be guessed. */
    private void keep(Domain domain, DomainDefinition definition) {
        if (!domain.view().persistent()) {
            var stored = StoredDefinition.of(definition);
            hypervisor.storage().add(stored);
            domain.change(view -> view.withConfig(stored), Domain.step(LifecycleChange.DEFINED_ADDED));
        }
    }

    @Override
    public void gone(UUID uuid) {
        var domain = hypervisor.registry().find(uuid);
        if (domain.isEmpty()) {
            return;
        }
        try (var _ = begin(domain.get())) {
            var view = domain.get().view();
            if (view.there() && view.persistent() && view.live().isEmpty()) {
                hypervisor.storage().remove(view.name());
                domain.get().change(DomainView::withoutConfig, Domain.step(LifecycleChange.UNDEFINED_REMOVED));
                launcher.giveBack(domain.get());
            }
        }
    }

    @Override
    public void renamed(UUID uuid, String name) {
        var domain = hypervisor.domain(uuid);
        try (var _ = begin(domain);
                var undo = new Undo()) {
            var view = domain.view();
            if (!view.there() || view.name().equals(name)) {
                return;
            }
            hypervisor.registry().claim(name, domain);
            undo.add(() -> hypervisor.registry().release(name, domain));
            var config = view.config()
                    .map(stored -> StoredDefinition.of(stored.definition().withName(name)));
            config.ifPresent(stored -> hypervisor.storage().rename(view.name(), stored, view.autostart()));
            domain.tell(Domain.step(LifecycleChange.UNDEFINED_RENAMED));
            domain.change(
                    now -> config.map(now.withName(name)::withRenamed).orElse(now.withName(name)),
                    Domain.step(LifecycleChange.DEFINED_RENAMED));
            view.live().ifPresent(live -> live.instance().renamed(view.name(), name));
            hypervisor.registry().release(view.name(), domain);
            undo.done();
        }
    }

    /** Does something with the domain of a definition, which may be a new one; a name and uuid left unused go back. */
    private void inJob(DomainDefinition definition, Consumer<Domain> act) {
        while (true) {
            var domain = hypervisor.registry().claim(definition.uuid(), definition.name());
            try (var _ = begin(domain);
                    var undo = new Undo()) {
                if (domain.view().presence() == Presence.GONE) {
                    continue; // forgotten while we waited; the name is free now
                }
                undo.add(() -> launcher.giveBack(domain));
                act.accept(domain);
                undo.done();
                return;
            }
        }
    }

    private Job begin(Domain domain) {
        return domain.jobs()
                .begin(
                        Kind.MODIFY,
                        API,
                        hypervisor.jobWait(),
                        hypervisor.driver().origin());
    }
}
