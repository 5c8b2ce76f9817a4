package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.Abilities;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.process.ProcessFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest's life from start to end, with a real QEMU and guests of a few bytes. */
class QemuLifeTest {
    private static final String RESUMED = "RUNNING_BOOTED RESUMED_UNPAUSED";
    private static final String STARTED = "RUNNING_BOOTED STARTED_BOOTED";

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
    void aStartedDomainRunsAndADestroyedOneIsGone() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));
        int pid = one.pid();

        assertThat(one.observed.story()).containsExactly(RESUMED, STARTED);
        assertThat(ProcessFacts.of(pid)).isPresent();

        one.live().destroy(false);

        assertThat(one.observed.story())
                .containsExactly(
                        RESUMED,
                        STARTED,
                        "SHUTDOWN_UNKNOWN SHUTDOWN_HOST",
                        "ended SHUTOFF_DESTROYED STOPPED_DESTROYED");
        assertThat(ProcessFacts.of(pid)).isEmpty();
        assertThat(bench.root().resolve("lib")).isEmptyDirectory();
        assertThat(bench.log("d")).contains("starting up ").contains("shutting down, reason=destroyed");
    }

    @Test
    void destroyingTwiceDoesNothing() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));

        one.live().destroy(false);
        one.live().destroy(false);
        one.live().destroy(true);

        assertThat(one.observed.story()).hasSize(4);
    }

    @Test
    void aPausedStartStaysPaused() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE), true);

        assertThat(one.observed.story()).containsExactly("PAUSED_USER STARTED_BOOTED", "PAUSED_USER SUSPENDED_PAUSED");

        one.as(Abilities.Suspends.class).resume();

        assertThat(one.observed.story()).endsWith("RUNNING_UNPAUSED RESUMED_UNPAUSED");
    }

    @Test
    void suspendAndResumeAreReportedOnce() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.BUSY));
        var switches = one.as(Abilities.Suspends.class);

        for (int i = 0; i < 20; i++) {
            switches.suspend();
            assertThat(one.observed.status()).isEqualTo(DomainStatus.PAUSED_USER);
            switches.suspend();
            switches.resume();
            assertThat(one.observed.status()).isEqualTo(DomainStatus.RUNNING_UNPAUSED);
        }

        assertThat(one.observed.story()).hasSize(42);
    }

    @Test
    void resumingARunningGuestIsRefused() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));

        assertThatThrownBy(() -> one.as(Abilities.Suspends.class).resume())
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_INVALID));
    }

    @Test
    void aGuestThatSwitchesItselfOffIsShutOff() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.POWEROFF));

        one.observed.awaitEnd();

        assertThat(one.observed.story())
                .containsExactly(
                        RESUMED, STARTED, "SHUTDOWN_UNKNOWN SHUTDOWN_GUEST", "ended SHUTOFF_SHUTDOWN STOPPED_SHUTDOWN");
        assertThat(bench.log("d")).contains("shutting down, reason=shutdown");
    }

    @Test
    void onPoweroffRestartBeginsAnewInPlace() throws Exception {
        var one = bench.start(with(bench.domain("d", BootSector.POWEROFF), "on_poweroff", "restart"));

        one.observed.await(seen -> seen.happenings().stream()
                        .filter(DomainEvent.Reboot.class::isInstance)
                        .count()
                >= 2);

        assertThat(one.observed.story()).containsExactly(RESUMED, STARTED);
    }

    @Test
    void aGuestThatRebootsGoesOn() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.REBOOT));

        one.observed.await(seen -> seen.happenings().stream()
                        .filter(DomainEvent.Reboot.class::isInstance)
                        .count()
                >= 2);

        assertThat(one.observed.story()).containsExactly(RESUMED, STARTED);
    }

    @Test
    void onRebootDestroyEndsAGuestThatReboots() throws Exception {
        var one = bench.start(with(bench.domain("d", BootSector.REBOOT), "on_reboot", "destroy"));

        one.observed.awaitEnd();

        assertThat(one.observed.story()).endsWith("ended SHUTOFF_SHUTDOWN STOPPED_SHUTDOWN");
    }

    @Test
    void aPanickedGuestIsDestroyed() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.PANIC, QemuBench.panic()));

        one.observed.awaitEnd();

        assertThat(one.observed.story())
                .containsExactly(
                        RESUMED, STARTED, "CRASHED_PANICKED CRASHED_PANICKED", "ended SHUTOFF_CRASHED STOPPED_CRASHED");
    }

    @Test
    void onCrashPreserveKeepsThePanickedGuest() throws Exception {
        var one = bench.start(with(bench.domain("d", BootSector.PANIC, QemuBench.panic()), "on_crash", "preserve"));

        one.observed.awaitStatus(DomainStatus.CRASHED_PANICKED);

        one.as(Abilities.Resets.class).reset();
        one.as(Abilities.Suspends.class).resume();
        one.observed.awaitStatus(DomainStatus.CRASHED_PANICKED);
        assertThat(one.observed.story())
                .containsSequence(
                        "CRASHED_PANICKED CRASHED_PANICKED",
                        "PAUSED_CRASHED",
                        "RUNNING_UNPAUSED RESUMED_UNPAUSED",
                        "CRASHED_PANICKED CRASHED_PANICKED");
    }

    @Test
    void onCrashRestartBeginsAnewInPlace() throws Exception {
        var one = bench.start(with(bench.domain("d", BootSector.PANIC, QemuBench.panic()), "on_crash", "restart"));

        one.observed.await(seen -> seen.story().size() >= 6);

        assertThat(one.observed.story())
                .startsWith(
                        RESUMED,
                        STARTED,
                        "CRASHED_PANICKED CRASHED_PANICKED",
                        "RUNNING_CRASHED RESUMED_UNPAUSED",
                        "CRASHED_PANICKED CRASHED_PANICKED",
                        "RUNNING_CRASHED RESUMED_UNPAUSED");
    }

    @Test
    void onCrashCoredumpKeepsTheMemory() throws Exception {
        var one = bench.start(
                with(bench.domain("d", BootSector.PANIC, QemuBench.panic()), "on_crash", "coredump-destroy"));

        one.observed.awaitEnd();

        assertThat(one.observed.story()).endsWith("ended SHUTOFF_CRASHED STOPPED_CRASHED");
        try (var dumps = Files.list(bench.root().resolve("lib/dump"))) {
            assertThat(dumps)
                    .singleElement()
                    .satisfies(dump -> assertThat(Files.size(dump)).isGreaterThan(32 << 20));
        }
    }

    @Test
    void aKilledEmulatorIsACrash() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));

        ProcessHandle.of(one.pid()).orElseThrow().destroyForcibly();
        one.observed.awaitEnd();

        assertThat(one.observed.story()).endsWith("ended SHUTOFF_CRASHED STOPPED_FAILED");
        assertThat(bench.log("d")).contains("shutting down, reason=crashed");
    }

    @Test
    void anEmulatorEndedFromOutsideIsAShutdown() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));

        ProcessHandle.of(one.pid()).orElseThrow().destroy();
        one.observed.awaitEnd();

        assertThat(one.observed.story())
                .endsWith("SHUTDOWN_UNKNOWN SHUTDOWN_HOST", "ended SHUTOFF_SHUTDOWN STOPPED_SHUTDOWN");
    }

    @Test
    void whoStopsThroughTheMonitorIsUnknown() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));

        one.as(Abilities.HasMonitor.class).monitorCommand("{\"execute\":\"stop\"}", false);
        one.observed.awaitStatus(DomainStatus.PAUSED_UNKNOWN);
        one.as(Abilities.HasMonitor.class).monitorCommand("cont", true);
        one.observed.awaitStatus(DomainStatus.RUNNING_UNPAUSED);
    }

    static DomainDefinition with(DomainDefinition definition, String element, String value) {
        return definition.withChild(Element.text(element, value));
    }
}
