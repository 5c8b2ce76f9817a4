package dev.posada.dockerengine;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An engine of containers behind a unix socket: Docker's, or Podman's, which answers the same requests.
 *
 * <p>Nothing is connected before it is used, and nothing is kept between requests: an engine that is started, stopped or
 * replaced meanwhile is noticed by the next request alone, or by {@link #watch}. Every request that has an answer at hand is
 * bounded by {@link #PATIENCE}; those that run as long as a container does say so.
 *
 * <p>Safe for use by several threads. Whoever made it closes it; requests under way then end with an error.
 */
public final class DockerEngine implements AutoCloseable {
    /** Where Docker's engine of the system listens. */
    public static final Path USUAL_SOCKET = Path.of("/var/run/docker.sock");

    /** Where Podman's does. */
    public static final Path PODMAN_SOCKET = Path.of("/run/podman/podman.sock");

    /** How long an engine may take for an answer it has at hand. An engine under load is slow, not gone. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path socket;
    private final Duration patience;
    private final ScheduledThreadPoolExecutor clock;
    private final RegistryLogins logins;
    private final DockerClient client;
    private final DockerClient patient;

    /** Where an engine of the system listens: Podman's where Docker's is not there. */
    public static Path usualSocket() {
        return !Files.exists(USUAL_SOCKET) && Files.exists(PODMAN_SOCKET) ? PODMAN_SOCKET : USUAL_SOCKET;
    }

    /** Only takes a note of where it is. Logins for registries are those {@code docker login} keeps for the user this runs as. */
    public DockerEngine(Path socket) {
        this(socket, PATIENCE, RegistryLogins.usualFile());
    }

    /** For tests of what does not answer, and of logins. */
    DockerEngine(Path socket, Duration patience, Path logins) {
        this.socket = socket;
        this.patience = patience;
        this.clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("engine-clock").factory());
        this.clock.setRemoveOnCancelPolicy(true);
        this.logins = new RegistryLogins(logins, "", clock);
        var settings = new Settings(URI.create("unix://" + socket.toUri().getRawPath()));
        this.client = DockerClientImpl.getInstance(settings, new UnixTransport(socket, patience, clock));
        this.patient = DockerClientImpl.getInstance(settings, new UnixTransport(socket, Duration.ZERO, clock));
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
    }

    /** Containers: making, running, looking at them. */
    public Containers containers() {
        return new Containers(this);
    }

    /** What runs within containers, and what they print. */
    public Consoles consoles() {
        return new Consoles(this);
    }

    /** Images and their archives. */
    public Images images() {
        return new Images(this);
    }

    /** The engine's own networks. */
    public EngineNetworks networks() {
        return new EngineNetworks(this);
    }

    /** The engine's own volumes. */
    public EngineVolumes volumes() {
        return new EngineVolumes(this);
    }

    /** Whether it answers at all. */
    public boolean answers() {
        try {
            client.pingCmd().exec();
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /**
     * What engine this is.
     *
     * @throws EngineException of any kind
     */
    public EngineFacts facts() {
        return EngineFacts.of(get("asking the engine who it is", "/version"), get("asking the engine", "/info"));
    }

    /**
     * Follows what happens to containers, images, networks and volumes, over the engine's absence, until closed.
     *
     * @param watcher called by one thread, in the order of things; it may ask the engine, and should not take long
     */
    public EventWatch watch(EngineWatcher watcher) {
        return new EventWatch(this, watcher);
    }

    /**
     * Asks something of docker-java's client, with errors that say what was tried.
     *
     * @param what what is tried, as errors begin
     * @throws EngineException of any kind
     */
    public <T> T ask(String what, Function<DockerClient, T> question) {
        return translated(what, client, question);
    }

    /** The same for what takes as long as it takes: stopping with a grace, committing, removing a lot. */
    public <T> T askPatiently(String what, Function<DockerClient, T> question) {
        return translated(what, patient, question);
    }

    /**
     * A request docker-java has no word for.
     *
     * @param target path and query, encoded
     * @throws EngineException of any kind
     */
    public JsonNode get(String what, String target) {
        return answer(what, "GET", target, null);
    }

    /**
     * Likewise, with a body of maps, lists, texts and numbers; none for an empty one.
     *
     * @return what it answered; a missing node where that is nothing
     * @throws EngineException of any kind
     */
    public JsonNode post(String what, String target, Map<String, ?> body) {
        return answer(what, "POST", target, body.isEmpty() ? null : EngineJson.bytes(body));
    }

    /** Likewise, removing something. */
    public void delete(String what, String target) {
        answer(what, "DELETE", target, null);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /** An exchange of our own; {@code patience} of zero is without an end. */
    Exchange exchange(String what, Duration patience) {
        return new Exchange(what, socket, patience, clock);
    }

    /** The logins for registries. */
    RegistryLogins logins() {
        return logins;
    }

    ScheduledExecutorService clock() {
        return clock;
    }

    private JsonNode answer(String what, String method, String target, byte @Nullable [] body) {
        try (var exchange = exchange(what, patience)) {
            var fields = body == null ? Map.<String, String>of() : Map.of("Content-Type", "application/json");
            var head = exchange.expectSuccess(exchange.ask(method, target, fields, body));
            try (InputStream answer = BoundedStream.atMost(head.body(exchange.input()), Images.ANSWER_BYTES_AT_MOST)) {
                return EngineJson.read(answer);
            } catch (IOException e) {
                throw exchange.broken(e);
            }
        }
    }

    private static <T> T translated(String what, DockerClient client, Function<DockerClient, T> question) {
        try {
            return question.apply(client);
        } catch (NotModifiedException e) {
            throw new EngineException(EngineException.Kind.CONFLICT, 304, what + ": it is so already", e);
        } catch (DockerException e) {
            var words = EngineJson.message(
                    String.valueOf(e.getMessage()).replaceFirst("^Status \\d+: ", ""), e.getHttpStatus());
            throw EngineException.answered(what, e.getHttpStatus(), words, e);
        } catch (EngineException e) {
            throw new EngineException(
                    e.kind(), e.httpStatus(), what + ": " + e.getMessage().replaceFirst("^[A-Z]+ /\\S*: ", ""), e);
        } catch (RuntimeException e) {
            // docker-java wraps what it could not read in exceptions without a name.
            throw EngineException.failed(what, "the engine's answer makes no sense: " + e.getMessage(), e);
        }
    }

    /** docker-java reads the environment and the home folder of whoever runs it for these, unless told. */
    private record Settings(URI host) implements DockerClientConfig {
        @Override
        public URI getDockerHost() {
            return host;
        }

        /** Requests without a version get the engine's own: an old engine refuses a newer one, a new one an older one. */
        @Override
        public RemoteApiVersion getApiVersion() {
            return RemoteApiVersion.UNKNOWN_VERSION;
        }

        @Override
        public @Nullable String getRegistryUsername() {
            return null;
        }

        @Override
        public @Nullable String getRegistryPassword() {
            return null;
        }

        @Override
        public @Nullable String getRegistryEmail() {
            return null;
        }

        @Override
        public String getRegistryUrl() {
            return AuthConfig.DEFAULT_SERVER_ADDRESS;
        }

        @Override
        public @Nullable AuthConfig effectiveAuthConfig(String imageName) {
            return null;
        }

        @Override
        public AuthConfigurations getAuthConfigurations() {
            return new AuthConfigurations();
        }

        // docker-java deprecates the type its own interface asks for.
        @SuppressWarnings("deprecation")
        @Override
        public com.github.dockerjava.core.@Nullable SSLConfig getSSLConfig() {
            return null;
        }
    }
}
