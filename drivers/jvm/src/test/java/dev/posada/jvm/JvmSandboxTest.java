package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainStatus;
import dev.posada.posix.CurrentProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom programs run as, and what they may. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class JvmSandboxTest {
    @TempDir
    Path root;

    @Test
    void theSystemsProgramsAreNobodysUnlessTheDefinitionSaysOtherwise() throws Exception {
        Assumptions.assumeTrue(CurrentProcess.effectiveUid() == 0, "only root can become others");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var house = new House(root)) {
            var xml = Programs.xml("inn", house.jar(), "surroundings").replace("<inituser>root</inituser>", "");
            house.start(xml);
            house.awaitOutput("inn", "told");
            var nobody = "65534";
            assertThat(house.log("inn"))
                    .contains("status Uid: " + nobody + " ")
                    .contains("status NoNewPrivs: 1")
                    .contains("status CapEff: 0000000000000000")
                    .contains("status CapBnd: 0000000000000000")
                    .contains("temporary " + root.resolve("lib/jvm/domain-1-inn/tmp"));
        }
    }

    @Test
    void aFileThatNobodyMayReadIsRefusedBeforeTheStart() {
        Assumptions.assumeTrue(CurrentProcess.effectiveUid() == 0, "only root can become others");
        try (var house = new House(root)) {
            var xml = Programs.xml("inn", house.jar(), "idle").replace("<inituser>root</inituser>", "");
            assertThatThrownBy(() -> house.start(xml))
                    .hasMessageContaining("as user nobody")
                    .hasMessageContaining("no right to pass through the folder " + root);
            var domain = house.on().domains().byName("inn").uuid();
            assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_FAILED);
        }
    }

    @Test
    void aSessionsProgramsRunAsItsUser() throws Exception {
        try (var house = new House(root, false)) {
            var xml = Programs.xml("inn", house.jar(), "surroundings").replace("<inituser>root</inituser>", "");
            house.start(xml);
            house.awaitOutput("inn", "told");
            assertThat(house.log("inn"))
                    .contains("status Uid: " + CurrentProcess.effectiveUid() + " ")
                    .contains("status NoNewPrivs: 0");
        }
    }
}
