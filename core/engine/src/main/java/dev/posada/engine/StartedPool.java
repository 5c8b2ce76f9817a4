package dev.posada.engine;

import dev.posada.driver.LivePool;
import dev.posada.driver.PoolFigures;
import dev.posada.model.PoolDefinition;

/**
 * A started pool.
 *
 * @param pool the driver's side of it
 * @param definition what was started
 * @param figures how it fared when last looked at
 * @param volumes its volumes
 */
record StartedPool(LivePool pool, PoolDefinition definition, PoolFigures figures, VolumeTable volumes)
        implements Started<PoolDefinition> {
    StartedPool withFigures(PoolFigures figures) {
        return new StartedPool(pool, definition, figures, volumes);
    }
}
