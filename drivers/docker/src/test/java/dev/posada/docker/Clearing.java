package dev.posada.docker;

import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerengine.EngineException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Removes what tests leave in an engine, so that names are free for the next one. */
final class Clearing {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Clearing() {}

    /** Returns when there is no container; some may be going by themselves. */
    static void containers(DockerEngine engine) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!engine.containers().all().isEmpty()) {
            for (var container : engine.containers().all()) {
                try {
                    engine.containers().remove(container.getId(), true, true);
                } catch (EngineException going) {
                    if (System.nanoTime() - deadline > 0) {
                        throw going;
                    }
                    LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
                }
            }
        }
    }
}
