package dev.posada.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.posix.ExitStatus;
import dev.posada.posix.Poller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ToolsTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Poller poller = new Poller();
    private final Tools tools = new Tools(poller);

    @AfterEach
    void close() {
        poller.close();
    }

    private static Tools.Call shell(String script) {
        return Tools.Call.of(List.of("sh", "-c", script));
    }

    private void assertFails(ProcessException.Kind kind, Tools.Call call) {
        assertThatThrownBy(() -> tools.run(call))
                .isInstanceOfSatisfying(
                        ProcessException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void outputErrorsAndStatusAreCollected() {
        assertThat(tools.run("sh", "-c", "echo out; echo err >&2; exit 3"))
                .isEqualTo(new Tools.Result(new ExitStatus.Exited(3), "out\n", "err\n"));
        assertThat(tools.run("true").success()).isTrue();
    }

    @Test
    void toolsSpeakEnglish() {
        assertThat(tools.run("sh", "-c", "echo $LC_ALL").output()).isEqualTo("C\n");
    }

    @Test
    void inputIsReadByTheTool() {
        var text = "line ü\n".repeat(100_000);
        assertThat(tools.run(Tools.Call.of(List.of("cat")).withInput(text)).output())
                .isEqualTo(text);
    }

    @Test
    void toolThatDoesNotReadItsInputIsNoFailure() {
        var call = shell("exec <&-; echo done").withInput("x".repeat(1 << 20));
        assertThat(tools.run(call).output()).isEqualTo("done\n");
    }

    @Test
    void environmentAndDirectoryAreTheGivenOnes(@TempDir Path folder) throws IOException {
        var call = shell("pwd; echo $A").withDirectory(folder).withEnvironment(Map.of("A", "b"));
        assertThat(tools.run(call).output()).isEqualTo(folder.toRealPath() + "\nb\n");
    }

    @Test
    void toolThatRunsTooLongIsKilledWithAllItStarted() {
        var marker = "marker-" + UUID.randomUUID();
        var script = "sh -c 'sleep 60; exit' " + marker + " & wait; : " + marker;
        assertFails(ProcessException.Kind.TIMED_OUT, shell(script).withLimits(SHORT, 100));
        Eventually.holds(
                "nothing is left",
                () -> ProcessTable.find(all -> all.toString().contains(marker)).isEmpty());
    }

    @Test
    void toolThatIgnoresEverythingIsKilledToo() {
        assertFails(
                ProcessException.Kind.TIMED_OUT,
                shell("trap '' TERM HUP INT PIPE; exec >&- 2>&-; while :; do sleep 1; done")
                        .withLimits(SHORT, 100));
    }

    @Test
    void toolThatPrintsTooMuchIsKilledAtOnce() {
        assertFails(ProcessException.Kind.TOO_MUCH_OUTPUT, shell("yes").withLimits(LONG, 1000));
        assertFails(ProcessException.Kind.TOO_MUCH_OUTPUT, shell("yes >&2").withLimits(LONG, 1000));
        assertThat(tools.run(shell("printf 1234").withLimits(LONG, 4)).output()).isEqualTo("1234");
    }

    @Test
    void whatAToolLeavesBehindIsNotWaitedFor() {
        long start = System.nanoTime();
        var result = tools.run(shell("echo early; sleep 60 & echo late").withLimits(LONG, 100));
        assertThat(result.output()).isEqualTo("early\nlate\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(50));
    }

    @Test
    void whatAToolPrintedIsThereHoweverLateItIsRead() throws Exception {
        // All carriers of virtual threads are taken while the tool runs and ends, longer than an ended tool may be
        // silent.
        int carriers = Runtime.getRuntime().availableProcessors();
        var taken = new CountDownLatch(carriers);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(600);
        for (int i = 0; i < carriers; i++) {
            Thread.ofVirtual().start(() -> {
                taken.countDown();
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            });
        }
        taken.await();

        assertThat(tools.run("echo", "all of it").output()).isEqualTo("all of it\n");
    }

    @Test
    void missingToolIsNamed() {
        assertThatThrownBy(() -> tools.run("no-such-tool-at-all"))
                .isInstanceOf(ProcessException.class)
                .hasMessage("cannot start no-such-tool-at-all: no such program");
        assertThat(Executables.find("sh")).isPresent();
        assertThat(Executables.find("/bin/sh")).contains(Path.of("/bin/sh"));
        assertThat(Executables.find("/etc/passwd")).isEmpty();
        assertThat(Executables.find("/etc")).isEmpty();
    }

    @Test
    void interruptKillsTheTool() throws Exception {
        var marker = "marker-" + UUID.randomUUID();
        var outcome = new CompletableFuture<ProcessException.Kind>();
        var thread = Thread.startVirtualThread(() -> {
            try {
                tools.run(shell("sleep 60; : " + marker));
            } catch (ProcessException e) {
                outcome.complete(e.kind());
            }
        });
        Eventually.holds(
                "it runs",
                () -> !ProcessTable.find(all -> all.toString().contains(marker)).isEmpty());
        thread.interrupt();
        assertThat(outcome.get(2, TimeUnit.MINUTES)).isEqualTo(ProcessException.Kind.INTERRUPTED);
        Eventually.holds(
                "nothing is left",
                () -> ProcessTable.find(all -> all.toString().contains(marker)).isEmpty());
    }

    @Test
    void manyToolsAtOnceLeaveNothingBehind() throws Exception {
        tools.run("true");
        int before = openDescriptors();
        int count = 100;
        var done = new CountDownLatch(count);
        var wrong = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            var text = "text " + i;
            Thread.startVirtualThread(() -> {
                try {
                    var output = tools.run(Tools.Call.of(List.of("cat")).withInput(text))
                            .output();
                    wrong.addAndGet(output.equals(text) ? 0 : 1);
                } finally {
                    done.countDown();
                }
            });
        }
        assertThat(done.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(wrong).hasValue(0);
        Eventually.holds("descriptors are closed", () -> openDescriptors() <= before);
    }

    private static int openDescriptors() {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return (int) all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
