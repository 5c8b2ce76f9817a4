package dev.posada.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();

    private Trace trace() {
        return Trace.of(
                "virt-install",
                new PrintStream(told, true, StandardCharsets.UTF_8),
                InstantSource.fixed(Instant.parse("2026-02-03T12:05:06Z")));
    }

    @Test
    void aLineHasTimeProgramProcessAndWhatItIsAbout() {
        trace().begin("4.1.0", List.of("--name", "web"));
        assertThat(told.toString(StandardCharsets.UTF_8))
                .matches("\\[(Mon, 02|Tue, 03|Wed, 04) Feb 2026 \\d\\d:\\d\\d:06 virt-install \\d+] DEBUG \\(cli\\) "
                        + "Version 4\\.1\\.0 launched with command line: virt-install --name web\n");
    }

    @Test
    void aFailureIsToldWithWhereItHappened() {
        trace().tell("cli", new IllegalStateException("no way"));
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("IllegalStateException: no way")
                .contains("aFailureIsToldWithWhereItHappened");
    }

    @Test
    void nothingIsToldWhereNobodyAsked() {
        var none = Trace.none();
        none.tell("cli", () -> {
            throw new IllegalStateException("described for nobody");
        });
        assertThat(none.isOn()).isFalse();
    }
}
