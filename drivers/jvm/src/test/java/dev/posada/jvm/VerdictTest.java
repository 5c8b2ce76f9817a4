package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.jvm.Verdict.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of a status and last words. */
class VerdictTest {
    private static final Verdict.Limits LIMITS = new Verdict.Limits(64 << 10, "32 MiB", false);

    @ParameterizedTest
    @ValueSource(ints = {0, 129, 130, 143})
    void whoEndsAsAskedHasShutDown(int status) {
        assertThat(Verdict.of(status, "bye", LIMITS)).isEqualTo(new Verdict(Kind.SHUTDOWN, ""));
    }

    @Test
    void theHeadOfAStackTraceIsWhatIsTold() {
        var output = """
                ready\r
                Exception in thread "main" java.io.IOException: no such place\r
                \tat a.B.c(B.java:1)\r
                \tat a.B.main(B.java:2)\r
                Caused by: java.lang.Error: x\r
                \t... 2 more\r
                """;
        assertThat(Verdict.of(1, output, LIMITS).reason())
                .isEqualTo("the program ended with status 1: java.io.IOException: no such place");
    }

    @Test
    void statusThreeAloneIsNoFullHeap() {
        assertThat(Verdict.of(3, "three", LIMITS).reason()).isEqualTo("the program ended with status 3: three");
        assertThat(Verdict.of(3, "x\nTerminating due to java.lang.OutOfMemoryError: Java heap space\r\n", LIMITS)
                        .reason())
                .startsWith("out of memory: the program's heap of 32 MiB is full"
                        + " (java.lang.OutOfMemoryError: Java heap space)");
    }

    @Test
    void theKernelsKillIsToldFromSomebodys() {
        assertThat(Verdict.of(137, "", LIMITS).reason()).contains("by somebody");
        assertThat(Verdict.of(137, "", new Verdict.Limits(64 << 10, "32 MiB", true))
                        .reason())
                .startsWith("killed: the program took more than its 64 MiB of memory");
    }

    @Test
    void whatWasTypedIsNotTheProgramsWord() {
        assertThat(Verdict.withoutEcho("no such word\r\nquit\r\n", List.of("hello", "quit")))
                .isEqualTo("no such word");
        assertThat(Verdict.withoutEcho("quit\r\n", List.of("quit"))).isEqualTo("quit\r\n");
        assertThat(Verdict.withoutEcho("quitting\n", List.of("quit"))).isEqualTo("quitting");
    }

    @Test
    void lastWordsHaveABound() {
        assertThat(Verdict.of(1, "x".repeat(100_000), LIMITS).reason().length()).isLessThan(400);
    }
}
