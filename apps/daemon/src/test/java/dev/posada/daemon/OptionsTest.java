package dev.posada.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OptionsTest {
    @Test
    void nothingAskedForIsTheUsualDaemon() {
        assertThat(Options.parse(List.of())).isEqualTo(Options.NONE);
    }

    @Test
    void everyOptionIsUnderstood() {
        var options = Options.parse(List.of(
                "--root",
                "/r",
                "--socket=/s",
                "--config",
                "/c",
                "--listen",
                "--pid-file=/p",
                "--timeout",
                "30",
                "--verbose",
                "--daemon"));

        assertThat(options.root()).contains(Path.of("/r"));
        assertThat(options.socket()).contains(Path.of("/s"));
        assertThat(options.config()).contains(Path.of("/c"));
        assertThat(options.listen()).isTrue();
        assertThat(options.pidFile()).contains(Path.of("/p"));
        assertThat(options.timeout()).contains(Duration.ofSeconds(30));
        assertThat(options.verbose()).isTrue();
        assertThat(options.background()).isTrue();
        assertThat(options.show()).isEqualTo(Options.Show.NOTHING);
    }

    @Test
    void libvirtdsShortFormsMeanTheSame() {
        assertThat(Options.parse(List.of("-f", "/c", "-l", "-p", "/p", "-t", "30", "-v", "-d")))
                .isEqualTo(Options.parse(
                        List.of("--config=/c", "--listen", "--pid-file=/p", "--timeout=30", "--verbose", "--daemon")));
        assertThat(Options.parse(List.of("-V")).show()).isEqualTo(Options.Show.VERSION);
        assertThat(Options.parse(List.of("-h")).show()).isEqualTo(Options.Show.HELP);
    }

    @Test
    void relativePathsAreMeantFromHere() {
        assertThat(Options.parse(List.of("--root", "a/../b")).root())
                .contains(Path.of("b").toAbsolutePath());
    }

    @Test
    void wrongOptionIsToldByName() {
        assertThatThrownBy(() -> Options.parse(List.of("--rot", "/r")))
                .hasMessageContaining("--rot")
                .hasMessageContaining("--help")
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.exit()).isEqualTo(ExitCode.OPTIONS));
        assertThatThrownBy(() -> Options.parse(List.of("stray"))).hasMessageContaining("stray");
    }

    @Test
    void missingOrWrongArgumentIsTold() {
        assertThatThrownBy(() -> Options.parse(List.of("--root"))).hasMessage("--root needs a path after it");
        assertThatThrownBy(() -> Options.parse(List.of("--timeout", "soon"))).hasMessageContaining("not 'soon'");
        assertThatThrownBy(() -> Options.parse(List.of("--timeout", "0"))).hasMessageContaining("from 1 to");
    }

    @Test
    void helpNamesEveryOptionAndExitStatus() {
        assertThat(Help.text())
                .contains("--root", "--socket", "--config", "--listen", "--pid-file", "--timeout", "--verbose")
                .contains("--daemon", "--version", "--help")
                .contains("  0  told to stop", "  5  another daemon");
        assertThat(Help.text().lines()).allMatch(line -> line.length() <= 120);
        assertThat(Help.version()).matches("posadad \\d+\\.\\d+.*");
    }
}
