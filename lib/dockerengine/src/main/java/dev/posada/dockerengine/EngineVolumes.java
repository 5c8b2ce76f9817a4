package dev.posada.dockerengine;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import java.util.List;
import java.util.Map;

/** The volumes of an engine: folders it keeps for containers. Every method throws {@link EngineException}. */
public final class EngineVolumes {
    private final DockerEngine engine;

    EngineVolumes(DockerEngine engine) {
        this.engine = engine;
    }

    /** All of them. */
    public List<InspectVolumeResponse> all() {
        var volumes = engine.ask(
                        "listing volumes", client -> client.listVolumesCmd().exec())
                .getVolumes();
        return volumes == null ? List.of() : List.copyOf(volumes);
    }

    /** Makes one, or finds the one of this name. */
    public void create(String name, Map<String, String> labels) {
        engine.post("creating volume " + name, "/volumes/create", Map.of("Name", name, "Labels", labels));
    }

    /**
     * Removes one.
     *
     * @throws EngineException CONFLICT where a container has it
     */
    public void remove(String name) {
        engine.delete("removing volume " + name, "/volumes/" + Targets.part(name));
    }
}
