package dev.posada.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.conformance.TestHost;
import dev.posada.driver.DriverContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the engine is looked for. */
class DockerSettingsTest {
    @TempDir
    Path folder;

    private DriverContext context(boolean privileged, Map<String, List<String>> settings) {
        return new DriverContext(
                privileged, "docker:///system", folder, folder, folder, folder, settings, new TestHost());
    }

    private Path socket(Map<String, List<String>> settings, Map<String, String> environment) {
        return DockerSettings.of(context(false, settings), environment).socket();
    }

    @Test
    void theFileCountsMoreThanTheEnvironment() {
        var set = Map.of("docker_socket", List.of("unix:///run/mine.sock"));
        assertThat(socket(set, Map.of("DOCKER_HOST", "unix:///run/theirs.sock")))
                .hasToString("/run/mine.sock");
        assertThat(socket(Map.of(), Map.of("DOCKER_HOST", "unix:///run/theirs.sock")))
                .hasToString("/run/theirs.sock");
    }

    @Test
    void anEngineAcrossTheNetworkIsNotTaken() {
        assertThat(socket(Map.of(), Map.of("DOCKER_HOST", "tcp://other:2375"))).isAbsolute();
    }

    @Test
    void aSessionTakesTheUsersOwnEngineFirst() throws Exception {
        var own = Files.createFile(folder.resolve("docker.sock"));
        assertThat(socket(Map.of(), Map.of("XDG_RUNTIME_DIR", folder.toString())))
                .isEqualTo(own);
        assertThat(DockerSettings.of(context(true, Map.of()), Map.of("XDG_RUNTIME_DIR", folder.toString()))
                        .socket())
                .isNotEqualTo(own);
    }

    @Test
    void aPlaceThatIsNoPathIsRefused() {
        assertThatThrownBy(() -> socket(Map.of("docker_socket", List.of("docker.sock")), Map.of()))
                .hasMessageContaining("docker_socket")
                .hasMessageContaining("a path from '/'");
    }
}
