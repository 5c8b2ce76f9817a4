package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.posix.CurrentProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many domains at once, and how long one takes. */
class QemuCrowdTest {
    private static final int CROWD = 20;
    private static final int ROUNDS = 20;

    private QemuBench bench;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bench = new QemuBench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void manyStartAtOnceAndShareNothing() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var starts = new ArrayList<Callable<QemuBench.Started>>();
            for (int i = 0; i < CROWD; i++) {
                var definition = bench.domain("d" + i, BootSector.HELLO, QemuBench.vnc(), QemuBench.serial("pty"));
                starts.add(() -> bench.start(definition));
            }
            var running = new ArrayList<QemuBench.Started>();
            for (Future<QemuBench.Started> start : threads.invokeAll(starts)) {
                running.add(start.get());
            }

            assertThat(running.stream()
                            .map(one -> one.observed
                                    .definition()
                                    .devices("graphics")
                                    .getFirst()
                                    .attribute("port", "")))
                    .doesNotHaveDuplicates();
            assertThat(running.stream()
                            .map(one -> one.observed
                                    .definition()
                                    .devices("serial")
                                    .getFirst()
                                    .child("source")
                                    .orElseThrow()
                                    .attribute("path", "")))
                    .doesNotHaveDuplicates()
                    .doesNotContain("");

            var ends = running.stream()
                    .<Callable<Void>>map(one -> () -> {
                        one.live().destroy(false);
                        return null;
                    })
                    .toList();
            for (Future<Void> end : threads.invokeAll(ends)) {
                end.get();
            }
            assertThat(running).allMatch(one -> one.observed.over());
            assertThat(bench.root().resolve("lib")).isEmptyDirectory();
        }
    }

    @Test
    void oneStartsAndEndsQuickly() throws Exception {
        var starts = new ArrayList<Duration>();
        var ends = new ArrayList<Duration>();
        for (int i = 0; i < ROUNDS; i++) {
            var definition = bench.domain("d", BootSector.IDLE, QemuBench.vnc(), QemuBench.serial("pty"));
            long begun = System.nanoTime();
            var one = bench.start(definition);
            starts.add(Duration.ofNanos(System.nanoTime() - begun));
            begun = System.nanoTime();
            one.live().destroy(false);
            ends.add(Duration.ofNanos(System.nanoTime() - begun));
        }

        System.getLogger("posada.qemu")
                .log(
                        System.Logger.Level.INFO,
                        "start {0} ms, destroy {1} ms (the quickest of {2}; process {3})",
                        Collections.min(starts).toMillis(),
                        Collections.min(ends).toMillis(),
                        ROUNDS,
                        CurrentProcess.pid());
        // Far from what is promised, and the quickest, since tests run beside others: only a wait of seconds would
        // show.
        assertThat(Collections.min(starts)).isLessThan(Duration.ofSeconds(2));
        assertThat(Collections.min(ends)).isLessThan(Duration.ofSeconds(1));
    }
}
