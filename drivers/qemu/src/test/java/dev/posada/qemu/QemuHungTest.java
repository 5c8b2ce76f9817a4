package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.Abilities;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import dev.posada.posix.CurrentProcess;
import dev.posada.posix.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A QEMU that hangs holds up its own callers for a while, and nothing else. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuHungTest {
    /** As long as a busy host may take to answer, and more than the tests wait for what asks no monitor. */
    private static final Duration MONITOR = Duration.ofSeconds(6);

    private static final Duration WITHOUT_MONITOR = Duration.ofSeconds(5);

    private QemuBench bench;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bench = new QemuBench(folder, Map.of("monitor_timeout", List.of(Long.toString(MONITOR.toSeconds()))));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aCallToAHungMonitorTimesOut() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));
        CurrentProcess.signal(one.pid(), Signals.STOP);

        assertThatThrownBy(() -> one.as(Abilities.Suspends.class).suspend())
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_TIMEOUT));
    }

    @Test
    void whatAHungMonitorDoesLaterIsStillReportedAsWhatItWas() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));
        CurrentProcess.signal(one.pid(), Signals.STOP);
        assertThatThrownBy(() -> one.as(Abilities.Suspends.class).suspend()).isInstanceOf(PosadaException.class);
        assertThat(one.observed.status()).isEqualTo(DomainStatus.RUNNING_BOOTED);

        CurrentProcess.signal(one.pid(), Signals.CONT);

        one.observed.awaitStatus(DomainStatus.PAUSED_USER);
    }

    @Test
    void destroyNeedsNoMonitor() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));
        CurrentProcess.signal(one.pid(), Signals.STOP);

        long start = System.nanoTime();
        one.live().destroy(false);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(WITHOUT_MONITOR);
        assertThat(one.observed.story()).endsWith("ended SHUTOFF_DESTROYED STOPPED_DESTROYED");
    }

    @Test
    void destroyEndsACallThatHangs() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));
        CurrentProcess.signal(one.pid(), Signals.STOP);
        var caller = Thread.ofVirtual().start(() -> {
            try {
                one.as(Abilities.Suspends.class).suspend();
            } catch (PosadaException expected) {
                // Either it took too long or the domain is gone.
            }
        });

        one.live().destroy(false);

        assertThat(caller.join(Duration.ofMinutes(2))).isTrue();
    }

    @Test
    void agracefulDestroyKillsNobody() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));

        one.live().destroy(true);

        assertThat(one.observed.story()).endsWith("ended SHUTOFF_DESTROYED STOPPED_DESTROYED");
    }

    @Test
    void theHostsFiguresComeWithoutTheMonitor() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.BUSY));
        CurrentProcess.signal(one.pid(), Signals.STOP);
        var figures = one.as(Abilities.HasStatistics.class);

        long start = System.nanoTime();
        var atOnce = figures.statistics(EnumSet.allOf(StatsGroup.class), false, false);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(WITHOUT_MONITOR);
        assertThat(atOnce.stream().map(TypedParameter::name)).contains("cpu.time", "vcpu.0.time", "block.count");

        figures.statistics(EnumSet.allOf(StatsGroup.class), false, true);
        start = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            figures.statistics(EnumSet.allOf(StatsGroup.class), false, true);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(WITHOUT_MONITOR);
    }
}
