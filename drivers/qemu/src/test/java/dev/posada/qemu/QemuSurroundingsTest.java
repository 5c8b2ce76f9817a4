package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.Abilities;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.CurrentProcess;
import dev.posada.process.ProcessFacts;
import dev.posada.process.ProcessIdentity;
import dev.posada.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What runs beside QEMU, and whom QEMU runs as. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuSurroundingsTest {
    private static final Element TPM =
            Element.of("tpm", "model", "tpm-tis").plus(Element.of("backend", "type", "emulator", "version", "2.0"));
    private static final Element AGENT_CHANNEL = Element.of("channel", "type", "unix")
            .plus(Element.of("target", "type", "virtio", "name", "org.qemu.guest_agent.0"));

    @Test
    void aTpmEmulatorRunsBesideTheGuestAndEndsWithIt(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/swtpm")), "swtpm is not installed");
        try (var bench = new QemuBench(folder)) {
            var one = bench.start(bench.domain("d", BootSector.IDLE, TPM));
            var helper = helper(one);
            assertThat(ProcessFacts.of(helper.pid()).map(ProcessFacts::name)).contains("swtpm");

            bench.restart();
            var after = bench.recover(one, one.observed.status());
            assertThat(helper.exists()).isTrue();
            after.live().destroy(false);

            Eventually.holds(
                    "the end of the TPM emulator",
                    () -> ProcessFacts.of(helper.pid())
                            .filter(facts -> facts.state() != ProcessFacts.State.ZOMBIE)
                            .isEmpty());
            assertThat(folder.resolve("lib/swtpm/" + one.definition.uuid() + "/tpm2"))
                    .isNotEmptyDirectory();
        }
    }

    @Test
    void aStartThatFailsEndsItsTpmEmulator(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/swtpm")), "swtpm is not installed");
        try (var bench = new QemuBench(folder)) {
            var definition = QemuStartFailureTest.withArgument(bench.domain("d", BootSector.IDLE, TPM), "-bogus");

            assertThatThrownBy(() -> bench.start(definition)).hasMessageContaining("-bogus");

            assertThat(ProcessTable.find(line ->
                            line.contains("swtpm") || line.stream().anyMatch(word -> word.contains(folder.toString()))))
                    .isEmpty();
        }
    }

    @Test
    void aVariableStoreWithoutPathIsInTheDriversOwnFolder(@TempDir Path folder) throws Exception {
        try (var bench = new QemuBench(folder)) {
            var plain = bench.domain("d", BootSector.IDLE);
            var os = plain.root().child("os").orElseThrow();
            var loader = Element.text("loader", "/usr/share/OVMF/OVMF_CODE_4M.fd")
                    .with("readonly", "yes")
                    .with("type", "pflash");

            var complete = bench.driver().complete(plain.withChild(os.plus(loader)));

            assertThat(complete.root().at("os", "nvram").map(Element::text))
                    .contains(folder.resolve("lib/nvram/d_VARS.fd").toString());
        }
    }

    private static ProcessIdentity helper(QemuBench.Started one) {
        return InstanceJournal.of(one.journal.getLast()).orElseThrow().helpers().getFirst();
    }

    @Test
    void theAgentsPortIsToldToBeClosedAtFirst(@TempDir Path folder) throws Exception {
        try (var bench = new QemuBench(folder)) {
            var one = bench.start(bench.domain("d", BootSector.IDLE, AGENT_CHANNEL));

            assertThat(one.observed.happenings()).contains(QmpHappenings.agent(false, true));
            assertThat(one.observed.definition().devices("channel").getFirst().child("target"))
                    .hasValueSatisfying(target ->
                            assertThat(target.has("state", "disconnected")).isTrue());
            assertThatThrownBy(() -> one.as(Abilities.ShutsDown.class).shutdown(2))
                    .isInstanceOfSatisfying(
                            PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AGENT_UNRESPONSIVE));
            try (var line = one.as(Abilities.HasConsoles.class).openChannel("org.qemu.guest_agent.0", false)) {
                assertThat(line.isOpen()).isTrue();
            }
            one.live().destroy(false);
            assertThat(folder.resolve("lib/channel")).isEmptyDirectory();
        }
    }

    @Test
    void emulatorsRunAsTheUserThatIsSet(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(CurrentProcess.effectiveUid() == 0, "only root can become somebody else");
        passable(folder);
        try (var bench = new QemuBench(
                folder.resolve("bench"), Map.of("user", List.of("nobody"), "group", List.of("nogroup")))) {
            passable(bench.root());
            var definition = bench.domain("d", BootSector.IDLE, QemuBench.serial("pty"), AGENT_CHANNEL);
            var one = bench.start(definition);

            assertThat(Files.readString(Path.of("/proc/" + one.pid() + "/status")))
                    .containsPattern("Uid:\t65534\t65534\t65534")
                    .containsPattern("Gid:\t65534\t65534\t65534");
            var line = one.as(Abilities.HasConsoles.class).openConsole("", false, false);
            line.close();
            one.live().destroy(false);
            assertThat(one.observed.story()).endsWith("ended SHUTOFF_DESTROYED STOPPED_DESTROYED");
        }
    }

    private static void passable(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }
}
