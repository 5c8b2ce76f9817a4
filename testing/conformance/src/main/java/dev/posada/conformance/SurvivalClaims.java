package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.Ability;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import org.junit.jupiter.api.Test;

/** What is there after the daemon was not. */
public interface SurvivalClaims extends Claims {
    @Test
    default void definitionsOutliveTheDaemon() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn");
            stage.domains().setAutostart(domain.uuid(), true);
            var xml = stage.domains().xml(domain.uuid(), 0);
            stage.restart();
            if (stage.driver().provider().perConnection()) {
                Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byUuid(domain.uuid()));
                return;
            }
            assertThat(stage.domains().byName("inn")).isEqualTo(domain);
            assertThat(stage.domains().xml(domain.uuid(), 0)).isEqualTo(xml);
            assertThat(stage.domains().autostart(domain.uuid())).isTrue();
        }
    }

    @Test
    default void runningDomainsAreFoundAgainOrReportedEnded() {
        try (var stage = Stage.open(driver())) {
            if (stage.driver().provider().perConnection()) {
                return; // nothing of it is to outlive anything
            }
            var domain = stage.run("inn");
            var guest = stage.lifecycle().create(stage.driver().definition("guest"), LifecycleClaims.PAUSED);
            stage.restart();
            if (!stage.can(Ability.SURVIVES_DAEMON)) {
                assertThat(stage.domains().isActive(domain.uuid())).isFalse();
                assertThat(stage.exists(guest.uuid())).isFalse();
                return;
            }
            assertThat(stage.domains().byUuid(domain.uuid())).isEqualTo(domain);
            assertThat(stage.domains().byUuid(guest.uuid())).isEqualTo(guest);
            assertThat(stage.domains().isPersistent(guest.uuid())).isFalse();
            assertThat(stage.domains().status(guest.uuid())).isEqualTo(DomainStatus.PAUSED_USER);
            assertThat(stage.domains().xml(domain.uuid(), 0)).contains(" id='" + domain.id() + "'");
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.lifecycle().start(domain.uuid(), 0));
            stage.lifecycle().destroy(domain.uuid(), 0);
            assertThat(stage.domains().status(domain.uuid())).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
            assertThat(stage.lifecycle().start(domain.uuid(), 0).id()).isGreaterThan(guest.id());
        }
    }
}
