package dev.posada.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.engine.Directories;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlacesTest {
    @Test
    void systemDaemonIsAtTheUsualPlaces() {
        var places = Places.of(Optional.empty(), true, Map.of("HOME", "/root"));

        assertThat(places.directories())
                .isEqualTo(new Directories(
                        Path.of("/etc/posada"),
                        Path.of("/var/lib/posada"),
                        Path.of("/run/posada"),
                        Path.of("/var/cache/posada"),
                        Path.of("/var/log/posada")));
        assertThat(places.uriPath()).isEqualTo("system");
        assertThat(places.config()).isEqualTo(Path.of("/etc/posada/posadad.conf"));
        assertThat(places.ownUserOnly()).isFalse();
    }

    @Test
    void sessionDaemonFollowsXdg() {
        var places = Places.of(
                Optional.empty(),
                false,
                Map.of("HOME", "/home/a", "XDG_RUNTIME_DIR", "/run/user/7", "XDG_CONFIG_HOME", "/cfg"));

        assertThat(places.directories())
                .isEqualTo(new Directories(
                        Path.of("/cfg/posada"),
                        Path.of("/home/a/.local/share/posada"),
                        Path.of("/run/user/7/posada"),
                        Path.of("/home/a/.cache/posada"),
                        Path.of("/home/a/.local/state/posada/log")));
        assertThat(places.uriPaths()).containsExactly("session");
        assertThat(places.ownUserOnly()).isTrue();
    }

    @Test
    void sessionWithoutALoginManagerRunsInItsCache() {
        var places = Places.of(Optional.empty(), false, Map.of("HOME", "/home/a", "XDG_RUNTIME_DIR", "relative"));

        assertThat(places.directories().run()).isEqualTo(Path.of("/home/a/.cache/posada/run"));
    }

    @Test
    void rootFolderHoldsEverythingAndAnswersBothPaths() {
        var places = Places.of(Optional.of(Path.of("/r")), false, Map.of());

        assertThat(places.directories()).isEqualTo(Directories.under(Path.of("/r")));
        assertThat(places.driverConfig("qemu")).isEqualTo(Path.of("/r/etc/qemu.conf"));
        assertThat(places.uriPaths()).containsExactly("session", "system");
    }
}
