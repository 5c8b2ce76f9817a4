package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.TypedParameter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest that does not answer troubles nobody but those who want to change it. */
@Timeout(300)
class HangingGuestTest {
    private static final int NOWAIT = 1 << 29;

    @TempDir
    Path root;

    private final Theatre theatre = new Theatre();

    private House house() {
        return new House(root, theatre, Duration.ofMillis(500));
    }

    /** Has a call hang in the hypervisor and gives the thread it hangs in. */
    private static Thread stuck(House house, UUID domain) {
        var thread = Thread.ofVirtual().start(() -> house.lifecycle().suspend(domain));
        Theatre.eventually(
                "the job is taken", () -> house.domains().controlInfo(domain).state() == ControlInfo.JOB);
        return thread;
    }

    @Test
    void othersWhoWouldChangeItGiveUpAndAreToldWhoIsInTheWay() throws InterruptedException {
        try (var house = house()) {
            var domain = house.run("inn");
            theatre.hang("inn/suspend");
            var thread = stuck(house, domain);
            for (var call : List.<Runnable>of(
                    () -> house.lifecycle().resume(domain),
                    () -> house.connection().resources().memoryStats(domain, 0),
                    () -> house.domains().setAutostart(domain, true))) {
                assertThatThrownBy(call::run)
                        .hasMessage("Timed out during operation: cannot acquire state change lock "
                                + "(held by virDomainSuspend)");
            }
            theatre.go("inn/suspend");
            thread.join();
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.PAUSED_USER);
            house.lifecycle().resume(domain);
        }
    }

    @Test
    void whoOnlyLooksDoesNotWait() throws InterruptedException {
        try (var house = new House(root, theatre, Duration.ofSeconds(20))) {
            var domain = house.run("inn");
            theatre.hang("inn/suspend");
            var thread = stuck(house, domain);
            assertThat(house.domains().status(domain).state()).isEqualTo(DomainState.RUNNING);
            assertThat(house.domains().info(domain).state()).isEqualTo(DomainState.RUNNING);
            assertThat(house.domains().xml(domain, 0)).contains("inn");
            assertThat(house.domains().list(0)).hasSize(1);
            var stats = house.connection().statistics().all(0, NOWAIT).getFirst();
            assertThat(stats.parameters())
                    .contains(TypedParameter.ofBoolean("asked", false))
                    .contains(TypedParameter.ofInt("state.state", DomainState.RUNNING.number()));
            theatre.go("inn/suspend");
            thread.join();
        }
    }

    @Test
    void otherDomainsAreNotDelayed() throws InterruptedException {
        try (var house = house()) {
            var domain = house.run("inn");
            theatre.hang("inn/suspend");
            var thread = stuck(house, domain);
            var other = house.run("tavern");
            house.lifecycle().suspend(other);
            house.lifecycle().destroy(other, 0);
            theatre.go("inn/suspend");
            thread.join();
        }
    }

    @Test
    void destroyEndsItAllTheSame() throws InterruptedException {
        try (var house = house()) {
            var domain = house.run("inn");
            theatre.hang("inn/suspend");
            var thread = stuck(house, domain);
            house.lifecycle().destroy(domain, 0);
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
            theatre.go("inn/suspend");
            thread.join();
            // What the hung call reports in the end is about an instance that is no more.
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
            assertThat(house.lifecycle().start(domain, 0).active()).isTrue();
        }
    }

    @Test
    void destroyWaitsForAStartUnderWayBecauseThereIsNothingToEndBefore() throws InterruptedException {
        try (var house = house()) {
            var domain = house.define("inn");
            theatre.hang("inn/start");
            var thread = Thread.ofVirtual().start(() -> house.lifecycle().start(domain, 0));
            Theatre.eventually("the start is under way", () -> theatre.starts().contains("inn"));
            assertThatThrownBy(() -> house.lifecycle().destroy(domain, 0))
                    .hasMessageContaining("cannot acquire state change lock (held by virDomainCreateWithFlags)");
            theatre.go("inn/start");
            thread.join();
            house.lifecycle().destroy(domain, 0);
        }
    }

    @Test
    void twoWhoDestroyAtOnceBothComeBack() throws InterruptedException {
        try (var house = house()) {
            var domain = house.run("inn");
            theatre.hang("inn/destroy");
            var back = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                Thread.ofVirtual().start(() -> {
                    house.lifecycle().destroy(domain, 0);
                    back.countDown();
                });
            }
            Theatre.eventually("both are at it", () -> theatre.waiting("inn/destroy") == 2);
            theatre.go("inn/destroy");
            back.await();
            assertThat(house.domains().isActive(domain)).isFalse();
        }
    }
}
