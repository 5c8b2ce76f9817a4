package dev.posada.dockerengine;

import com.github.dockerjava.api.command.CommitCmd;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The containers of an engine. A container is named by its id (64 hexadecimal digits), or by its name.
 *
 * <p>Every method throws {@link EngineException}: NOT_FOUND where there is no such container, UNREACHABLE where there is no
 * engine.
 */
public final class Containers {
    /** Beyond the grace a container has for stopping. */
    private static final int STOP_SLACK_SECONDS = 60;

    private final DockerEngine engine;

    Containers(DockerEngine engine) {
        this.engine = engine;
    }

    /** All of them, running or not. */
    public List<Container> all() {
        return List.copyOf(engine.ask(
                "listing containers",
                client -> client.listContainersCmd().withShowAll(true).exec()));
    }

    /** Those with a label, running or not. */
    public List<Container> labelled(String label) {
        return List.copyOf(engine.ask(
                "listing containers",
                client -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(label))
                        .exec()));
    }

    /** All about one. */
    public InspectContainerResponse inspect(String container) {
        return engine.ask(
                "looking at container " + container,
                client -> client.inspectContainerCmd(container).exec());
    }

    /** All about one, if there is one. */
    public Optional<InspectContainerResponse> find(String container) {
        try {
            return Optional.of(inspect(container));
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Makes one; it does not run yet.
     *
     * @param image by name or id; it must be there, nothing is pulled
     * @param configuration completes docker-java's command
     * @return its id
     * @throws EngineException CONFLICT for a name that is taken, NOT_FOUND for an image that is not there
     */
    public String create(String name, String image, Consumer<CreateContainerCmd> configuration) {
        return engine.ask("creating container " + name, client -> {
            var command = client.createContainerCmd(image).withName(name);
            configuration.accept(command);
            return command.exec().getId();
        });
    }

    /** Runs it; one that runs stays as it is. */
    public void start(String container) {
        engine.post("starting container " + container, path(container, "start"), Map.of());
    }

    /** Asks its program to end, and kills it when the grace is over; returns when it has ended. */
    public void stop(String container, Duration grace) {
        var what = "stopping container " + container;
        patiently(what, path(container, "stop") + "?t=" + grace.toSeconds(), grace.plusSeconds(STOP_SLACK_SECONDS));
    }

    /** Sends its first process a signal: {@code KILL}, {@code TERM}, {@code HUP}, or a number. */
    public void kill(String container, String signal) {
        engine.post(
                "killing container " + container,
                path(container, "kill") + "?signal=" + Targets.query(signal),
                Map.of());
    }

    /** Freezes all of its processes. */
    public void pause(String container) {
        engine.post("pausing container " + container, path(container, "pause"), Map.of());
    }

    /** Lets them go on. */
    public void unpause(String container) {
        engine.post("unpausing container " + container, path(container, "unpause"), Map.of());
    }

    /** Gives it another name. */
    public void rename(String container, String name) {
        engine.post(
                "renaming container " + container + " to " + name,
                path(container, "rename") + "?name=" + Targets.query(name),
                Map.of());
    }

    /** Changes its limits, running or not. */
    public void update(String container, Consumer<UpdateContainerCmd> change) {
        engine.ask("changing the limits of container " + container, client -> {
            var command = client.updateContainerCmd(container);
            change.accept(command);
            return command.exec();
        });
    }

    /**
     * Removes it, and what it wrote to its own file system.
     *
     * @param force kills it first if it runs; otherwise one that runs is a CONFLICT
     * @param volumes also its volumes without a name
     */
    public void remove(String container, boolean force, boolean volumes) {
        engine.delete(
                "removing container " + container,
                "/containers/" + Targets.part(container) + "?force=" + force + "&v=" + volumes);
    }

    /** How a container ended: its status (137 for a kill), and the engine's words where it could not even run. */
    public record Ending(int status, String words) {}

    /**
     * Waits until it does not run; at once for one that does not. Ends early when the thread is interrupted, or the engine goes
     * away (UNREACHABLE).
     */
    public Ending await(String container) {
        var what = "waiting for container " + container;
        try (var exchange = engine.exchange(what, Duration.ZERO)) {
            var head = exchange.expectSuccess(
                    exchange.ask("POST", path(container, "wait") + "?condition=not-running", Map.of(), new byte[0]));
            try (var body = BoundedStream.atMost(head.body(exchange.input()), Images.ANSWER_BYTES_AT_MOST)) {
                var node = EngineJson.read(body);
                return new Ending(
                        node.path("StatusCode").asInt(),
                        node.path("Error").path("Message").asText(""));
            } catch (IOException e) {
                throw exchange.broken(e);
            }
        }
    }

    /**
     * Makes an image of what it wrote, on top of the image it was made from. It is not paused meanwhile unless asked.
     *
     * @param repository the image's name without its tag
     * @return the image's id
     */
    public String commit(String container, String repository, String tag, Consumer<CommitCmd> details) {
        return engine.askPatiently("committing container " + container, client -> {
            var command = client.commitCmd(container).withRepository(repository).withTag(tag);
            details.accept(command);
            return command.exec();
        });
    }

    /** What it uses at this moment. */
    public ContainerFigures figures(String container) {
        return ContainerFigures.of(engine.get(
                "reading the figures of container " + container,
                path(container, "stats") + "?stream=false&one-shot=true"));
    }

    private void patiently(String what, String target, Duration patience) {
        try (var exchange = engine.exchange(what, patience)) {
            exchange.expectSuccess(exchange.ask("POST", target, Map.of(), null));
        }
    }

    static String path(String container, String action) {
        return "/containers/" + Targets.part(container) + "/" + action;
    }
}
