package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.Abilities;
import dev.posada.model.DomainStatus;
import dev.posada.posix.CurrentProcess;
import dev.posada.posix.Signals;
import dev.posada.process.ProcessFacts;
import dev.posada.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Instances outlive the driver that started them, and the next one finds them. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuRecoveryTest {
    private QemuBench bench;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        // Waited for by the tests of what hangs, and more than what does not hang takes on a busy host.
        bench = new QemuBench(folder, Map.of("monitor_timeout", List.of("6")));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aRunningDomainIsFoundAgain() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE, QemuBench.serial("pty")));
        bench.restart();

        var after = bench.recover(before, DomainStatus.RUNNING_BOOTED);

        assertThat(after.observed.story()).containsExactly("RUNNING_BOOTED");
        assertThat(after.pid()).isEqualTo(before.pid());
        assertThat(after.live().definition().devices("serial"))
                .isEqualTo(before.observed.definition().devices("serial"));
        after.as(Abilities.Suspends.class).suspend();
        after.live().destroy(false);
        assertThat(after.observed.story())
                .containsExactly(
                        "RUNNING_BOOTED",
                        "PAUSED_USER SUSPENDED_PAUSED",
                        "SHUTDOWN_UNKNOWN SHUTDOWN_HOST",
                        "ended SHUTOFF_DESTROYED STOPPED_DESTROYED");
        assertThat(ProcessFacts.of(before.pid())).isEmpty();
        assertThat(bench.root().resolve("lib")).isEmptyDirectory();
        assertThat(before.observed.over()).isFalse();
    }

    @Test
    void aLiveDefinitionThatWasNeverRecordedIsWorkedOutAgain() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE, QemuBench.serial("pty"), QemuBench.vnc()));
        bench.restart();

        var after = bench.recover(new QemuBench.Started(before), DomainStatus.PAUSED_STARTING_UP);

        assertThat(after.observed.story()).containsExactly("RUNNING_BOOTED");
        assertThat(after.live().definition()).isEqualTo(before.observed.definition());
    }

    @Test
    void aPausedDomainIsFoundPaused() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE), true);
        bench.restart();

        var after = bench.recover(before, DomainStatus.PAUSED_USER);

        assertThat(after.observed.story()).containsExactly("PAUSED_USER");
    }

    @Test
    void whatBecameOfADomainMeanwhileIsSeen() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE));
        before.as(Abilities.Suspends.class).suspend();
        bench.restart();

        assertThat(bench.recover(before, DomainStatus.RUNNING_BOOTED).observed.story())
                .containsExactly("PAUSED_UNKNOWN");
    }

    @Test
    void aDomainThatWasKilledMeanwhileIsReportedAsCrashed() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE));
        int pid = before.pid();
        bench.restart();
        CurrentProcess.signal(pid, Signals.KILL);
        awaitGone(pid);

        var after = bench.recover(before, DomainStatus.RUNNING_BOOTED);

        assertThat(after.live).isEmpty();
        assertThat(after.observed.story()).containsExactly("ended SHUTOFF_CRASHED STOPPED_FAILED");
        assertThat(bench.root().resolve("lib")).isEmptyDirectory();
    }

    @Test
    void aDomainThatWasEndedMeanwhileIsReportedAsShutDown() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE));
        int pid = before.pid();
        bench.restart();
        CurrentProcess.signal(pid, Signals.TERM);
        awaitGone(pid);

        assertThat(bench.recover(before, DomainStatus.RUNNING_BOOTED).observed.story())
                .containsExactly("ended SHUTOFF_SHUTDOWN STOPPED_SHUTDOWN");
    }

    @Test
    void aGuestThatSwitchedItselfOffMeanwhileIsShutOff() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.POWEROFF), true);
        // Set going behind the driver's back, and let be alone at once.
        before.as(Abilities.HasMonitor.class).monitorCommand("cont", true);
        bench.restart();
        var after = bench.recover(before, DomainStatus.PAUSED_USER);

        after.observed.awaitEnd();

        assertThat(after.observed.story()).endsWith("ended SHUTOFF_SHUTDOWN STOPPED_SHUTDOWN");
    }

    @Test
    void aStartThatWasNotFinishedIsTakenBack() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE), true);
        int pid = before.pid();
        // As the daemon wrote it before it was killed: the process is known, the start not finished.
        before.journal.removeLast();
        bench.restart();

        var after = bench.recover(before, DomainStatus.PAUSED_STARTING_UP);

        assertThat(after.live).isEmpty();
        assertThat(after.observed.story()).containsExactly("ended SHUTOFF_FAILED STOPPED_FAILED");
        assertThat(ProcessFacts.of(pid).filter(facts -> facts.state() != ProcessFacts.State.ZOMBIE))
                .isEmpty();
    }

    @Test
    void anEmulatorWhoseNumberWasNeverWrittenDownIsFound() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE), true);
        before.journal.removeLast();
        before.journal.removeLast();
        assertThat(before.journal).hasSize(1);
        bench.restart();

        var after = bench.recover(before, DomainStatus.PAUSED_STARTING_UP);

        assertThat(after.observed.story()).containsExactly("ended SHUTOFF_FAILED STOPPED_FAILED");
        assertThat(ProcessTable.find(
                        line -> line.contains(before.definition.uuid().toString())))
                .isEmpty();
    }

    @Test
    void anIntentWithoutAnActIsForgotten() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE));
        before.live().destroy(false);
        before.journal.clear();

        assertThat(bench.recover(before, DomainStatus.PAUSED_STARTING_UP)
                        .observed
                        .story())
                .containsExactly("ended SHUTOFF_FAILED STOPPED_FAILED");
    }

    @Test
    void aHungDomainIsTakenOnAndServedOnceItAnswers() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE));
        before.as(Abilities.Suspends.class).suspend();
        bench.restart();
        CurrentProcess.signal(before.pid(), Signals.STOP);

        var after = bench.recover(before, DomainStatus.RUNNING_BOOTED);

        assertThat(after.observed.story()).containsExactly("RUNNING_BOOTED");
        CurrentProcess.signal(before.pid(), Signals.CONT);
        after.observed.awaitStatus(DomainStatus.PAUSED_UNKNOWN);
        after.as(Abilities.Suspends.class).resume();
        assertThat(after.observed.status()).isEqualTo(DomainStatus.RUNNING_UNPAUSED);
    }

    @Test
    void aHungDomainThatIsTakenOnCanBeDestroyed() throws Exception {
        var before = bench.start(bench.domain("d", BootSector.IDLE));
        bench.restart();
        CurrentProcess.signal(before.pid(), Signals.STOP);
        var after = bench.recover(before, DomainStatus.RUNNING_BOOTED);

        after.live().destroy(false);

        assertThat(after.observed.story()).endsWith("ended SHUTOFF_DESTROYED STOPPED_DESTROYED");
    }

    private static void awaitGone(int pid) throws Exception {
        Eventually.holds(
                "the end of process " + pid,
                () -> ProcessFacts.of(pid)
                        .filter(facts -> facts.state() != ProcessFacts.State.ZOMBIE)
                        .isEmpty());
    }
}
