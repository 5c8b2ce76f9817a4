package dev.posada.engine;

import dev.posada.driver.Undo;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainIdentity;
import dev.posada.model.ErrorCode;
import dev.posada.model.LifecycleChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Keeps definitions and forgets them. What is acknowledged is on disk. */
final class Definer {
    private final Hypervisor hypervisor;
    private final Launcher launcher;

    Definer(Hypervisor hypervisor, Launcher launcher) {
        this.hypervisor = hypervisor;
        this.launcher = launcher;
    }

    DomainIdentity define(DomainDefinition definition, String api) {
        while (true) {
            var domain = hypervisor.registry().claim(definition.uuid(), definition.name());
            try (var _ = domain.jobs()
                    .begin(
                            Kind.MODIFY,
                            api,
                            hypervisor.jobWait(),
                            hypervisor.driver().origin())) {
                if (domain.view().presence() == Presence.GONE
                        || !domain.view().name().equals(definition.name())) {
                    continue; // forgotten or renamed while we waited: whose name this is must be asked again
                }
                try (var undo = new Undo()) {
                    undo.add(() -> launcher.giveBack(domain));
                    var kept = hypervisor
                            .driver()
                            .keeper()
                            .map(keeper -> keeper.defined(definition))
                            .orElse(definition);
                    keep(domain, StoredDefinition.of(kept));
                    undo.done();
                }
                return domain.view().identity();
            }
        }
    }

    private void keep(Domain domain, StoredDefinition stored) {
        if (domain.view().persistent()) {
            hypervisor.storage().replace(stored);
            domain.change(view -> view.withConfig(stored), Domain.step(LifecycleChange.DEFINED_UPDATED));
        } else {
            hypervisor.storage().add(stored);
            domain.change(view -> view.withConfig(stored), Domain.step(LifecycleChange.DEFINED_ADDED));
        }
    }

    void undefine(UUID uuid, int flags, String api) {
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var stored =
                    domain.view().config().orElseThrow(() -> hypervisor.invalid("cannot undefine transient domain"));
            mayLeaveSaved(uuid, flags);
            mayLeaveSnapshots(domain, flags);
            clearNvram(stored.definition(), flags);
            boolean running = domain.view().live().isPresent();
            hypervisor.driver().keeper().ifPresent(keeper -> keeper.undefined(stored.definition(), running));
            if (!running) {
                hypervisor.snapshots().forget(uuid);
                hypervisor.saves().remove(uuid);
            }
            hypervisor.storage().remove(domain.view().name());
            domain.change(DomainView::withoutConfig, Domain.step(LifecycleChange.UNDEFINED_REMOVED));
            launcher.giveBack(domain);
        }
    }

    private void mayLeaveSaved(UUID uuid, int flags) {
        if (hypervisor.saves().there(uuid) && !Flags.has(flags, Flags.UNDEFINE_MANAGED_SAVE)) {
            throw hypervisor.invalid("Refusing to undefine while domain managed save image exists");
        }
    }

    /** Snapshots of a domain that runs stay until it ends; of one that does not, their documents go only if told so. */
    private void mayLeaveSnapshots(Domain domain, int flags) {
        int count = hypervisor.snapshots().of(domain.uuid()).all().size();
        if (count > 0 && !domain.view().active() && !Flags.has(flags, Flags.UNDEFINE_SNAPSHOTS_METADATA)) {
            throw hypervisor.invalid("cannot delete inactive domain with " + count + " snapshots");
        }
    }

    /** A variable store is a guest's own state: it goes or stays only as the caller says. */
    private void clearNvram(DomainDefinition definition, int flags) {
        boolean delete = Flags.has(flags, Flags.UNDEFINE_NVRAM);
        boolean keep = Flags.has(flags, Flags.UNDEFINE_KEEP_NVRAM);
        if (delete && keep) {
            throw hypervisor.invalid("cannot both keep and delete nvram");
        }
        var nvram = nvram(definition)
                .or(() -> hypervisor.driver().variableStore(definition))
                .filter(Files::exists);
        if (nvram.isEmpty() || keep) {
            return;
        }
        if (!delete) {
            throw hypervisor.invalid("cannot undefine domain with nvram");
        }
        try {
            Files.delete(nvram.orElseThrow());
        } catch (IOException e) {
            throw hypervisor.error(ErrorCode.OPERATION_FAILED, "failed to remove nvram: " + nvram.orElseThrow());
        }
    }

    private static Optional<Path> nvram(DomainDefinition definition) {
        return definition
                .root()
                .at("os", "nvram")
                .map(nvram -> nvram.child("source")
                        .map(source -> source.attribute("file", ""))
                        .orElse(nvram.text()))
                .filter(path -> path.startsWith("/"))
                .map(Path::of);
    }

    void rename(UUID uuid, String name, String api) {
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api);
                var undo = new Undo()) {
            var view = domain.view();
            mayRename(view, name);
            hypervisor.registry().claim(name, domain);
            undo.add(() -> hypervisor.registry().release(name, domain));
            var before = view.config().orElseThrow().definition();
            var renamed = StoredDefinition.of(before.withName(name));
            hypervisor.driver().keeper().ifPresent(keeper -> {
                keeper.renamed(before, name);
                undo.add(() -> keeper.renamed(before.withName(name), before.name()));
            });
            hypervisor.storage().rename(view.name(), renamed, view.autostart());
            // Each event is told under the name it speaks of.
            domain.tell(Domain.step(LifecycleChange.UNDEFINED_RENAMED));
            domain.change(now -> now.withName(name).withConfig(renamed), Domain.step(LifecycleChange.DEFINED_RENAMED));
            hypervisor.registry().release(view.name(), domain);
            undo.done();
        }
    }

    private void mayRename(DomainView view, String name) {
        if (view.active()) {
            throw hypervisor.invalid("cannot rename active domain");
        }
        if (!view.persistent()) {
            throw hypervisor.invalid("cannot rename a transient domain");
        }
        if (name.contains("/")) {
            throw hypervisor.error(ErrorCode.XML_ERROR, "name " + name + " cannot contain '/'");
        }
        if (view.name().equals(name)) {
            throw hypervisor.invalid("Can't rename domain to itself");
        }
    }

    void autostart(UUID uuid, boolean autostart, String api) {
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            if (!domain.view().persistent()) {
                throw hypervisor.invalid("cannot set autostart for transient domain");
            }
            if (domain.view().autostart() != autostart) {
                var definition = domain.view().config().orElseThrow().definition();
                hypervisor.driver().keeper().ifPresent(keeper -> keeper.autostart(definition, autostart));
                hypervisor.storage().autostart(domain.view().name(), autostart);
                domain.change(view -> view.withAutostart(autostart));
            }
        }
    }
}
