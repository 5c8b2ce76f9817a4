package dev.posada.storage;

import dev.posada.dockerengine.DockerEngine;
import dev.posada.driver.LivePool;
import dev.posada.model.PoolDefinition;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The pool of type {@code docker}: the images of an engine of containers, at the socket the source names as its host. */
final class DockerKind implements FoundKind {
    private static final String UNIX = "unix://";

    @Override
    public String word() {
        return "docker";
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        return Set.of("docker " + socket(definition));
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        var engine = new DockerEngine(socket(definition));
        try {
            EngineFailures.told(engine::facts);
            return new ImagePool(engine);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        var engine = new DockerEngine(socket(definition));
        if (engine.answers()) {
            return Optional.of(new ImagePool(engine));
        }
        engine.close();
        return Optional.empty();
    }

    private static Path socket(PoolDefinition definition) {
        var hosts = definition.sourceHosts();
        if (hosts.isEmpty() || hosts.getFirst().isEmpty()) {
            return DockerEngine.usualSocket();
        }
        var host = hosts.getFirst();
        var path = host.startsWith(UNIX) ? host.substring(UNIX.length()) : host;
        try {
            if (path.startsWith("/")) {
                return Path.of(path).normalize();
            }
        } catch (InvalidPathException e) {
            throw StorageErrors.invalid("pool '" + definition.name() + "': '" + host + "' is no path of a socket");
        }
        throw StorageErrors.invalid("pool '" + definition.name() + "': the engine '" + host
                + "' cannot be reached: name the path of its socket, as " + DockerEngine.USUAL_SOCKET);
    }
}
