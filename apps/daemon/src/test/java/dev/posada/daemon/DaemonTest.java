package dev.posada.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.client.Connection;
import dev.posada.client.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DaemonTest {
    @TempDir
    Path folder;

    @Test
    void twoDaemonsLiveInOneProcess() {
        try (var one = start("one");
                var other = start("other");
                var atOne = Connection.open(simulator(one));
                var atOther = Connection.open(simulator(other))) {
            assertThat(one.uri()).isNotEqualTo(other.uri());
            atOne.domainByName("test").orElseThrow().destroy();

            assertThat(atOther.domains()).extracting(Domain::name).containsExactly("test");
            assertThat(atOther.domainByName("test").orElseThrow().isActive()).isTrue();
        }
    }

    @Test
    void secondDaemonInTheSameFolderIsRefusedAndTheFirstGoesOn() {
        try (var daemon = start("root")) {
            assertThatThrownBy(() -> start("root"))
                    .isInstanceOfSatisfying(
                            StartException.class, e -> assertThat(e.exit()).isEqualTo(ExitCode.TAKEN));

            try (var connection = Connection.open(simulator(daemon))) {
                assertThat(connection.isAlive()).isTrue();
            }
        }
        start("root").close();
    }

    @Test
    void secondDaemonOnTheSameSocketIsRefused() {
        try (var daemon = start("root")) {
            var socket = folder.resolve("root/run/posada-sock").toString();

            assertThatThrownBy(() -> start("elsewhere", "--socket", socket))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(socket);
            assertThat(daemon.idle()).isTrue();
        }
    }

    @Test
    void socketsAndFoldersHaveTheirModes() throws IOException {
        try (var daemon = start("root")) {
            assertThat(daemon.uri()).endsWith("/run/posada-sock");
            assertThat(mode("run/posada-sock")).isEqualTo("rwx------");
            assertThat(mode("run/posada-sock-ro")).isEqualTo("rwxrwxrwx");
            assertThat(mode("etc")).isEqualTo("rwx------");
            assertThat(mode("log")).isEqualTo("rwx------");
            assertThat(mode("run")).isEqualTo("rwxr-xr-x");
        }
    }

    @Test
    void nothingIsHeldAfterAStartThatFailed() {
        var tooLong = folder.resolve("x".repeat(110)).toString();
        assertThatThrownBy(() -> start("root", "--socket", tooLong)).isInstanceOf(StartException.class);

        start("root").close();
    }

    @Test
    void socketsAreGoneAfterwards() {
        start("root").close();

        assertThat(folder.resolve("root/run/posada-sock")).doesNotExist();
        assertThat(folder.resolve("root/run/posada-sock-ro")).doesNotExist();
        assertThat(folder.resolve("root/run/posadad.pid")).doesNotExist();
    }

    @Test
    void clientKeepsItFromBeingIdle() {
        try (var daemon = start("root")) {
            assertThat(daemon.idle()).isTrue();
            try (var connection = Connection.open(simulator(daemon))) {
                assertThat(connection.isAlive()).isTrue();
                assertThat(daemon.idle()).isFalse();
                assertThat(daemon.counts().clients()).isEqualTo(1);
            }
        }
    }

    @Test
    void settingsFileInTheRootCounts() throws IOException {
        Files.createDirectories(folder.resolve("root/etc"));
        Files.writeString(folder.resolve("root/etc/posadad.conf"), "unix_sock_ro_perms = \"0750\"\n");

        try (var daemon = start("root")) {
            assertThat(daemon.uri()).isNotEmpty();
            assertThat(mode("run/posada-sock-ro")).isEqualTo("rwxr-x---");
        }
    }

    @Test
    void pathsWithOddCharactersMakeAUriThatWorks() {
        try (var daemon = start("a b&c=d?e#f%g+h é")) {
            assertThat(daemon.uri()).contains("a%20b%26c%3Dd%3Fe%23f%25g%2Bh%20%C3%A9");
            try (var connection = Connection.open(simulator(daemon))) {
                assertThat(connection.domains()).hasSize(1);
            }
        }
    }

    private Daemon start(String root, String... words) {
        var options = Options.parse(List.of(words)).withRoot(folder.resolve(root));
        var places = Places.of(Optional.of(folder.resolve(root)), true, Map.of());
        return Daemon.start(places, Settings.load(options, places, false));
    }

    private static String simulator(Daemon daemon) {
        return daemon.uri().replace("qemu+unix:///system", "test+unix:///default");
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("root").resolve(path)));
    }
}
