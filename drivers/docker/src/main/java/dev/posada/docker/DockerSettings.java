package dev.posada.docker;

import dev.posada.driver.DriverContext;
import dev.posada.model.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code docker.conf} says.
 *
 * @param socket where the engine listens
 */
record DockerSettings(Path socket) {
    private static final String SCHEME = "unix://";
    private static final Path DOCKER = Path.of("/var/run/docker.sock");
    private static final Path PODMAN = Path.of("/run/podman/podman.sock");

    /**
     * Settings of a driver.
     *
     * @param environment in which {@code DOCKER_HOST} may stand
     * @throws dev.posada.model.PosadaException {@code CONF_SYNTAX} when the socket is not a path
     */
    static DockerSettings of(DriverContext context, Map<String, String> environment) {
        var chosen = context.setting("docker_socket")
                .filter(text -> !text.isEmpty())
                .or(() -> Optional.ofNullable(environment.get("DOCKER_HOST")).filter(text -> text.startsWith(SCHEME)));
        return new DockerSettings(
                chosen.map(DockerSettings::path).orElseGet(() -> usual(context.privileged(), environment)));
    }

    private static Path path(String text) {
        var path = Path.of(text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text);
        if (!path.isAbsolute()) {
            throw Refusal.of(
                    ErrorCode.CONF_SYNTAX,
                    "docker_socket = \"" + Refusal.shown(text) + "\": write a path from '/', or unix:///path");
        }
        return path;
    }

    /** The first that is there: Docker's, then Podman's; a session looks for the user's own before. */
    private static Path usual(boolean privileged, Map<String, String> environment) {
        var own = Optional.ofNullable(environment.get("XDG_RUNTIME_DIR"))
                .filter(folder -> !privileged && folder.startsWith("/"))
                .map(Path::of)
                .map(folder -> List.of(folder.resolve("docker.sock"), folder.resolve("podman/podman.sock")))
                .orElse(List.of());
        return own.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseGet(() -> !Files.exists(DOCKER) && Files.exists(PODMAN) ? PODMAN : DOCKER);
    }
}
