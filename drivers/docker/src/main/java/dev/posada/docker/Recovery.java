package dev.posada.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.posada.dockerengine.EngineException;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/** Finds an instance again that an earlier daemon started. */
final class Recovery {
    private static final System.Logger LOG = System.getLogger("posada.docker");

    private final Machinery machinery;
    private final DomainRecord record;
    private final LiveListener listener;
    private final Journal journal;

    Recovery(Machinery machinery, DomainRecord record, LiveListener listener) {
        this.machinery = machinery;
        this.record = record;
        this.listener = listener;
        this.journal = record.journal().map(Journal::of).orElse(new Journal("", "", 0, true, false));
    }

    Optional<LiveDomain> run() {
        var uuid = record.definition().uuid();
        var domain = new DockerDomain(
                machinery,
                LiveDefinition.of(record.definition(), record.id()),
                listener,
                record.rewrite(),
                journal.kept());
        machinery.roster().add(uuid, domain);
        Optional<InspectContainerResponse> found;
        try {
            found = find();
        } catch (EngineException e) {
            return unseen(domain, e);
        }
        if (found.isEmpty()) {
            machinery.roster().remove(uuid, domain);
            listener.ended(
                    DomainStatus.SHUTOFF_DESTROYED,
                    LifecycleChange.STOPPED_DESTROYED,
                    "its container was removed while no daemon watched it");
            return Optional.empty();
        }
        var now = Sight.of(found.get());
        if (!journal.complete()) {
            return giveUp(domain, now);
        }
        if (now.running()) {
            domain.take(found.get(), Optional.of(record.status()));
            return Optional.of(domain);
        }
        domain.catchUp(found.get(), record.status());
        return domain.state().ended() ? Optional.empty() : Optional.of(domain);
    }

    private Optional<InspectContainerResponse> find() {
        var known = journal.container().isEmpty()
                ? Optional.<InspectContainerResponse>empty()
                : machinery.engine().containers().find(journal.container());
        return known.isPresent()
                ? known
                : machinery.containers().find(record.definition().uuid());
    }

    /** A start nobody waits for any more; its client was told that the daemon is gone. */
    private Optional<LiveDomain> giveUp(DockerDomain domain, Sight now) {
        domain.abandon();
        try {
            if (now.running() || now.restarting()) {
                machinery.engine().containers().stop(now.id(), Duration.ZERO);
            }
            if (!journal.kept()) {
                machinery.containers().remove(now.id());
            }
        } catch (EngineException e) {
            LOG.log(Level.WARNING, "domain {0}: {1}", record.definition().name(), EngineErrors.line(e));
        }
        listener.ended(DomainStatus.SHUTOFF_FAILED, LifecycleChange.STOPPED_FAILED);
        return Optional.empty();
    }

    /** The engine does not answer: the container's process tells whether there is something to wait for. */
    private Optional<LiveDomain> unseen(DockerDomain domain, EngineException e) {
        if (machinery.isOf(journal.pid(), journal.container())) {
            LOG.log(
                    Level.WARNING,
                    "domain {0} runs but the engine does not answer: {1}",
                    record.definition().name(),
                    EngineErrors.line(e));
            domain.takeUnseen(journal, record.status());
            return Optional.of(domain);
        }
        machinery.roster().remove(record.definition().uuid(), domain);
        listener.ended(
                DomainStatus.SHUTOFF_CRASHED,
                LifecycleChange.STOPPED_CRASHED,
                "its process is gone and the engine cannot be asked why: " + EngineErrors.line(e));
        return Optional.empty();
    }
}
