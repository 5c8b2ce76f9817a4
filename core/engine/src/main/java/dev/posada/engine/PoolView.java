package dev.posada.engine;

import dev.posada.driver.LivePool;
import dev.posada.driver.PoolFigures;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PoolIdentity;
import java.util.Optional;

/**
 * All that is known of a pool at one moment but for its volumes; immutable, so that looking needs no lock.
 *
 * @param identity its name and uuid
 * @param presence whether others may see it
 * @param config the stored definition; empty for a transient pool
 * @param live what is known while it is started
 * @param autostart whether it starts with the host
 */
record PoolView(
        PoolIdentity identity, Presence presence, Optional<StoredPool> config, Optional<Live> live, boolean autostart) {

    /** Whether others may see a pool. */
    enum Presence {
        /** Its name and uuid are taken, but nothing has come of it yet. */
        RESERVED,
        /** It is there. */
        THERE,
        /** It is gone for good; whoever still holds it must look again. */
        GONE
    }

    /**
     * A started pool.
     *
     * @param pool the driver's side of it
     * @param definition what was started
     * @param figures how it fared when last looked at
     * @param volumes its volumes
     */
    record Live(LivePool pool, PoolDefinition definition, PoolFigures figures, VolumeTable volumes) {
        Live withFigures(PoolFigures figures) {
            return new Live(pool, definition, figures, volumes);
        }
    }

    static PoolView reserved(PoolIdentity identity) {
        return new PoolView(identity, Presence.RESERVED, Optional.empty(), Optional.empty(), false);
    }

    boolean active() {
        return live.isPresent();
    }

    boolean persistent() {
        return config.isPresent();
    }

    boolean there() {
        return presence == Presence.THERE;
    }

    /** What is started, or else what would be. */
    PoolDefinition definition() {
        return live.map(Live::definition)
                .or(() -> config.map(StoredPool::definition))
                .orElseThrow();
    }

    PoolView withConfig(StoredPool definition) {
        return new PoolView(identity, Presence.THERE, Optional.of(definition), live, autostart);
    }

    PoolView withoutConfig() {
        return new PoolView(identity, live.isPresent() ? presence : Presence.GONE, Optional.empty(), live, false);
    }

    PoolView withLive(Live live) {
        return new PoolView(identity, Presence.THERE, config, Optional.of(live), autostart);
    }

    PoolView withoutLive() {
        return new PoolView(
                identity, config.isPresent() ? presence : Presence.GONE, config, Optional.empty(), autostart);
    }

    PoolView withAutostart(boolean autostart) {
        return new PoolView(identity, presence, config, live, autostart);
    }

    PoolView gone() {
        return new PoolView(identity, Presence.GONE, config, live, autostart);
    }
}
