package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.Ability;
import dev.posada.engine.Snapshots;
import dev.posada.model.DomainState;
import dev.posada.model.ErrorCode;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Snapshots: what was taken can be returned to, and is gone when deleted. */
public interface SnapshotClaims extends Claims {
    /** {@code VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING}. */
    int RUNNING = 1;

    private static void take(Snapshots snapshots, UUID domain, String name) {
        snapshots.create(domain, "<domainsnapshot><name>" + name + "</name></domainsnapshot>", 0);
    }

    @Test
    default void aDomainReturnsToItsSnapshots() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            var snapshots = stage.connection().snapshots();
            if (!stage.can(Ability.SNAPSHOTS)) {
                Stage.unsupported("virDomainSnapshotCreateXML", () -> take(snapshots, domain, "off"));
                assertThat(snapshots.count(domain, 0)).isZero();
                return;
            }
            take(snapshots, domain, "off");
            stage.lifecycle().start(domain, 0);
            take(snapshots, domain, "on");
            assertThat(stage.domains().status(domain).state()).isEqualTo(DomainState.RUNNING);
            assertThat(snapshots.parent(domain, "on", 0).name()).isEqualTo("off");
            snapshots.revert(domain, "off", 0);
            assertThat(stage.domains().status(domain).state()).isEqualTo(DomainState.SHUTOFF);
            assertThat(snapshots.current(domain, 0).name()).isEqualTo("off");
            snapshots.revert(domain, "on", RUNNING);
            assertThat(stage.domains().status(domain).state()).isEqualTo(DomainState.RUNNING);
            assertThat(snapshots.current(domain, 0).name()).isEqualTo("on");
            snapshots.delete(domain, "off", 0);
            assertThat(snapshots.names(domain, 0)).containsExactly("on");
            snapshots.delete(domain, "on", 0);
            Stage.refused(ErrorCode.NO_DOMAIN_SNAPSHOT, () -> snapshots.revert(domain, "on", 0));
            assertThat(stage.domains().status(domain).state()).isEqualTo(DomainState.RUNNING);
        }
    }

    @Test
    default void aDomainWithSnapshotsIsNotUndefinedByTheWay() {
        try (var stage = Stage.open(driver())) {
            if (!stage.can(Ability.SNAPSHOTS)) {
                return;
            }
            var domain = stage.define("inn").uuid();
            take(stage.connection().snapshots(), domain, "off");
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.domains().undefine(domain, 0));
            stage.connection().snapshots().delete(domain, "off", 0);
            stage.domains().undefine(domain, 0);
            assertThat(stage.exists(domain)).isFalse();
        }
    }
}
