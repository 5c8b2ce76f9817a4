package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.Ability;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Domains put to rest in files and brought back. */
public interface SaveClaims extends Claims {
    /** {@code VIR_DOMAIN_SAVE_PAUSED}. */
    int SAVE_PAUSED = 4;

    private static Path file() {
        try {
            return Files.createTempFile("posada", ".save");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    default void aSavedDomainComesBack() throws IOException {
        var file = file();
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            var saves = stage.connection().saves();
            if (!stage.can(Ability.SAVE)) {
                Stage.unsupported("virDomainSave", () -> saves.save(domain, file.toString(), Optional.empty(), 0));
                Stage.unsupported("virDomainRestore", () -> saves.restore(file.toString(), Optional.empty(), 0));
                return;
            }
            saves.save(domain, file.toString(), Optional.empty(), 0);
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_SAVED);
            assertThat(saves.xml(file.toString(), 0)).contains("<name>inn</name>");
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> saves.save(domain, file.toString(), Optional.empty(), 0));
            saves.restore(file.toString(), Optional.empty(), 0);
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.RUNNING_RESTORED);
            assertThat(stage.domains().isPersistent(domain)).isTrue();
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> saves.restore(file.toString(), Optional.empty(), 0));
            saves.save(domain, file.toString(), Optional.empty(), SAVE_PAUSED);
            saves.restore(file.toString(), Optional.empty(), 0);
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.PAUSED_USER);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    default void aTransientDomainComesBackAsOne() throws IOException {
        var file = file();
        try (var stage = Stage.open(driver())) {
            if (!stage.can(Ability.SAVE)) {
                return;
            }
            var domain = stage.lifecycle()
                    .create(stage.driver().definition("guest"), 0)
                    .uuid();
            stage.connection().saves().save(domain, file.toString(), Optional.empty(), 0);
            assertThat(stage.exists(domain)).isFalse();
            stage.connection().saves().restore(file.toString(), Optional.empty(), 0);
            assertThat(stage.domains().isPersistent(domain)).isFalse();
            assertThat(stage.domains().status(domain)).isEqualTo(DomainStatus.RUNNING_RESTORED);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    default void whatIsNoSavedStateIsRefused() throws IOException {
        var file = file();
        try (var stage = Stage.open(driver())) {
            if (!stage.can(Ability.SAVE)) {
                return;
            }
            Files.writeString(file, "x".repeat(5000));
            var saves = stage.connection().saves();
            Stage.refused(ErrorCode.OPERATION_FAILED, () -> saves.restore(file.toString(), Optional.empty(), 0));
            Stage.refused(ErrorCode.INVALID_ARG, () -> saves.restore("relative", Optional.empty(), 0));
            assertThat(stage.domains().list(0).stream()
                            .filter(domain -> domain.name().equals("inn")))
                    .isEmpty();
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
