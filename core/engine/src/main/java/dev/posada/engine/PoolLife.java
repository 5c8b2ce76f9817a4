package dev.posada.engine;

import dev.posada.driver.LivePool;
import dev.posada.driver.PoolFigures;
import dev.posada.driver.StorageDriver.BuildOption;
import dev.posada.driver.Undo;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolChange;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PoolEvent;
import dev.posada.model.PoolIdentity;
import dev.posada.model.PosadaException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What becomes of pools. What is acknowledged is on disk; each change is a job of its pool. */
final class PoolLife {
    private static final System.Logger LOG = System.getLogger("posada.engine");

    private final PoolHost host;

    PoolLife(PoolHost host) {
        this.host = host;
    }

    PoolIdentity define(PoolDefinition definition, String api) {
        var stored = new StoredPool(definition);
        while (true) {
            var pool = host.claim(definition);
            try (var _ = host.slot(pool, api);
                    var undo = new Undo()) {
                if (pool.view().presence() == Presence.GONE) {
                    continue; // forgotten while we waited: the name must be asked for again
                }
                undo.add(() -> settle(pool));
                if (pool.view().persistent()) {
                    host.storage().replace(stored);
                } else {
                    host.storage().add(stored);
                }
                pool.change(view -> view.withConfig(definition), Pool.step(PoolChange.DEFINED));
                undo.done();
                settle(pool);
                return definition.identity();
            }
        }
    }

    /** Starts a pool from a definition that is kept only as long as it is started. */
    PoolIdentity create(PoolDefinition definition, Optional<Set<BuildOption>> build, String api) {
        while (true) {
            var pool = host.claim(definition);
            mustNotBeActive(pool, "pool is already active as '" + pool.name() + "'");
            try (var _ = host.slot(pool, api);
                    var undo = new Undo()) {
                if (pool.view().presence() == Presence.GONE) {
                    continue;
                }
                undo.add(() -> settle(pool));
                mustNotBeActive(pool, "pool is already active as '" + pool.name() + "'");
                start(pool, definition, build);
                undo.done();
                settle(pool);
                return definition.identity();
            }
        }
    }

    /** Starts a defined pool. */
    void start(Pool pool, Optional<Set<BuildOption>> build, String api) {
        try (var _ = host.begin(pool, api)) {
            mustNotBeActive(pool, alreadyActive(pool));
            start(pool, pool.view().config().orElseThrow(), build);
        }
    }

    /** Starts a pool whose job the caller holds; the intent is on disk before anything is done. */
    void start(Pool pool, PoolDefinition definition, Optional<Set<BuildOption>> build) {
        build.ifPresent(options -> host.driver().build(definition, options));
        try (var undo = new Undo()) {
            undo.add(() -> forgetLive(pool));
            host.storage().saveLive(pool.name(), new LivePoolRecord(definition, HostBoot.id()).toElement());
            var live = host.driver().start(definition);
            undo.add(() -> stopQuietly(pool, live));
            started(pool, definition, live, Pool.step(PoolChange.STARTED));
            undo.done();
        }
    }

    /** Takes a pool that the driver has started: looks what it holds, and shows it. */
    void started(Pool pool, PoolDefinition definition, LivePool live, PoolEvent.Happening... happenings) {
        var volumes = new VolumeTable(pool.name(), host.driver().origin());
        var figures = look(live, volumes);
        pool.change(view -> view.withLive(new StartedPool(live, definition, figures, volumes)), happenings);
    }

    void build(Pool pool, Set<BuildOption> options, String api) {
        try (var _ = host.begin(pool, api)) {
            mustNotBeActive(pool, alreadyActive(pool));
            host.driver().build(pool.view().definition(), options);
            pool.change(view -> view, Pool.step(PoolChange.CREATED));
        }
    }

    void delete(Pool pool, boolean zeroed, String api) {
        try (var _ = host.begin(pool, api)) {
            mustNotBeActive(pool, stillActive(pool));
            host.driver().delete(pool.view().definition(), zeroed);
            pool.change(view -> view, Pool.step(PoolChange.DELETED));
        }
    }

    void stop(Pool pool, String api) {
        try (var _ = host.begin(pool, api)) {
            var live = host.live(pool);
            retire(pool, live);
            try (var undo = new Undo()) {
                undo.add(() -> live.volumes().reopen());
                live.pool().stop();
                undo.done();
            }
            stopped(pool);
        }
    }

    private void retire(Pool pool, StartedPool live) {
        if (!live.volumes().retire()) {
            throw host.error(ErrorCode.INTERNAL_ERROR, "pool '" + pool.name() + "' has asynchronous jobs running.");
        }
    }

    private void stopped(Pool pool) {
        forgetLive(pool);
        pool.change(KeptView::withoutLive, Pool.step(PoolChange.STOPPED));
        settle(pool);
    }

    void undefine(Pool pool, String api) {
        try (var _ = host.begin(pool, api)) {
            mustNotBeActive(pool, stillActive(pool));
            host.storage().remove(pool.name());
            pool.change(KeptView::withoutConfig, Pool.step(PoolChange.UNDEFINED));
            settle(pool);
        }
    }

    /** Looks again at what a pool holds. One that cannot be looked at any more is stopped. */
    void refresh(Pool pool, String api) {
        try (var _ = host.begin(pool, api)) {
            var live = host.live(pool);
            try {
                var figures = look(live.pool(), live.volumes());
                pool.change(view -> view.withLive(live.withFigures(figures)), new PoolEvent.Refresh());
            } catch (PosadaException e) {
                if (live.volumes().retire()) {
                    stopQuietly(pool, live.pool());
                    stopped(pool);
                }
                throw e;
            }
        }
    }

    private static PoolFigures look(LivePool live, VolumeTable volumes) {
        try (var look = volumes.look()) {
            var contents = live.look();
            look.take(contents.volumes());
            return contents.figures();
        }
    }

    /** Looks again after a change of volumes that may have changed others; what cannot be found out stays as it was. */
    void lookAgain(Pool pool, StartedPool live) {
        try {
            var figures = look(live.pool(), live.volumes());
            noteFigures(pool, live.pool(), figures);
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.WARNING, "volumes of pool '" + pool.name() + "': " + e.getMessage());
        }
    }

    void autostart(Pool pool, boolean autostart, String api) {
        try (var _ = host.begin(pool, api)) {
            if (!pool.view().persistent()) {
                throw host.error(ErrorCode.INTERNAL_ERROR, "pool has no config file");
            }
            if (pool.view().autostart() != autostart) {
                host.storage().autostart(pool.name(), autostart);
                pool.change(view -> view.withAutostart(autostart));
            }
        }
    }

    /** Notes how a pool fares after a change of its volumes; what cannot be found out stays as it was. */
    void measure(Pool pool, LivePool live) {
        PoolFigures figures;
        try {
            figures = live.figures();
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.WARNING, "figures of pool '" + pool.name() + "': " + e.getMessage());
            return;
        }
        noteFigures(pool, live, figures);
    }

    private static void noteFigures(Pool pool, LivePool live, PoolFigures figures) {
        pool.change(view -> view.live()
                .filter(now -> now.pool().equals(live))
                .map(now -> view.withLive(now.withFigures(figures)))
                .orElse(view));
    }

    /** Gives back a name and places of which nothing came, and keeps those that are in use. */
    private void settle(Pool pool) {
        if (pool.view().presence() == Presence.RESERVED) {
            pool.change(KeptView::gone);
        }
        if (pool.view().presence() == Presence.GONE) {
            host.places().settle(pool, Set.of());
            host.registry().forget(pool);
            return;
        }
        var places = new HashSet<String>();
        pool.view().live().ifPresent(live -> places.addAll(host.driver().places(live.definition())));
        pool.view().config().ifPresent(config -> places.addAll(host.driver().places(config)));
        host.places().settle(pool, places);
    }

    private void forgetLive(Pool pool) {
        try {
            host.storage().removeLive(pool.name());
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, e.getMessage());
        }
    }

    private static void stopQuietly(Pool pool, LivePool live) {
        try {
            live.stop();
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot stop pool '" + pool.name() + "': " + e.getMessage());
        }
    }

    private void mustNotBeActive(Pool pool, String otherwise) {
        if (pool.view().active()) {
            throw host.invalid(otherwise);
        }
    }

    private static String alreadyActive(Pool pool) {
        return "storage pool '" + pool.name() + "' is already active";
    }

    private static String stillActive(Pool pool) {
        return "storage pool '" + pool.name() + "' is still active";
    }
}
