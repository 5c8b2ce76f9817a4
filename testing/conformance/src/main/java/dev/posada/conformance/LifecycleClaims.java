package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.posada.driver.Ability;
import dev.posada.model.Caller;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Starting, stopping and what is between. */
public interface LifecycleClaims extends Claims {
    /** {@code VIR_DOMAIN_START_PAUSED}. */
    int PAUSED = 1;

    /** {@code VIR_DOMAIN_START_AUTODESTROY}. */
    int AUTODESTROY = 2;

    @Test
    default void aStartedDomainRunsUnderAnId() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn");
            assertThat(domain.id()).isPositive();
            assertThat(stage.domains().byId(domain.id())).isEqualTo(domain);
            assertThat(stage.domains().status(domain.uuid()).state()).isEqualTo(DomainState.RUNNING);
            assertThat(stage.domains().list(1)).contains(domain);
            // Of the root alone: devices may have ids of their own.
            assertThat(stage.domains().xml(domain.uuid(), 0).lines().findFirst())
                    .hasValueSatisfying(root -> assertThat(root).contains(" id='" + domain.id() + "'"));
            assertThat(stage.domains().xml(domain.uuid(), 2).lines().findFirst())
                    .hasValueSatisfying(root -> assertThat(root).doesNotContain(" id="));
        }
    }

    @Test
    default void aRunningDomainCannotBeStartedAgain() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            assertThat(Stage.refused(
                            ErrorCode.OPERATION_INVALID, () -> stage.lifecycle().start(domain, 0)))
                    .contains("domain is already running");
            var xml = stage.domains().xml(domain, 2);
            assertThat(Stage.refused(
                            ErrorCode.OPERATION_INVALID, () -> stage.lifecycle().create(xml, 0)))
                    .contains("domain 'inn' is already active");
        }
    }

    @Test
    default void aDomainStartedPausedStaysSoUntilResumed() {
        try (var stage = Stage.open(driver())) {
            var domain =
                    stage.lifecycle().start(stage.define("inn").uuid(), PAUSED).uuid();
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.PAUSED_USER);
            if (stage.can(Ability.SUSPEND)) {
                stage.lifecycle().resume(domain);
                assertThat(stage.domains().status(domain).state()).isEqualTo(DomainState.RUNNING);
            }
        }
    }

    @Test
    default void destroyKeepsTheDefinition() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            stage.lifecycle().destroy(domain, 0);
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
            assertThat(stage.domains().byUuid(domain).active()).isFalse();
            assertThat(stage.domains().isPersistent(domain)).isTrue();
        }
    }

    @Test
    default void whatDoesNotRunCannotBeStoppedOrSteered() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            var lifecycle = stage.lifecycle();
            assertThat(Stage.refused(ErrorCode.OPERATION_INVALID, () -> lifecycle.destroy(domain, 0)))
                    .contains("domain is not running");
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> lifecycle.shutdown(domain, 0));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> lifecycle.reboot(domain, 0));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> lifecycle.reset(domain, 0));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> lifecycle.suspend(domain));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> lifecycle.resume(domain));
        }
    }

    @Test
    default void aTransientDomainIsGoneWhenItEnds() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.lifecycle().create(stage.driver().definition("guest"), 0);
            assertThat(stage.domains().isPersistent(domain.uuid())).isFalse();
            assertThat(stage.domains().list(8)).contains(domain);
            stage.lifecycle().destroy(domain.uuid(), 0);
            assertThat(stage.exists(domain.uuid())).isFalse();
            Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byName("guest"));
        }
    }

    @Test
    default void aTransientDomainThatIsDefinedStays() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.lifecycle()
                    .create(stage.driver().definition("guest"), 0)
                    .uuid();
            stage.domains().define(stage.domains().xml(domain, 2), 0);
            assertThat(stage.domains().isPersistent(domain)).isTrue();
            stage.lifecycle().destroy(domain, 0);
            assertThat(stage.exists(domain)).isTrue();
        }
    }

    @Test
    default void anIdIsNeverUsedTwice() {
        try (var stage = Stage.open(driver())) {
            var first = stage.run("inn");
            stage.lifecycle().destroy(first.uuid(), 0);
            assertThat(stage.lifecycle().start(first.uuid(), 0).id()).isGreaterThan(first.id());
        }
    }

    @Test
    default void suspendStopsTheProcessorsAndResumeContinuesThem() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            if (!stage.can(Ability.SUSPEND)) {
                Stage.unsupported("virDomainSuspend", () -> stage.lifecycle().suspend(domain));
                Stage.unsupported("virDomainResume", () -> stage.lifecycle().resume(domain));
                return;
            }
            stage.lifecycle().suspend(domain);
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.PAUSED_USER);
            stage.lifecycle().suspend(domain);
            stage.lifecycle().resume(domain);
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.RUNNING_UNPAUSED);
            assertThat(Stage.refused(
                            ErrorCode.OPERATION_INVALID, () -> stage.lifecycle().resume(domain)))
                    .contains("domain is already running");
        }
    }

    @Test
    default void shutdownAsksTheGuest() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            if (!stage.can(Ability.SHUTDOWN)) {
                Stage.unsupported("virDomainShutdown", () -> stage.lifecycle().shutdown(domain, 0));
                return;
            }
            stage.lifecycle().shutdown(domain, 0);
            if (stage.driver().guestObeysShutdown()) {
                stage.eventually("shut off", () -> !stage.domains().isActive(domain));
                assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_SHUTDOWN);
            }
        }
    }

    @Test
    default void rebootAndResetKeepTheInstance() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn");
            if (stage.can(Ability.REBOOT)) {
                stage.lifecycle().reboot(domain.uuid(), 0);
            } else {
                Stage.unsupported("virDomainReboot", () -> stage.lifecycle().reboot(domain.uuid(), 0));
            }
            if (stage.can(Ability.RESET)) {
                stage.lifecycle().reset(domain.uuid(), 0);
            } else {
                Stage.unsupported("virDomainReset", () -> stage.lifecycle().reset(domain.uuid(), 0));
            }
            assertThat(stage.domains().byUuid(domain.uuid())).isEqualTo(domain);
        }
    }

    @Test
    default void autodestroyEndsADomainWithItsConnection() {
        try (var stage = Stage.open(driver())) {
            if (stage.driver().provider().perConnection()) {
                return; // all of its domains end with the connection, and nobody can look afterwards
            }
            try (var guestBook = stage.open(Caller.SELF)) {
                guestBook.lifecycle().create(stage.driver().definition("guest"), AUTODESTROY);
                guestBook.lifecycle().create(stage.driver().definition("stays"), 0);
                assertThat(stage.domains().byName("guest").active()).isTrue();
            }
            Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byName("guest"));
            assertThat(stage.domains().byName("stays").active()).isTrue();
        }
    }

    @Test
    default void aStartThatFailsLeavesNothingRunning() {
        try (var stage = Stage.open(driver())) {
            var unstartable = stage.driver().unstartableDefinition("inn");
            Assumptions.assumeTrue(unstartable.isPresent(), "this driver starts whatever it lets be defined");
            var domain = stage.domains().define(unstartable.orElseThrow(), 0).uuid();
            assertThat(catchThrowable(() -> stage.lifecycle().start(domain, 0))).isInstanceOf(PosadaException.class);
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_FAILED);
            assertThat(stage.domains().byUuid(domain).active()).isFalse();
            var passing = stage.driver().unstartableDefinition("guest").orElseThrow();
            assertThat(catchThrowable(() -> stage.lifecycle().create(passing, 0)))
                    .isInstanceOf(PosadaException.class);
            Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byName("guest"));
        }
    }

    @Test
    default void aGuestThatEndsByItselfIsNoticed() {
        try (var stage = Stage.open(driver())) {
            var ending = stage.driver().endingDefinition("inn");
            Assumptions.assumeTrue(
                    stage.can(Ability.GUEST_ENDINGS) && ending.isPresent(), "no guest here that ends by itself");
            var domain = stage.domains().define(ending.orElseThrow(), 0).uuid();
            stage.lifecycle().start(domain, 0);
            stage.eventually("shut off", () -> !stage.domains().isActive(domain));
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_SHUTDOWN);
        }
    }

    @Test
    default void manyAtOnceOnOneDomainTakeTurns() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 8; i++) {
                    boolean starts = i % 2 == 0;
                    var _ = threads.submit(() -> {
                        try {
                            if (starts) {
                                stage.lifecycle().start(domain, 0);
                            } else {
                                stage.lifecycle().destroy(domain, 0);
                            }
                        } catch (PosadaException e) {
                            assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_INVALID);
                        }
                    });
                }
            }
            boolean active = stage.domains().isActive(domain);
            assertThat(stage.domains().status(domain).active()).isEqualTo(active);
            if (active) {
                stage.lifecycle().destroy(domain, 0);
            }
            assertThat(stage.lifecycle().start(domain, 0).active()).isTrue();
        }
    }
}
