package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that starts says what is, not what was. */
class RecoveryTest {
    private static final int AUTODESTROY = 2;

    @TempDir
    Path root;

    private final Theatre theatre = new Theatre();

    private House house() {
        return new House(root, theatre, EngineSettings.DEFAULT_JOB_WAIT);
    }

    @Test
    void guestsThatStillRunAreFoundWithTheirIdsAndStates() {
        try (var house = house()) {
            var running = house.run("inn");
            var paused = house.lifecycle().create(House.xml("guest"), 0).uuid();
            house.lifecycle().suspend(paused);
            var ids = house.domains().list(1);
            house.killAndStart();
            assertThat(house.domains().list(1)).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(house.domains().status(running)).isEqualTo(DomainStatus.RUNNING_BOOTED);
            assertThat(house.domains().status(paused)).isEqualTo(DomainStatus.PAUSED_USER);
            assertThat(house.domains().isPersistent(paused)).isFalse();
            house.lifecycle().resume(paused);
            house.lifecycle().destroy(running, 0);
            assertThat(house.instance("inn")).doesNotExist();
        }
    }

    @Test
    void guestsThatEndedMeanwhileAreShutOffOrGone() {
        try (var house = house()) {
            var domain = house.run("inn");
            var guest = house.lifecycle().create(House.xml("guest"), 0).uuid();
            house.connection().close();
            house.engine().close();
            theatre.exit(domain, DomainStatus.SHUTOFF_SHUTDOWN, LifecycleChange.STOPPED_SHUTDOWN);
            theatre.exit(guest, DomainStatus.SHUTOFF_SHUTDOWN, LifecycleChange.STOPPED_SHUTDOWN);
            house.killAndStart();
            assertThat(house.domains().isActive(domain)).isFalse();
            assertThat(house.domains().list(0)).hasSize(1);
            assertThat(house.instance("inn")).doesNotExist();
            assertThat(house.instance("guest")).doesNotExist();
        }
    }

    @Test
    void aGuestThatWasBeingDestroyedWasDestroyed() {
        try (var house = house()) {
            var domain = house.run("inn");
            theatre.hang("inn/destroy");
            Thread.ofVirtual().start(() -> house.lifecycle().destroy(domain, 0));
            Theatre.eventually(
                    "the intent is on disk", () -> read(house.instance("inn")).contains("intent='destroy'"));
            theatre.exit(domain, DomainStatus.SHUTOFF_UNKNOWN, LifecycleChange.STOPPED_SHUTDOWN);
            // The daemon that destroyed it is dead before it could clear the record.
            write(house.instance("inn"), record(domain.toString(), "destroy"));
            house.killAndStart();
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
        }
    }

    @Test
    void aStartTheDaemonDiedInIsToldAsFailed() throws IOException {
        try (var house = house()) {
            var domain = house.define("inn");
            Files.createDirectories(house.instance("inn").getParent());
            write(house.instance("inn"), record(domain.toString(), "run"));
            house.killAndStart();
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_FAILED);
            assertThat(house.lifecycle().start(domain, 0).id()).isGreaterThan(7);
        }
    }

    private static String record(String uuid, String intent) {
        var journal = intent.equals("run") ? "" : "<journal><actor name='inn'/></journal>";
        return "<instance id='7' status='SHUTOFF_UNKNOWN' intent='" + intent + "' autodestroy='no'>" + journal
                + "<domain type='test'><name>inn</name><uuid>" + uuid
                + "</uuid><memory unit='KiB'>65536</memory></domain></instance>";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aGuestThatWasToEndWithItsConnectionEndsWithTheDaemon() {
        try (var house = house()) {
            var guest =
                    house.lifecycle().create(House.xml("guest"), AUTODESTROY).uuid();
            var stays = house.lifecycle().create(House.xml("stays"), 0).uuid();
            house.killAndStart();
            assertThat(house.domains().list(0)).extracting(one -> one.uuid()).containsExactly(stays);
            assertThat(theatre.plays(guest)).isFalse();
        }
    }

    @Test
    void whatStartsByItselfStartsOnceInARunOfTheHost() throws IOException {
        try (var house = house()) {
            var inn = house.define("inn");
            house.define("tavern");
            house.domains().setAutostart(inn, true);
            house.restart();
            assertThat(theatre.starts()).as("the same run of the host").isEmpty();
            // Another boot id is another run.
            Files.writeString(root.resolve("run/play/autostarted"), "earlier\n");
            house.restart();
            assertThat(theatre.starts()).containsExactly("inn");
            house.lifecycle().destroy(inn, 0);
            house.restart();
            assertThat(theatre.starts()).containsExactly("inn");
            assertThat(house.domains().isActive(inn)).isFalse();
        }
    }

    @Test
    void whatRunsAlreadyIsNotStartedByItself() throws IOException {
        try (var house = house()) {
            var inn = house.run("inn");
            house.domains().setAutostart(inn, true);
            Files.writeString(root.resolve("run/play/autostarted"), "earlier\n");
            house.killAndStart();
            assertThat(theatre.starts()).containsExactly("inn");
            assertThat(house.domains().isActive(inn)).isTrue();
        }
    }

    @Test
    void oneThatCannotStartKeepsNoOtherFromStarting() throws IOException {
        try (var house = house()) {
            house.domains().setAutostart(house.define("broken"), true);
            var inn = house.define("inn");
            house.domains().setAutostart(inn, true);
            theatre.fail("broken");
            Files.writeString(root.resolve("run/play/autostarted"), "earlier\n");
            house.restart();
            assertThat(house.domains().isActive(inn)).isTrue();
            assertThat(house.domains().status(house.domains().byName("broken").uuid()))
                    .isEqualTo(DomainStatus.SHUTOFF_FAILED);
        }
    }

    @Test
    void aFailedStartLeavesNothingBehind() {
        try (var house = house()) {
            theatre.fail("inn");
            var domain = house.define("inn");
            assertThatThrownBy(() -> house.lifecycle().start(domain, 0)).hasMessageContaining("would not play");
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_FAILED);
            assertThat(house.instance("inn")).doesNotExist();
            assertThatThrownBy(() -> house.lifecycle().create(House.xml("inn2").replace("inn2", "inn"), 0))
                    .hasMessageContaining("already exists with uuid");
            theatre.fail("guest");
            assertThatThrownBy(() -> house.lifecycle().create(House.xml("guest"), 0))
                    .hasMessageContaining("would not play");
            assertThat(house.domains().list(0)).hasSize(1);
            assertThat(house.domains().define(House.xml("guest"), 0).active()).isFalse();
        }
    }

    @Test
    void theLastConnectionTakesItsGuestsAlong() {
        try (var house = house()) {
            var guest =
                    house.lifecycle().create(House.xml("guest"), AUTODESTROY).uuid();
            house.connection().close();
            assertThat(theatre.plays(guest)).isFalse();
        }
    }
}
