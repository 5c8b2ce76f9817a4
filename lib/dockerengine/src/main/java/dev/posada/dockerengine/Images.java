package dev.posada.dockerengine;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Image;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The images of an engine. An image is named by a reference ({@code busybox:latest}) or by its id ({@code sha256:…}).
 *
 * <p>Every method throws {@link EngineException}: NOT_FOUND where there is no such image, CONFLICT where it is in use.
 */
public final class Images {
    static final long ANSWER_BYTES_AT_MOST = 64L << 20;

    /** Lines of progress an engine may tell of one image; a large one has some ten thousand. */
    private static final int PROGRESS_LINES_AT_MOST = 10_000_000;

    /** With a colon and a reference behind it; Podman says "image(s)". */
    private static final String LOADED = "Loaded image";

    private static final Map<String, String> ARCHIVE = Map.of("Content-Type", "application/x-tar");

    /** How engines say that a registry wants a login, or another one. */
    private static final Pattern DENIED = Pattern.compile(
            "unauthorized|authentication required|no basic auth|access denied|access to the resource is denied",
            Pattern.CASE_INSENSITIVE);

    private final DockerEngine engine;

    Images(DockerEngine engine) {
        this.engine = engine;
    }

    /**
     * How far an image has come.
     *
     * @param layer which part, empty where it is the whole
     * @param done of {@code total} bytes; both 0 where the engine does not say
     */
    public record Progress(String status, String layer, long done, long total) {}

    /** All of them, without those between layers; images without a name among them. */
    public List<Image> all() {
        return List.copyOf(
                engine.ask("listing images", client -> client.listImagesCmd().exec()));
    }

    /** All about one. */
    public InspectImageResponse inspect(String image) {
        return engine.ask(
                "looking at image " + image,
                client -> client.inspectImageCmd(image).exec());
    }

    /** All about one, if there is one. */
    public Optional<InspectImageResponse> find(String image) {
        try {
            return Optional.of(inspect(image));
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Makes an image of a file system in a tar archive (also a compressed one).
     *
     * @param archive read to its end, not closed
     * @param changes lines as of a Dockerfile that complete it, as {@code CMD ["/bin/sh"]}
     * @return the image's id
     */
    public String importArchive(ReadableByteChannel archive, String repository, String tag, List<String> changes) {
        var what = "importing image " + repository + ":" + tag;
        // In one word: Podman passes over a tag beside it.
        var target = new StringBuilder("/images/create?fromSrc=-&repo=" + Targets.query(repository + ":" + tag));
        changes.forEach(change -> target.append("&changes=").append(Targets.query(change)));
        var last = new String[] {""};
        progress(what, target.toString(), ARCHIVE, archive, line -> {
            if (!line.path("status").asText("").isEmpty()) {
                last[0] = line.path("status").asText();
            }
        });
        return last[0].startsWith("sha256:")
                ? last[0]
                : inspect(repository + ":" + tag).getId();
    }

    /**
     * Loads the images of an archive that {@link #save} or {@code docker save} wrote.
     *
     * @param archive read to its end, not closed
     * @return the references it has loaded; ids of those without
     */
    public List<String> load(ReadableByteChannel archive) {
        var loaded = new ArrayList<String>();
        progress("loading images", "/images/load?quiet=1", ARCHIVE, archive, line -> {
            var words = line.path("stream").asText("").strip();
            if (words.startsWith(LOADED)) {
                loaded.add(ImageName.familiar(
                        words.substring(words.indexOf(": ") + 2).strip()));
            }
        });
        return List.copyOf(loaded);
    }

    /** An image as an archive that {@link #load} takes; closed by the caller, early too. */
    public InputStream save(String image) {
        return archive("saving image " + image, "/images/" + Targets.part(image) + "/get");
    }

    /** The file system of a container, as {@link #importArchive} takes it; closed by the caller, early too. */
    public InputStream export(String container) {
        return archive("exporting container " + container, Containers.path(container, "export"));
    }

    /**
     * Fetches an image from its registry, with the login {@code docker login} keeps for that; takes as long as it takes.
     *
     * @param reference as {@code busybox:latest} or {@code registry.example.org:5000/team/image:1}; without a tag it is latest
     * @param told hears how far it is
     * @throws EngineException FAILED or NOT_FOUND with the registry's words
     */
    public void pull(String reference, Consumer<Progress> told) {
        var name = ImageName.parse(reference);
        var registry = RegistryLogins.registry(name.repository());
        var login = engine.logins().header(registry);
        try {
            progress(
                    "pulling image " + reference,
                    "/images/create?fromImage=" + Targets.query(name.repository()) + "&tag="
                            + Targets.query(name.tag()),
                    login.map(value -> Map.of("X-Registry-Auth", value)).orElse(Map.of()),
                    null,
                    line -> told.accept(new Progress(
                            line.path("status").asText(""),
                            line.path("id").asText(""),
                            line.path("progressDetail").path("current").asLong(),
                            line.path("progressDetail").path("total").asLong())));
        } catch (EngineException e) {
            if (!DENIED.matcher(e.getMessage()).find()) {
                throw e;
            }
            var file = engine.logins().file();
            throw new EngineException(
                    e.kind(),
                    e.httpStatus(),
                    e.getMessage()
                            + (login.isPresent()
                                    ? "; it does not take the login that " + file + " gives"
                                    : "; there is no login for " + registry + " in " + file + ": use docker login"),
                    e);
        }
    }

    /** Gives an image another name. */
    public void tag(String image, String repository, String tag) {
        engine.post(
                "tagging image " + image + " as " + repository + ":" + tag,
                "/images/" + Targets.part(image) + "/tag?repo=" + Targets.query(repository) + "&tag="
                        + Targets.query(tag),
                Map.of());
    }

    /**
     * Removes a name of an image, and with the last one the image.
     *
     * @param force also where a stopped container was made from it
     * @throws EngineException CONFLICT where a container needs it
     */
    public void remove(String image, boolean force) {
        engine.delete("removing image " + image, "/images/" + Targets.part(image) + "?force=" + force);
    }

    private InputStream archive(String what, String target) {
        var exchange = engine.exchange(what, Duration.ZERO);
        var head = exchange.expectSuccess(exchange.ask("GET", target, Map.of(), null));
        try {
            return new FilterInputStream(head.body(exchange.input())) {
                @Override
                public void close() {
                    exchange.close();
                }
            };
        } catch (IOException e) {
            exchange.close();
            throw exchange.broken(e);
        }
    }

    /** Requests that answer with lines of progress; an error comes as such a line, after the status said all is well. */
    private void progress(
            String what,
            String target,
            Map<String, String> fields,
            @Nullable ReadableByteChannel archive,
            Consumer<JsonNode> each) {
        try (var exchange = engine.exchange(what, Duration.ZERO)) {
            var head = exchange.expectSuccess(
                    archive == null
                            ? exchange.ask("POST", target, fields, null)
                            : exchange.stream("POST", target, fields, Channels.newInputStream(archive)));
            try (var lines = EngineJson.lines(head.body(exchange.input()))) {
                int count = 0;
                while (lines.hasNextValue()) {
                    var line = lines.nextValue();
                    if (line.has("error")) {
                        throw EngineException.failed(
                                what, EngineJson.message(line.path("error").asText(), head.status()), null);
                    }
                    if (++count > PROGRESS_LINES_AT_MOST) {
                        throw EngineException.failed(what, "the engine tells of progress without an end", null);
                    }
                    each.accept(line);
                }
            } catch (IOException e) {
                throw exchange.broken(e);
            }
        }
    }
}
