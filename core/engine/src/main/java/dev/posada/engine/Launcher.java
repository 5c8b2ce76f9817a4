package dev.posada.engine;

import dev.posada.driver.StartRequest;
import dev.posada.driver.StartRequest.Kept;
import dev.posada.driver.Undo;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.LifecycleChange;
import dev.posada.xml.DomainGrammar;
import java.util.Optional;
import java.util.UUID;

/** Makes instances and ends them: the way from a definition to a running domain and back. */
final class Launcher {
    private static final System.Logger LOG = System.getLogger("posada.engine");

    /** How many things an error names. */
    private static final int MAX_UNKNOWN_SHOWN = 5;

    private final Hypervisor hypervisor;

    Launcher(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /** Starts a domain that is defined; flags are {@code virDomainCreateFlags}. */
    DomainIdentity start(UUID uuid, int flags, String api, Optional<Connection> owner) {
        var domain = hypervisor.domain(uuid);
        mustBeOff(domain);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            mustBeOff(domain);
            var stored = domain.view().config().orElseThrow(() -> hypervisor.invalid("domain is not defined"));
            boot(domain, stored, flags, owner);
            return domain.view().identity();
        }
    }

    /** From the state that was saved for this start, or else from the beginning. */
    private void boot(Domain domain, StoredDefinition stored, int flags, Optional<Connection> owner) {
        if (Flags.has(flags, Flags.START_FORCE_BOOT)) {
            hypervisor.saves().remove(domain.uuid());
        }
        var saved = hypervisor.saves().find(domain.uuid());
        if (saved.isEmpty()) {
            launch(domain, hypervisor.driver().complete(stored.definition()), flags, owner);
            return;
        }
        // The state belongs to what ran then; its name may be another one today.
        var ran =
                hypervisor.read(saved.get().xml(), false).withName(domain.view().name());
        int paused = saved.get().running() ? 0 : Flags.START_PAUSED;
        launch(domain, ran, flags | paused, owner, StartFrom.saved(saved.get()));
        hypervisor.saves().remove(domain.uuid());
    }

    /** Starts a domain from a definition that is kept only as long as it runs. */
    DomainIdentity create(DomainDefinition definition, int flags, String api, Optional<Connection> owner) {
        return create(definition, flags, api, owner, StartFrom.BOOT);
    }

    /** The same from a saved state; a domain that is defined stays so. */
    DomainIdentity create(
            DomainDefinition definition, int flags, String api, Optional<Connection> owner, StartFrom from) {
        while (true) {
            var domain = hypervisor.registry().claim(definition.uuid(), definition.name());
            mustNotBeActive(domain);
            try (var _ = domain.jobs()
                    .begin(
                            Kind.MODIFY,
                            api,
                            hypervisor.jobWait(),
                            hypervisor.driver().origin())) {
                if (domain.view().presence() == Presence.GONE) {
                    continue; // the domain that had this name went while we waited; the name is free now
                }
                mustNotBeActive(domain);
                try (var undo = new Undo()) {
                    undo.add(() -> giveBack(domain));
                    launch(domain, definition, flags, owner, from);
                    undo.done();
                }
                return domain.view().identity();
            }
        }
    }

    /** Takes back a name and uuid of which nothing came. */
    void giveBack(Domain domain) {
        if (domain.view().presence() == Presence.RESERVED) {
            domain.change(DomainView::gone);
        }
        if (domain.view().presence() == Presence.GONE) {
            hypervisor.forget(domain);
        }
    }

    /** Ends an instance whatever it is doing; returns when it is gone. */
    void destroy(Domain domain, boolean graceful, String api) {
        var instance = domain.view()
                .live()
                .map(DomainView.Live::instance)
                .orElseThrow(() -> hypervisor.invalid("domain is not running"));
        var patience = hypervisor.jobWait();
        // The job is taken if it is free, so that others wait for the ending; if it is not, what holds it may hang, and
        // to end that is what destroy is for. Only a start under way is waited for: there is nothing to end before.
        try (var _ = domain.jobs()
                .begin(Kind.DESTROY, api, patience, hypervisor.driver().origin())) {
            var live = instance.await(patience);
            if (live.isEmpty()) {
                throw instance.over() ? hypervisor.invalid("domain is not running") : stillStarting(domain);
            }
            instance.intendEnd();
            live.orElseThrow().destroy(graceful);
            if (!instance.over()) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the driver destroyed domain '" + domain.view().name() + "' and did not say so");
                instance.ended(DomainStatus.SHUTOFF_DESTROYED, LifecycleChange.STOPPED_DESTROYED);
            }
        }
    }

    /** Ends the instance of a domain whose job the caller holds, for a reason of the daemon's own. */
    void end(Domain domain, Ending why, String api) {
        domain.view().live().ifPresent(live -> live.instance().intendEnd(why));
        destroy(domain, false, api);
    }

    /** Brings an instance up for a domain whose job the caller holds; nothing is left of it when this throws. */
    void launch(Domain domain, DomainDefinition definition, int flags, Optional<Connection> owner) {
        launch(domain, definition, flags, owner, StartFrom.BOOT);
    }

    /** The same from a snapshot or a saved state. */
    void launch(Domain domain, DomainDefinition definition, int flags, Optional<Connection> owner, StartFrom from) {
        mustBeKnown(definition);
        try (var files = hypervisor.files().lend(definition, hypervisor.driver().origin())) {
            launch(domain, definition, flags, owner, from, files);
        }
    }

    private void launch(
            Domain domain,
            DomainDefinition definition,
            int flags,
            Optional<Connection> owner,
            StartFrom from,
            FileGroups.Lent files) {
        var resolved = hypervisor.resolve(definition);
        boolean autodestroy = Flags.has(flags, Flags.START_AUTODESTROY);
        var instance =
                new Instance(hypervisor, domain, hypervisor.registry().nextId(), autodestroy, owner, resolved.shown());
        var request = new StartRequest(
                resolved.definition(),
                instance.id(),
                Flags.has(flags, Flags.START_PAUSED),
                Flags.has(flags, Flags.START_RESET_NVRAM),
                instance::writeJournal,
                new DiskKeys(hypervisor.secrets()).of(resolved.definition()),
                kept(domain.view()),
                from.saved(),
                files.files());
        instance.startedBy(from.cause());
        try (var undo = new Undo()) {
            undo.add(instance::failed);
            instance.intend(resolved.definition());
            instance.started(hypervisor.driver().start(request, instance));
            instance.startedBy(StartCause.BOOT);
            undo.done();
        }
    }

    private static Kept kept(DomainView view) {
        if (!view.persistent()) {
            return Kept.NOTHING;
        }
        return view.autostart() ? Kept.AUTOSTARTED : Kept.DEFINITION;
    }

    /** What nobody knows, nobody will honour: better no start than one that leaves out what the user asked for. */
    private void mustBeKnown(DomainDefinition definition) {
        var unknown = DomainGrammar.unknown(definition);
        if (!unknown.isEmpty()) {
            var shown = unknown.stream()
                    .limit(MAX_UNKNOWN_SHOWN)
                    .map(DomainGrammar.Unknown::toString)
                    .toList();
            throw hypervisor.error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "the definition of domain '" + definition.name() + "' holds what nothing here knows: "
                            + String.join(", ", shown) + (unknown.size() > shown.size() ? ", …" : "")
                            + "; correct it or take it out");
        }
    }

    private RuntimeException stillStarting(Domain domain) {
        var held = domain.jobs().holder().map(JobSlot.Holder::api).orElse("virDomainCreate");
        return hypervisor.error(ErrorCode.OPERATION_TIMEOUT, "cannot acquire state change lock (held by " + held + ")");
    }

    private void mustBeOff(Domain domain) {
        if (domain.view().active()) {
            throw hypervisor.invalid("domain is already running");
        }
    }

    private void mustNotBeActive(Domain domain) {
        if (domain.view().active()) {
            throw hypervisor.invalid("domain '" + domain.view().name() + "' is already active");
        }
    }
}
