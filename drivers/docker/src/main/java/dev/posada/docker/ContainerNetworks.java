package dev.posada.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.posada.docker.ContainerSpec.Attachment;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerengine.EngineException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The engine's networks a container is in. One that is in none is in {@code none} by name, which goes with no other, and one
 * of an engine that was left without any at all is put into that of its beginning at the next start.
 */
final class ContainerNetworks {
    private static final String NONE = "none";

    /** The network there always is; Podman takes Docker's name for it and says its own. */
    private static final String USUAL = "bridge";

    private static final String USUAL_OF_PODMAN = "podman";

    /** What the engine says of a name for a link that another one has; it counts on at the next attempt. */
    private static final String TAKEN = "file exists";

    private static final int ATTEMPTS = 16;

    private final DockerEngine engine;

    ContainerNetworks(DockerEngine engine) {
        this.engine = engine;
    }

    /** Puts a container into one more. When this throws it is where it was. */
    void connect(Attachment wanted, String container) {
        boolean alone = names(engine.containers().inspect(container)).contains(NONE);
        if (alone) {
            engine.networks().disconnect(NONE, container);
        }
        try {
            attempt(wanted, container);
        } catch (EngineException e) {
            if (alone) {
                engine.networks().connect(NONE, container);
            }
            throw e;
        }
    }

    private void attempt(Attachment wanted, String container) {
        for (int attempt = 1; ; attempt++) {
            try {
                engine.networks().connect(wanted.network(), container, wanted.ipv4(), wanted.ipv6());
                return;
            } catch (EngineException e) {
                if (attempt == ATTEMPTS || !e.getMessage().contains(TAKEN)) {
                    throw e;
                }
            }
        }
    }

    /** Takes a container out of one; it being out already is no matter. */
    void disconnect(String network, String container) {
        var before = names(engine.containers().inspect(container));
        if (before.contains(network)) {
            engine.networks().disconnect(network, container);
            if (before.size() == 1) {
                engine.networks().connect(NONE, container);
            }
        }
    }

    /** Has a container that does not run be where its definition says: it may have been plugged elsewhere while it ran. */
    void settle(InspectContainerResponse seen, List<Attachment> wanted) {
        var there = names(seen);
        if (there.isEmpty()) {
            return; // an engine that does not tell
        }
        var names = wanted.stream().map(Attachment::network).toList();
        for (var network : there) {
            boolean usual = network.equals(USUAL_OF_PODMAN) && names.contains(USUAL);
            if (!names.contains(network) && !network.equals(NONE) && !usual) {
                disconnect(network, seen.getId());
            }
        }
        for (var one : wanted) {
            boolean usual = one.network().equals(USUAL) && there.contains(USUAL_OF_PODMAN);
            if (!there.contains(one.network()) && !usual) {
                connect(one, seen.getId());
            }
        }
    }

    private static Set<String> names(InspectContainerResponse seen) {
        return Optional.ofNullable(seen.getNetworkSettings())
                .flatMap(settings -> Optional.ofNullable(settings.getNetworks()))
                .map(networks -> Set.copyOf(networks.keySet()))
                .orElse(Set.of());
    }
}
