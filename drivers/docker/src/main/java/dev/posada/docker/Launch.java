package dev.posada.docker;

import dev.posada.dockerengine.EngineException;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.StartRequest;
import dev.posada.driver.StartRequest.Kept;
import dev.posada.model.PosadaException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** One start of a domain: its container is found or made, written down, and started. */
final class Launch {
    private static final System.Logger LOG = System.getLogger("posada.docker");

    private final Machinery machinery;
    private final StartRequest request;
    private final DockerDomain domain;

    Launch(Machinery machinery, StartRequest request, LiveListener listener) {
        this.machinery = machinery;
        this.request = request;
        this.domain = new DockerDomain(
                machinery,
                LiveDefinition.of(RootMark.settled(request.definition()), request.id()),
                listener,
                request.journal(),
                request.kept() != Kept.NOTHING);
    }

    /** Runs; nothing of the start is left when this throws. */
    LiveDomain run() {
        var definition = request.definition();
        Honour.check(definition);
        var spec = ContainerPlan.of(definition);
        domain.is("");
        machinery.roster().add(definition.uuid(), domain);
        boolean fresh = false;
        try {
            var ready = machinery.containers().prepare(definition, spec, request.kept() != Kept.NOTHING);
            fresh = ready.fresh();
            domain.is(ready.container());
            domain.start(request.paused());
            return domain;
        } catch (EngineException e) {
            undo(fresh);
            throw EngineErrors.of(definition.name(), e);
        } catch (PosadaException e) {
            undo(fresh);
            throw e;
        }
    }

    private void undo(boolean fresh) {
        domain.abandon();
        var container = domain.container();
        if (container.isEmpty()) {
            return;
        }
        try {
            if (fresh) {
                machinery.containers().remove(request.definition().uuid());
            } else {
                machinery.engine().containers().stop(container, Duration.ZERO);
            }
        } catch (EngineException e) {
            LOG.log(
                    Level.WARNING,
                    "container {0} of a start that failed is left behind: {1}",
                    ContainerStore.shortId(container),
                    e.getMessage());
        }
    }
}
