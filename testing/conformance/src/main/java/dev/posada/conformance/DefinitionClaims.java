package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Keeping definitions and forgetting them. */
public interface DefinitionClaims extends Claims {
    /** {@code VIR_CONNECT_LIST_DOMAINS_INACTIVE | PERSISTENT}. */
    int INACTIVE_PERSISTENT = 2 | 4;

    @Test
    default void aDefinedDomainIsListedAndShutOff() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn");
            assertThat(stage.domains().list(INACTIVE_PERSISTENT)).contains(domain);
            assertThat(stage.domains().byName("inn")).isEqualTo(domain);
            assertThat(stage.domains().byUuid(domain.uuid())).isEqualTo(domain);
            assertThat(stage.domains().status(domain.uuid())).isEqualTo(DomainStatus.SHUTOFF_UNKNOWN);
            assertThat(stage.domains().isActive(domain.uuid())).isFalse();
            assertThat(stage.domains().isPersistent(domain.uuid())).isTrue();
        }
    }

    @Test
    default void aDefinitionThatWasCompletedOnceStaysAsItIs() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn");
            var first = stage.domains().xml(domain.uuid(), 2);
            assertThat(stage.domains().define(first, 0)).isEqualTo(domain);
            assertThat(stage.domains().xml(domain.uuid(), 2)).isEqualTo(first);
        }
    }

    @Test
    default void aNameBelongsToOneUuid() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn");
            assertThat(Stage.refused(ErrorCode.OPERATION_FAILED, () -> stage.define("inn")))
                    .contains("domain 'inn' already exists with uuid " + domain.uuid());
        }
    }

    @Test
    default void aUuidBelongsToOneName() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn");
            var other = stage.domains().xml(domain.uuid(), 2).replace("<name>inn<", "<name>out<");
            assertThat(Stage.refused(
                            ErrorCode.OPERATION_FAILED, () -> stage.domains().define(other, 0)))
                    .contains("domain 'inn' is already defined with uuid " + domain.uuid());
        }
    }

    @Test
    default void aTypeTheDriverDoesNotHaveIsRefused() {
        try (var stage = Stage.open(driver())) {
            var foreign = stage.driver().foreignDefinition("inn");
            Stage.refused(ErrorCode.CONFIG_UNSUPPORTED, () -> stage.domains().define(foreign, 0));
            Stage.refused(ErrorCode.CONFIG_UNSUPPORTED, () -> stage.lifecycle().create(foreign, 0));
            Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byName("inn"));
        }
    }

    @Test
    default void aDocumentThatIsNotOneIsRefused() {
        try (var stage = Stage.open(driver())) {
            Stage.refused(ErrorCode.XML_DETAIL, () -> stage.domains().define("<domain", 0));
            Stage.refused(ErrorCode.XML_DETAIL, () -> stage.domains().define("", 0));
            Stage.refused(ErrorCode.XML_ERROR, () -> stage.domains().define("<network/>", 0));
        }
    }

    @Test
    default void whatNobodyDefinedIsNotFound() {
        try (var stage = Stage.open(driver())) {
            var unknown = UUID.randomUUID();
            assertThat(Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byName("nobody")))
                    .contains("no domain with matching name 'nobody'");
            assertThat(Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byUuid(unknown)))
                    .contains("no domain with matching uuid '" + unknown + "'");
            assertThat(Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byId(4711)))
                    .contains("no domain with matching id 4711");
            Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.lifecycle().start(unknown, 0));
        }
    }

    @Test
    default void anUndefinedDomainIsGone() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn");
            stage.domains().undefine(domain.uuid(), 0);
            assertThat(stage.exists(domain.uuid())).isFalse();
            Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byName("inn"));
            Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().undefine(domain.uuid(), 0));
        }
    }

    @Test
    default void aRunningDomainThatIsUndefinedRunsOnAndIsGoneAfterwards() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn");
            stage.domains().undefine(domain.uuid(), 0);
            assertThat(stage.domains().isActive(domain.uuid())).isTrue();
            assertThat(stage.domains().isPersistent(domain.uuid())).isFalse();
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.domains().undefine(domain.uuid(), 0));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.domains().setAutostart(domain.uuid(), true));
            stage.lifecycle().destroy(domain.uuid(), 0);
            assertThat(stage.exists(domain.uuid())).isFalse();
        }
    }

    @Test
    default void anotherNameKeepsTheUuid() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn");
            stage.domains().rename(domain.uuid(), "tavern", 0);
            assertThat(stage.domains().byName("tavern").uuid()).isEqualTo(domain.uuid());
            assertThat(stage.domains().xml(domain.uuid(), 0)).contains("<name>tavern</name>");
            Stage.refused(ErrorCode.NO_DOMAIN, () -> stage.domains().byName("inn"));
        }
    }

    @Test
    default void aNameThatIsTakenOrOfARunningDomainCannotChange() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn");
            var running = stage.run("tavern");
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.domains().rename(domain.uuid(), "tavern", 0));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.domains().rename(running.uuid(), "hostel", 0));
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.domains().rename(domain.uuid(), "", 0));
            assertThat(stage.domains().byName("inn")).isEqualTo(domain);
        }
    }

    @Test
    default void autostartIsRememberedUntilTakenBack() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            assertThat(stage.domains().autostart(domain)).isFalse();
            stage.domains().setAutostart(domain, true);
            assertThat(stage.domains().autostart(domain)).isTrue();
            stage.domains().setAutostart(domain, false);
            assertThat(stage.domains().autostart(domain)).isFalse();
        }
    }

    @Test
    default void aDefinitionChangedWhileTheDomainRunsWaitsForTheNextStart() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            long before = stage.domains().info(domain).maxMemoryKib();
            var changed = stage.domains()
                    .xml(domain, 2)
                    .replaceFirst("<on_poweroff>\\w+<", "<description>later</description><on_poweroff>destroy<");
            stage.domains().define(changed, 0);
            assertThat(stage.domains().xml(domain, 0)).doesNotContain("later");
            assertThat(stage.domains().xml(domain, 2)).contains("later");
            assertThat(stage.domains().info(domain).maxMemoryKib()).isEqualTo(before);
            stage.lifecycle().destroy(domain, 0);
            stage.lifecycle().start(domain, 0);
            assertThat(stage.domains().xml(domain, 0)).contains("later");
        }
    }

    @Test
    default void titlesDescriptionsAndElementsAreKept() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            Stage.refused(ErrorCode.NO_DOMAIN_METADATA, () -> stage.domains().metadata(domain, 1, "", 0));
            stage.domains().setMetadata(domain, 1, "A house", "", "", 0);
            stage.domains().setMetadata(domain, 2, "<beds n='3'><bed/></beds>", "h", "http://house/", 0);
            assertThat(stage.domains().metadata(domain, 1, "", 0)).isEqualTo("A house");
            assertThat(stage.domains().metadata(domain, 2, "http://house/", 0))
                    .contains("<beds n=")
                    .contains("<bed/>")
                    .doesNotContain("http://house/");
            assertThat(stage.domains().xml(domain, 0))
                    .contains("<h:beds xmlns:h=")
                    .contains("<h:bed/>");
            stage.domains().setMetadata(domain, 2, "", "h", "http://house/", 0);
            assertThat(stage.domains().xml(domain, 0)).doesNotContain("http://house/");
        }
    }
}
