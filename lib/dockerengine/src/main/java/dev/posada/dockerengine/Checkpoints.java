package dev.posada.dockerengine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The memory and the processes of containers, put to rest on disk by CRIU. Docker has this where it runs with
 * {@code --experimental} and {@code criu} is installed; Podman has it under another path, which is not spoken here. Every method
 * throws {@link EngineException}.
 */
public final class Checkpoints {
    /** Memory is written to disk: gigabytes take their time. */
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final DockerEngine engine;

    Checkpoints(DockerEngine engine) {
        this.engine = engine;
    }

    /** Those of a container. */
    public List<String> all(String container) {
        var names = new ArrayList<String>();
        for (var checkpoint : engine.get(
                "listing checkpoints of container " + container, Containers.path(container, "checkpoints"))) {
            names.add(checkpoint.path("Name").asText());
        }
        return List.copyOf(names);
    }

    /**
     * Makes one.
     *
     * @param exit whether the container ends with it
     */
    public void create(String container, String name, boolean exit) {
        var what = "making checkpoint " + name + " of container " + container;
        try (var exchange = engine.exchange(what, PATIENCE)) {
            exchange.expectSuccess(exchange.ask(
                    "POST",
                    Containers.path(container, "checkpoints"),
                    Map.of("Content-Type", "application/json"),
                    EngineJson.bytes(Map.of("CheckpointID", name, "Exit", exit))));
        }
    }

    /** Removes one. */
    public void remove(String container, String name) {
        engine.delete(
                "removing checkpoint " + name + " of container " + container,
                Containers.path(container, "checkpoints") + "/" + Targets.part(name));
    }
}
