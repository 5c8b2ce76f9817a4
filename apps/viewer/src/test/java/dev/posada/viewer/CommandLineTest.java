package dev.posada.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final String HINT =
            "Run 'virt-viewer --help' to see a full list of available command line options\n";

    private record Said(int status, String out, String err) {}

    private static Said ours(String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Cancellation());
        int status = new VirtViewer().run(List.of(words), console);
        return new Said(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static ViewerOptions options(String... words) {
        return CommandLine.read(List.of(words)).options().orElseThrow();
    }

    /** What is wrong with a command line is said in the original's words, where it is installed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bogus",
                "-Q",
                "-wQ x",
                "a b",
                "--zoom=abc x",
                "-z",
                "--zoom=99999999999 x",
                "--auto-resize=foo x",
                "--cursor=foo x",
                "--kiosk-quit=foo x",
                "--kiosk-quit",
                "--id --uuid x",
                "-w",
                "--id",
                "--domain-name",
                "-c",
                "-V",
                "--version x"
            })
    void mistakesAreToldAsTheOriginalDoes(String line) throws Exception {
        var original = Path.of("/usr/bin/virt-viewer");
        assumeTrue(Files.isExecutable(original), "virt-viewer is not installed");
        List<String> command = new ArrayList<>(List.of(original.toString()));
        command.addAll(List.of(line.split(" ", -1)));
        var builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C.UTF-8");
        var process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(ours(line.split(" ", -1))).isEqualTo(new Said(process.waitFor(), out, err));
    }

    @Test
    void mistakesPointToTheHelp() {
        assertThat(ours("--bogus")).isEqualTo(new Said(1, "", "Unknown option --bogus\n" + HINT));
        assertThat(ours("--wait"))
                .isEqualTo(new Said(1, "", "\nNo ID|UUID|DOMAIN-NAME was specified for '--wait'\n\n" + HINT));
        assertThat(ours("--version")).isEqualTo(new Said(0, "virt-viewer version 11.0\n", ""));
        assertThat(ours("--help").out()).contains("--kiosk-quit=<never|on-disconnect>");
    }

    @Test
    void shortOptionsAreBundledAndValuesMayCling() {
        var options = options("-wrfctest:///default", "-z", "150", "demo");
        assertThat(options.waits()).isTrue();
        assertThat(options.reconnect()).isTrue();
        assertThat(options.fullScreen()).isTrue();
        assertThat(options.uri()).contains("test:///default");
        assertThat(options.zoomPercent()).isEqualTo(150);
        assertThat(options.domain()).contains("demo");
    }

    @Test
    void behindTheDashesAllIsAName() {
        assertThat(options("--uuid", "--", "-x").domain()).contains("-x");
        assertThat(options("--uuid", "--", "-x").by()).isEqualTo(ViewerOptions.By.UUID);
    }

    @Test
    void aKioskIsFullScreen() {
        assertThat(options("-k", "--kiosk-quit=on-disconnect", "x").fullScreen())
                .isTrue();
        assertThat(options("-k", "--kiosk-quit=on-disconnect", "x").kioskQuits())
                .isTrue();
    }
}
