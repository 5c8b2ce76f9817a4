package dev.posada.dockerengine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The logins for registries that {@code docker login} keeps: in the settings of Docker's command, or with a program those name
 * ({@code docker-credential-…}), which has them from a key ring.
 *
 * <p>Read anew each time: who logs in or out needs nothing started again. A file or program that does not work is told of in the
 * log, and the registry is asked without a login, which many images do not need.
 */
final class RegistryLogins {
    private static final System.Logger LOG = System.getLogger("posada.dockerengine");
    private static final long FILE_BYTES_AT_MOST = 1 << 20;
    private static final int ANSWER_BYTES_AT_MOST = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}");

    /** What the registry of names without one is called in these settings. */
    private static final String USUAL_REGISTRY = "https://index.docker.io/v1/";

    /** Who has a token instead of a name and a password is called so by those programs. */
    private static final String TOKEN_USER = "<token>";

    private final Path file;
    private final String programs;
    private final ScheduledExecutorService clock;

    /** @param programs what stands before the names of programs; nothing for those on the path */
    RegistryLogins(Path file, String programs, ScheduledExecutorService clock) {
        this.file = file;
        this.programs = programs;
        this.clock = clock;
    }

    /** Where Docker's command keeps its settings for the user this runs as. */
    static Path usualFile() {
        var folder = Optional.ofNullable(System.getenv("DOCKER_CONFIG")).filter(path -> !path.isEmpty());
        return folder.map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home", "/root"), ".docker"))
                .resolve("config.json");
    }

    /** Where they are read from. */
    Path file() {
        return file;
    }

    /** The registry an image comes from, as its settings call it. */
    static String registry(String repository) {
        int slash = repository.indexOf('/');
        var first = slash < 0 ? "" : repository.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        return !host || first.equals("docker.io") || first.equals("index.docker.io") ? USUAL_REGISTRY : first;
    }

    /** What is sent along to an engine that is to ask a registry; none where nobody logged in there. */
    Optional<String> header(String registry) {
        return settings()
                .flatMap(settings -> login(settings, registry))
                .map(login -> Base64.getUrlEncoder().encodeToString(EngineJson.bytes(login)));
    }

    private Optional<JsonNode> settings() {
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > FILE_BYTES_AT_MOST) {
                throw new IOException("more than " + FILE_BYTES_AT_MOST + " bytes");
            }
            return Optional.of(EngineJson.read(new ByteArrayInputStream(Files.readAllBytes(file))));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} cannot be read, registries are asked without a login: {1}", file, oneLine(e));
            return Optional.empty();
        }
    }

    /** Jackson quotes the text in its messages, over several lines; a password may be in it. */
    private static String oneLine(IOException e) {
        return e instanceof com.fasterxml.jackson.core.JacksonException
                ? "it is no JSON"
                : String.valueOf(e.getMessage());
    }

    private Optional<Map<String, String>> login(JsonNode settings, String registry) {
        var program = settings.path("credHelpers").path(registry).asText("");
        if (program.isEmpty() && registry.equals(USUAL_REGISTRY)) {
            program = settings.path("credHelpers").path("docker.io").asText("");
        }
        program = program.isEmpty() ? settings.path("credsStore").asText("") : program;
        return program.isEmpty() ? written(settings.path("auths"), registry) : kept(program, registry);
    }

    /** From the settings themselves, where names of registries may be addresses. */
    private static Optional<Map<String, String>> written(JsonNode logins, String registry) {
        var exact = logins.path(registry);
        if (exact.isObject()) {
            return one(exact, registry);
        }
        return logins.properties().stream()
                .filter(entry -> host(entry.getKey()).equals(host(registry)))
                .findFirst()
                .flatMap(entry -> one(entry.getValue(), registry));
    }

    private static Optional<Map<String, String>> one(JsonNode login, String registry) {
        var token = login.path("identitytoken").asText("");
        if (!token.isEmpty()) {
            return Optional.of(Map.of("identitytoken", token, "serveraddress", registry));
        }
        var user = login.path("username").asText("");
        var password = login.path("password").asText("");
        var both = login.path("auth").asText("");
        if (!both.isEmpty()) {
            try {
                var text = new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8);
                int colon = text.indexOf(':');
                user = colon < 0 ? user : text.substring(0, colon);
                password = colon < 0 ? password : text.substring(colon + 1);
            } catch (IllegalArgumentException e) {
                LOG.log(Level.WARNING, "the login for {0} is not readable: log in again", registry);
                return Optional.empty();
            }
        }
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(Map.of("username", user, "password", password, "serveraddress", registry));
    }

    private static String host(String registry) {
        return registry.replaceFirst("^https?://", "").replaceFirst("/.*", "");
    }

    private Optional<Map<String, String>> kept(String name, String registry) {
        var program = "docker-credential-" + name;
        try {
            if (!PROGRAM.matcher(name).matches()) {
                throw new IOException("no program is called so");
            }
            var answer = EngineJson.read(new ByteArrayInputStream(ask(program, registry)));
            var user = answer.path("Username").asText("");
            var secret = answer.path("Secret").asText("");
            if (user.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    user.equals(TOKEN_USER)
                            ? Map.of("identitytoken", secret, "serveraddress", registry)
                            : Map.of("username", user, "password", secret, "serveraddress", registry));
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "{0}, which {1} names, gives no login for {2}: {3}",
                    program,
                    file,
                    registry,
                    oneLine(e));
            return Optional.empty();
        }
    }

    private byte[] ask(String program, String registry) throws IOException {
        var process = new ProcessBuilder(List.of(programs + program, "get"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Future<?> deadline = clock.schedule(process::destroyForcibly, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            try (var question = process.getOutputStream()) {
                question.write(registry.getBytes(StandardCharsets.UTF_8));
            }
            var answer = process.getInputStream().readNBytes(ANSWER_BYTES_AT_MOST);
            int status = process.waitFor();
            if (status != 0) {
                // Somebody who never logged in is no failure to them, but one of theirs: it is told in words.
                throw new IOException("it ended with status " + status);
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            deadline.cancel(false);
            process.destroyForcibly();
        }
    }
}
